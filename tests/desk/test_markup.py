"""What holds for the HTML of every template of the desk."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

TEMPLATES = Path(str(files("kulanz.desk.web") / "templates"))
ROLED = re.compile(r"<(?:ul|ol|dl|table|nav)\b[^>]*\brole=")


def test_no_list_or_table_loses_its_role_to_another() -> None:
    pages = {page.name: page.read_text("utf-8") for page in TEMPLATES.rglob("*.html")}
    assert len(pages) > 100
    assert [name for name, html in pages.items() if ROLED.search(html)] == []
