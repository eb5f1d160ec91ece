"""Posts to feature arrays: the fast pass that every post goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.embedding import PER_TOKEN, WordVectors
from kulanz.core.labels import LABELS
from kulanz.core.language import Language, decide, evidence
from kulanz.core.ngrams import BUCKETS, pair_buckets, token_buckets
from kulanz.core.tokens import Lookup, TokenTable, byte_tokens, pooled, tokens, words_of

Floats = NDArray[np.float32]

SURFACE: Final = ("length", "questions", "exclamations", "dots", "smiles", "frowns", "capitals", "links")
_BOUNDARY: Final = b"\xff"
_UNREAD: Final = -2
HEAT: Final = ("uncivil", "impolite", "offensive")
_VOICE: Final = len(LABELS)


@dataclass(frozen=True, slots=True)
class GramWeights:
    """A linear model on hashed n-grams: (BUCKETS x columns) for tokens and for token pairs.

    The columns are the labels, the company's voice and, where they were trained, HEAT.
    """

    tokens: Floats
    pairs: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class PostFeatures:
    """What the fast pass knows of each post; one row a post.

    ``lengths`` counts tokens. ``grams`` are log odds of the labels by the n-gram model,
    ``voice`` those of speaking for the company, ``heat`` those in HEAT (no columns where
    the model has none), ``vector`` is the mean word vector in the
    post's language (zeros where no word is known), ``surface`` the columns in SURFACE.
    """

    lang: list[Language]
    lengths: NDArray[np.int32]
    grams: Floats
    voice: Floats
    heat: Floats
    vector: Floats
    surface: Floats


class Vectorizer:
    """Turns texts into ``PostFeatures``; keeps a token cache, so use one for many calls."""

    def __init__(self, grams: GramWeights, vectors: WordVectors) -> None:
        self._grams = grams
        self._words = WordRows(vectors)
        self._width = grams.tokens.shape[1]
        self._table = TokenTable(self._width + 3, self._fill)

    def transform(self, texts: Sequence[str]) -> PostFeatures:
        """Features of the given texts, in their order."""
        encoded = [text.encode("utf-8", "replace") for text in texts]
        lookup = self._table.lookup(list(map(byte_tokens, encoded)))
        sums = lookup.pooled(self._table.rows)
        lang = decide(sums[:, self._width :], lookup.lengths)
        logits = self._logits(sums[:, : self._width], lookup)
        return PostFeatures(
            lang=lang,
            lengths=lookup.lengths,
            grams=logits[:, :_VOICE],
            voice=logits[:, _VOICE],
            heat=logits[:, _VOICE + 1 :],
            vector=self._words.means(lookup, self._table.tokens, lang),
            surface=surface(encoded, lookup.lengths),
        )

    def _fill(self, new: Sequence[bytes]) -> Floats:
        found = words_of(new)
        buckets, lengths = token_buckets(found)
        languages = np.array(list(map(evidence, found)), np.float32)
        return np.hstack([pooled(buckets, lengths, self._grams.tokens), languages.reshape(-1, 3)])

    def _logits(self, token_sums: Floats, lookup: Lookup) -> Floats:
        buckets, lengths = pair_buckets(self._table.hashes[lookup.columns], lookup.lengths)
        pair_sums = pooled(buckets, lengths, self._grams.pairs)
        scale = 1 / np.sqrt(np.maximum(lookup.lengths, 1).astype(np.float32))
        return np.asarray((token_sums + pair_sums) * scale[:, None] + self._grams.bias, np.float32)


class WordRows:
    """Finds the word vectors of tokens, in the language of the text they stand in.

    Which rows a token calls on is worked out when a text of that language first holds it:
    taking German words apart is slow, and most archives are in one language.
    """

    def __init__(self, vectors: WordVectors) -> None:
        self._finders = {"de": vectors.german_rows, "en": vectors.english_rows}
        self._rows = dict.fromkeys(self._finders, _no_rows(0))
        self._names: Sequence[bytes] = ()
        self._vectors = vectors.vectors

    def means(self, lookup: Lookup, names: Sequence[bytes], lang: Sequence[str]) -> Floats:
        """Mean vector of every text; zeros for texts in neither language."""
        if names is not self._names:
            self._rows = dict.fromkeys(self._finders, _no_rows(0))
            self._names = names
        out = np.zeros((len(lang), self._vectors.shape[1]), np.float32)
        codes = np.array(lang)
        for language in self._finders:
            chosen = codes == language
            if chosen.any():
                columns = lookup.columns[np.repeat(chosen, lookup.lengths)]
                out[chosen] = self._mean(self._found(language, columns), lookup.lengths[chosen])
        return out

    def _mean(self, rows: NDArray[np.int32], lengths: NDArray[np.int32]) -> Floats:
        known = rows >= 0
        before = np.append(0, np.cumsum(known @ np.ones(PER_TOKEN, np.int64)))
        counts = np.diff(before[np.append(0, np.cumsum(lengths))])
        total = pooled(rows[known], counts, self._vectors)
        mean: Floats = total / np.maximum(counts, 1).astype(np.float32)[:, None]
        return mean

    def _found(self, language: str, columns: NDArray[np.int32]) -> NDArray[np.int32]:
        """The vectors' rows of tokens, (tokens x PER_TOKEN)."""
        rows = self._rows[language]
        if len(rows) < len(self._names):
            rows = self._rows[language] = np.vstack([rows, _no_rows(len(self._names) - len(rows))])
        unread = np.unique(columns[rows[columns, 0] == _UNREAD])
        if len(unread):
            found = words_of([self._names[column] for column in unread.tolist()])
            rows[unread] = list(map(self._finders[language], found))
        return rows[columns]


