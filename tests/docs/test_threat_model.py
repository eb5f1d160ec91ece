from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "explanation" / "threat-model.md").read_text("utf-8")
_PATH = re.compile(r"`([\w./-]+\.py|[a-z_]+(?:/[a-z_]+)+/?|scripts/[a-z-]+|pyproject\.toml)`")
_PLACES = ("", "src/kulanz", "src/kulanz/desk", "tests")


def test_every_place_that_it_names_is_there() -> None:
    named = set(_PATH.findall(TEXT))
    tests = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    missing = {each for each in named - tests if not any((ROOT / place / each).exists() for place in _PLACES)}
    assert (len(named) > 60, missing) == (True, set())


def test_every_row_names_a_test() -> None:
    rows = [line for line in TEXT.splitlines() if re.match(r"\| [STRIDE](?:, [STRIDE])* \|", line)]
    assert len(rows) > 30
    assert [row[:60] for row in rows if "test" not in row] == []
