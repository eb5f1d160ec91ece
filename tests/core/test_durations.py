"""Lengths of time as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.durations import duration

MINUTE, HOUR, DAY = 60, 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "english", "german"),
    [
        (-5 * MINUTE, "0 min", "0 min"),
        (100 * MINUTE, "100 min", "100 min"),
        (2 * HOUR, "2 hours", "2 Stunden"),
        (143 * HOUR, "6 days", "6 Tagen"),
        (40 * DAY + HOUR, "6 weeks", "6 Wochen"),
        (100 * DAY, "3 months", "3 Monaten"),
        (800 * DAY, "2 years", "2 Jahren"),
    ],
)
def test_one_unit_as_coarse_as_the_length_is_long(seconds: float, english: str, german: str) -> None:
    assert duration(seconds, "en") == english
    assert duration(seconds, "de", dative=True) == german


@given(st.floats(0, 1e10))
def test_no_unit_is_singular(seconds: float) -> None:
    number, unit = duration(seconds, "en").split()
    assert int(number) >= 2 or unit == "min"
