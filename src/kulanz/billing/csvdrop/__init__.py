"""A folder in which CSV files are exchanged."""

from kulanz.billing.csvdrop.adapter import CsvDrop

__all__ = ["CsvDrop"]
