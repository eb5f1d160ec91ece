"""The page on standing, reach and stake says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from kulanz.core import standing
from kulanz.core.network import contacts, hops
from kulanz.core.network.found import EXACT_UP_TO
from kulanz.core.stake import retention
from kulanz.core.stake.lines import FORMULAS

PAGE = (Path(__file__).parents[2] / "docs/explanation/standing-and-reach.md").read_text("utf-8")
FLAT = " ".join(PAGE.replace("\n> ", " ").split())


def rows(heading: str) -> dict[str, list[str]]:
    """The rows of a table by the names in backticks that open them."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return {name: row[1:] for row in found for name in re.findall(r"`(\w+)`", row[0])}


def test_every_part_with_its_weight_and_half() -> None:
    table = rows("Part")
    assert list(table) == list(standing.SCALES)
    for code, scale in standing.SCALES.items():
        assert float(table[code][1]) == scale.weight
        assert table[code][2] in {f"{scale.half:g}", "all of it at 1"}


def test_every_role_in_its_order() -> None:
    assert tuple(rows("Role")) == get_args(standing.CommunityRole)


def test_every_line_of_a_stake() -> None:
    assert list(rows("Line")) == list(FORMULAS)


@pytest.mark.parametrize(
    "said",
    [
        f"halves with every {standing.HALF_LIFE_DAYS:.0f} days without one",
        f"give {standing.BUILDER_FROM:.0f} points or more",
        f"less than {standing.NEWCOMER_DAYS} days",
        f"Its weight halves every {contacts.HALF_LIFE_DAYS:.0f} days",
        f"up to {EXACT_UP_TO:,} accounts",
        f"= {hops.relative_error():.2%}",
        f"a HyperLogLog counter (Flajolet and others 2007) of {2**hops.REGISTER_BITS:,} bytes",
        "nobody is taken to stay longer than ten years",
    ],
)
def test_the_numbers_on_the_page_are_those_of_the_code(said: str) -> None:
    assert said in FLAT


def test_weights_of_contacts() -> None:
    assert contacts.WEIGHTS == {"thread": 0.5, "reply": 1, "mention": 1, "quote": 1, "thanks": 2}
    assert contacts.LEAST_WEIGHT == 1 / 16
    assert retention.MOST_MONTHS == 120
