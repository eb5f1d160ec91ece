"""Canonical JSON, with the vectors of RFC 8785 that hold no floats."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.tlog.canonical import CanonicalError, Json, canonical

INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_names_stand_in_the_order_of_utf_16_as_in_section_3_2_3() -> None:
    given = {
        "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One", "\U0001f600": "Emoji: Grinning Face", "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }  # fmt: skip
    told = list(json.loads(canonical(given)).values())
    assert told == [
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
        "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
    ]  # fmt: skip


def test_text_and_literals_are_written_as_in_section_3_2_2() -> None:
    given: Json = {"string": '\u20ac$\u000f\u000aA\'B"\\\\"/', "literals": [None, True, False]}
    assert canonical(given) == (
        '{"literals":[null,true,false],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    )


@pytest.mark.parametrize(
    "value",
    [1.0, 2**53, -(2**53), "\ud800", {"\udc00": 1}, {1: "x"}, b"bytes", object(), [float("nan")]],
    ids=repr,
)
def test_what_has_no_canonical_text_is_refused(value: Json) -> None:
    with pytest.raises(CanonicalError, match="expected"):
        canonical(value)


def test_depth_has_an_end() -> None:
    deep: Json = "x"
    for _ in range(32):
        deep = [deep]
    assert canonical(deep)
    deep = [deep]
    with pytest.raises(CanonicalError, match="flatten"):
        canonical(deep)


@given(VALUES)
def test_what_is_written_reads_as_the_same_and_is_written_alike_again(value: Json) -> None:
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written
