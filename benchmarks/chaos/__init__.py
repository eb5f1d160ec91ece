"""What becomes of a whole desk under load whose processes, database, disk and clock fail it."""
