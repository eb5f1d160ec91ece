"""A spread tree as people look at it: in the terminal, as a picture, as a page."""

from __future__ import annotations

from kulanz.pages.spreading.terminal import print_spread
from kulanz.pages.spreading.writing import spread_figure, write_spread_page, write_spread_picture

__all__ = ["print_spread", "spread_figure", "write_spread_page", "write_spread_picture"]
