"""A sheet of paper is as narrow as a phone, and is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kulanz.desk.web

pytestmark = pytest.mark.any_database
STYLES = Path(kulanz.desk.web.__file__).parent / "static"


def test_what_is_laid_out_for_a_phone_is_not_printed() -> None:
    told = {
        path.name: re.findall(r"@media ([^{]*)\(max-width: 48rem\)", path.read_text())
        for path in STYLES.glob("*.css")
    }
    assert {name: on for name, on in told.items() if set(on) - {"screen and "}} == {}
    assert told["desk.css"]
