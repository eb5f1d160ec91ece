from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core import sentences
from kulanz.core.german import entries
from kulanz.core.posts import natural
from kulanz.core.tokens import MAX_TOKENS, TokenTable, tokens, words

LEXICON = {"mahnung", "gebühr", "ordnung", "kündigen", "unverschämtheit", "mahn", "straße"}


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("mahnung", ["mahnung"]),
        ("mahnungen", ["mahnung"]),
        ("unverschämtheiten", ["unverschämtheit"]),
        ("mahngebühr", ["mahn", "gebühr"]),
        ("gebührenordnung", ["gebühr", "ordnung"]),
        ("gebuehr", ["gebühr"]),
        ("strasse", ["straße"]),
        ("xyzzy", []),
        ("x" * 500, []),
    ],
)
def test_german_words_are_taken_apart(word: str, found: list[str]) -> None:
    assert entries(word, LEXICON) == found


def test_tokens_are_lower_case_and_free_of_punctuation() -> None:
    assert tokens("Don't PANIC, bitte!") == [b"don't", b"panic", b"bitte"]


def test_of_a_long_text_the_ends_are_read() -> None:
    found = tokens("first " + "x " * 5000 + "last")
    assert len(found) == MAX_TOKENS
    assert (found[0], found[-1]) == (b"first", b"last")


def test_words_inside_a_token() -> None:
    assert words("„Frechheit“".encode()) == ["„", "frechheit", "“"]
    assert words(b"17") == ["#"]


@given(st.lists(st.text(max_size=40), max_size=8))
def test_the_table_gives_what_fill_gave(texts: list[str]) -> None:
    def lengths(new: object) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        return np.array([[len(token)] for token in new], np.float32).reshape(-1, 1)  # type: ignore[attr-defined]

    table = TokenTable(1, lengths, limit=5)
    for _ in range(2):
        listed = [tokens(text) for text in texts]
        sums = table.lookup(listed).pooled(table.rows)
        assert sums[:, 0].tolist() == [sum(map(len, one)) for one in listed]


def test_natural_order_counts() -> None:
    assert sorted(["a-10", "a-9", "b-1", "a-1"], key=natural) == ["a-1", "a-9", "a-10", "b-1"]


def test_both_languages_have_every_sentence() -> None:
    german, english = sentences.SENTENCES["de"], sentences.SENTENCES["en"]
    assert german.keys() == english.keys()
    assert {code: len(forms) for code, forms in german.items()} == {
        code: len(forms) for code, forms in english.items()
    }


def test_one_person_and_many() -> None:
    assert sentences.sentence("shared", "en", {"people": 1}).startswith("1 other person says")
    assert sentences.sentence("shared", "de", {"people": 1200}).startswith("1.200 weitere Personen")
