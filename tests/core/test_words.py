from __future__ import annotations

import re
from zlib import crc32

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kulanz.core import sentences
from kulanz.core.german import entries
from kulanz.core.ngrams import BUCKETS, pair_buckets, token_buckets
from kulanz.core.posts import natural
from kulanz.core.surface import surface
from kulanz.core.texts import MAX_CHARACTERS, JoinedTexts
from kulanz.core.tokens import MAX_TOKENS, token_spans, tokens, words
from kulanz.core.tokentable import TokenTable

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


def test_typeset_punctuation_separates_and_numbers_do_not_count() -> None:
    found = tokens("„Mahnung“—don’t pay 1920×1080…")
    assert found == [b"mahnung", "don’t".encode(), b"pay", b"0000", b"0000"]


def test_of_a_long_text_the_ends_are_read() -> None:
    found = tokens("first " + "x " * 5000 + "last")
    assert len(found) == MAX_TOKENS
    assert (found[0], found[-1]) == (b"first", b"last")


def test_of_a_giant_text_what_lies_between_the_ends_costs_nothing() -> None:
    joined = JoinedTexts(["ä" * MAX_CHARACTERS, "first " + "x " * MAX_CHARACTERS + "last"])
    assert joined.texts[0] == ("ä" * MAX_CHARACTERS).encode()
    assert len(joined.texts[1]) == MAX_CHARACTERS + 1
    assert token_spans(joined).tokens()[-MAX_TOKENS] == b"first"
    assert token_spans(joined).tokens()[-1] == b"last"


def test_words_inside_a_token() -> None:
    assert words("„Frechheit“".encode()) == ["„", "frechheit", "“"]
    assert words(b"17") == ["#"]


def split(text: str) -> list[bytes]:
    """The tokens of a text, as a definition: slow and plain."""
    text = text.encode("utf-8", "replace").decode()
    plain = re.sub(r"[\x80-\xbf\u2000-\u2018\u201a-\u207f×]|[^\w'&%$\x80-\U0010ffff-]", " ", text)
    data = re.sub("[0-9]", "0", plain).encode()
    return [token.lower() for token in data.split()]


# tokens around the eight and sixteen bytes that are compared at once, some with a common beginning
TOKENS = st.builds(
    lambda head, tail: head[: len(tail)] + tail, st.just("complain"), st.text("aß", max_size=12)
)
TEXTS = st.lists(st.lists(TOKENS | st.text(max_size=6), max_size=8).map(" ".join), max_size=8)


@given(TEXTS)
def test_tokens_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    spans = token_spans(JoinedTexts(texts))
    assert spans.tokens() == [token for text in texts for token in split(text)]
    assert spans.lengths.tolist() == [len(split(text)) for text in texts]


@given(TEXTS)
@example(["so many complaints", "so many complained"])  # alike up to the eighth byte, and before
def test_the_table_knows_a_token_again(texts: list[str]) -> None:
    table = TokenTable(limit=5)
    for _ in range(3):
        spans = token_spans(JoinedTexts(texts))
        lookup = table.lookup(spans)
        assert [table.tokens[column] for column in lookup.columns.tolist()] == spans.tokens()


def grams(word: str) -> list[str]:
    """What a word calls on besides itself: three to five letters that follow each other, its bounds too."""
    bounded = f"<{word}>"
    runs = [bounded[at : at + size] for size in (3, 4, 5) for at in range(len(bounded) - size + 1)]
    return runs if len(word) > 1 else []


@given(st.lists(st.lists(st.text("aßé€🙂", min_size=1, max_size=7), max_size=3), max_size=4))
def test_words_call_on_themselves_and_on_their_letters(found: list[list[str]]) -> None:
    buckets, lengths = token_buckets(found)
    expected = [[gram for word in token for gram in ("=" + word, *grams(word))] for token in found]
    assert lengths.tolist() == list(map(len, expected))
    for part, each in zip(np.split(buckets, np.cumsum(lengths)), expected, strict=False):
        assert sorted(part.tolist()) == sorted(crc32(gram.encode()) % BUCKETS for gram in each)


@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=4), max_size=5))
def test_pairs_of_many_texts_are_those_of_each(texts: list[list[int]]) -> None:
    def pairs(*given: list[int]) -> tuple[list[int], list[int]]:
        hashes = np.array([one for text in given for one in text], np.uint32)
        buckets, lengths = pair_buckets(hashes, np.array(list(map(len, given)), np.int32))
        return buckets.tolist(), lengths.tolist()

    each = [pairs(text) for text in texts]
    assert pairs(*texts) == ([one for found, _ in each for one in found], [size for _, (size,) in each])


def test_the_table_forgets_rather_than_grows() -> None:
    table = TokenTable(limit=100)
    for number in range(1000):
        table.lookup(token_spans(JoinedTexts([f"word{number}"])))
    assert len(table.tokens) <= 101


@given(st.lists(st.text("aB ?!.:;()-http…"), max_size=5))
def test_surface_counts_marks(texts: list[str]) -> None:
    joined = JoinedTexts(texts)
    found = np.expm1(surface(joined, np.zeros(len(texts), np.int32))).round()
    for text, row in zip(texts, found.tolist(), strict=True):
        smiles = sum(map(text.count, (":)", ";)", ":-)", ";-)")))
        frowns = text.count(":(") + text.count(":-(")
        dots = text.count("...") + text.count("…")
        marks = [text.count("?"), text.count("!"), dots, smiles, frowns, text.count("B"), text.count("http")]
        assert row == [0, *marks]


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
