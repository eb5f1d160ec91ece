"""The desk: the Django app in which people work."""
