"""What people look at: the self-contained HTML report and the terminal table."""

from kulanz.pages.html import write_report
from kulanz.pages.summary import Summary
from kulanz.pages.table import print_table

__all__ = ["Summary", "print_table", "write_report"]
