"""What passages are built of, whatever words fill them."""

from __future__ import annotations

import numpy as np
import pytest

from kulanz.core.drafts.turns import CLASS_GRAMS, GRAMS, WORD_GRAMS, classes, turn_counts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hätten Sie uns früher gefragt!", ["COULD", "YOU", "WE", "BEFORE", "-", "!"]),
        ("You shouldn't pay 3.50 €", ["YOU", "NOT", "-", "0"]),
        ("Rechnung Mahnung Inkasso", ["-"]),
        ("", []),
    ],
)
def test_words_of_no_class_are_one(text: str, expected: list[str]) -> None:
    assert classes(text)[: len(expected)] == expected


def test_both_languages_share_the_classes_of_a_turn() -> None:
    german, english = (
        row.toarray()[0, WORD_GRAMS:] for row in turn_counts(["Hätten Sie nicht", "Could you not"])
    )
    assert np.array_equal(german, english)
    assert german.any()


def test_a_text_without_words_has_no_classes_but_its_bounds() -> None:
    counts = turn_counts(["…", "We are sorry."])
    assert counts.shape == (2, GRAMS)
    assert GRAMS == WORD_GRAMS + CLASS_GRAMS