def _no_rows(count: int) -> NDArray[np.int32]:
    return np.full((count, PER_TOKEN), _UNREAD, np.int32)


def surface(texts: Sequence[bytes], lengths: NDArray[np.int32]) -> Floats:
    """Punctuation, capitals, smileys and links of texts in UTF-8, damped by log(1 + count)."""
    text = _Joined(texts)
    counts: list[NDArray[np.integer]] = [
        lengths,
        text.count(b"?"),
        text.count(b"!"),
        text.count(b"...", "…".encode()),
        text.count(b":)", b";)", b":-)", b";-)"),
        text.count(b":(", b":-("),
        text.count_between(b"A", b"Z"),
        text.count(b"http"),
    ]
    return np.log1p(np.column_stack(counts).astype(np.float32))


class _Joined:
    """Counts strings of bytes in many texts at once."""

    def __init__(self, texts: Sequence[bytes]) -> None:
        self._texts = texts
        # a byte that no UTF-8 holds keeps one text from running into the next
        self._bytes = np.frombuffer(b"".join(text + _BOUNDARY for text in texts), np.uint8)
        self._ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + len(_BOUNDARY))

    def count(self, *strings: bytes) -> NDArray[np.int64]:
        """How often each text holds one of some strings; each alone is counted without overlaps."""
        counts: NDArray[np.int64] = np.sum([self._counted(what) for what in strings], axis=0)
        return counts

    def _counted(self, what: bytes) -> NDArray[np.int64]:
        found = np.flatnonzero(self._bytes == what[0])
        for offset, byte in enumerate(what[1:], 1):
            found = found[self._bytes[found + offset] == byte]
        counts = self._by_text(found)
        if what == what[:1] * len(what) and len(what) > 1:  # only such strings can overlap here
            for number in np.flatnonzero(counts).tolist():
                counts[number] = self._texts[number].count(what)
        return counts

    def count_between(self, first: bytes, last: bytes) -> NDArray[np.int64]:
        """How many bytes of each text lie from ``first`` to ``last``."""
        return self._by_text(np.flatnonzero((self._bytes >= first[0]) & (self._bytes <= last[0])))

    def _by_text(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.diff(np.searchsorted(places, self._ends), prepend=0)


def hashed_counts(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """The n-gram model's own inputs as sparse triplets (text, bucket, value), for training.

    Token buckets come first (0..BUCKETS), pair buckets after them. The values are those
    that ``Vectorizer`` applies implicitly: a count over the root of the number of tokens.
    """
    table = TokenTable(1, lambda new: np.zeros((len(new), 1), np.float32), limit=10**9)
    rows: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int64]] = []
    values: list[Floats] = []
    for number, text in enumerate(texts):
        listed = tokens(text)
        lookup = table.lookup([listed])
        single, _ = token_buckets(words_of(listed))
        pairs, _ = pair_buckets(table.hashes[lookup.columns], lookup.lengths)
        both = np.concatenate([single.astype(np.int64), pairs.astype(np.int64) + BUCKETS])
        rows.append(np.full(len(both), number))
        columns.append(both)
        values.append(np.full(len(both), 1 / np.sqrt(max(len(listed), 1)), np.float32))
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
