"""Addresses of the API, by noun."""
