"""A page of measurements in two parts, each written by a program of its own; a heading parts them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PART: Final = "\n## "


def beginning(page: Path) -> str:
    """Return what stands before the first heading within the page."""
    return page.read_text("utf-8").partition(_PART)[0]


def rest(page: Path) -> str:
    """Return what stands from there on; nothing where there is no page yet."""
    if not page.exists():
        return ""
    _, heading, text = page.read_text("utf-8").partition(_PART)
    return heading + text
