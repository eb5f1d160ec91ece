"""Word diffs give both texts back, and end in time."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources.worddiff import word_diff

words = st.lists(st.sampled_from(["a", "b", "c", "refund", "Gebühr"]), max_size=30).map(" ".join)


@given(words | st.text(max_size=50), words | st.text(max_size=50))
def test_both_texts_come_back(before: str, after: str) -> None:
    diff = word_diff(before, after)
    assert " ".join(each.text for each in diff if each.sign != "+").split() == before.split()
    assert " ".join(each.text for each in diff if each.sign != "-").split() == after.split()
    assert all(each.text for each in diff)


@given(words)
def test_the_same_text_has_no_change(text: str) -> None:
    assert all(each.sign == "=" for each in word_diff(text, text))


def test_a_huge_exchange_is_told_as_one() -> None:
    before = " ".join(["first", *["a", "b"] * 100_000, "last"])
    after = " ".join(["first", *["b", "a", "a"] * 70_000, "end", "last"])
    assert [each.sign for each in word_diff(before, after)] == ["=", "-", "+", "="]


@pytest.mark.parametrize("times", [100, 140, 500])
def test_hostile_repetition_ends_in_time(times: int) -> None:
    began = process_time()
    word_diff("a b " * times, "b a a " * times)
    word_diff("a " * times + "x", "y " + "a " * times)
    assert process_time() - began < 2
