"""A folder in which CSV files are exchanged."""

from kulanz.billing.csvdrop.adapter import CsvDrop, read_files

__all__ = ["CsvDrop", "read_files"]
