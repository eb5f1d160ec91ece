"""Running a desk: made ready, served, worked for, looked after. Nothing here imports Django before `start`."""
