"""A desk on the sample community, as it stood in the middle of its great case."""
