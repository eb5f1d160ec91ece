"""What passages are built of, whatever words fill them."""

from __future__ import annotations

import numpy as np
import pytest

from kulanz.core.drafts.cues import COLUMNS, SHAPE, cue_columns
from kulanz.core.drafts.pieces import pieces
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


@pytest.mark.parametrize(
    "texts", [("Sorry", "Please"), ("What about you", "What about us"), ("Bitte!", "Bitte?")]
)
def test_the_last_word_of_a_turn_counts(texts: tuple[str, str]) -> None:
    one, other = (row.toarray()[0, WORD_GRAMS:] for row in turn_counts(texts))
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(
    ("lang", "text", "spoken_to"),
    [
        ("de", "Das haben Sie bezahlt.", 1),
        ("de", "Das haben sie bezahlt.", 0),
        ("en", "You have paid that.", 1),
        ("en", "Have you paid that.", 1),
    ],
)
def test_german_speaks_to_somebody_with_a_capital(lang: str, text: str, spoken_to: int) -> None:
    (row,) = cue_columns(pieces(text), lang, ())
    assert row[COLUMNS + SHAPE.index("you")] == spoken_to


def test_a_text_without_words_has_no_classes_but_its_bounds() -> None:
    counts = turn_counts(["…", "We are sorry."])
    assert counts.shape == (2, GRAMS)
    assert GRAMS == WORD_GRAMS + CLASS_GRAMS
