"""Running a desk: made ready, served, worked for, looked after; Django is imported by `start` alone."""
