"""Posts to feature arrays: the fast pass that every post goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.embedding import WordVectors
from kulanz.core.labels import LABELS
from kulanz.core.language import Language, decide, evidence
from kulanz.core.ngrams import BUCKETS, pair_buckets, token_buckets
from kulanz.core.tokens import Lookup, TokenTable, pooled, tokens, words

Floats = NDArray[np.float32]

SURFACE: Final = ("length", "questions", "exclamations", "dots", "smiles", "frowns", "capitals", "links")
MAX_KNOWN: Final = 200_000
_LOWER_TABLE: Final = bytes(range(ord("A"), ord("Z") + 1))
_WIDTH: Final = len(LABELS) + 1


@dataclass(frozen=True, slots=True)
class GramWeights:
    """A linear model on hashed n-grams: (BUCKETS x columns) for tokens and for token pairs.

    The columns are the labels and, last, the company's voice.
    """

    tokens: Floats
    pairs: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class PostFeatures:
    """What the fast pass knows of each post; one row a post.

    ``lengths`` counts tokens. ``grams`` are log odds of the labels by the n-gram model,
    ``voice`` those of speaking for the company, ``vector`` is the mean word vector in the
    post's language (zeros where no word is known), ``surface`` the columns in SURFACE.
    """

    lang: list[Language]
    lengths: NDArray[np.int32]
    grams: Floats
    voice: Floats
    vector: Floats
    surface: Floats


class Vectorizer:
    """Turns texts into ``PostFeatures``; keeps a token cache, so use one for many calls."""

    def __init__(self, grams: GramWeights, vectors: WordVectors) -> None:
        self._grams = grams
        self._words = WordRows(vectors)
        self._table = TokenTable(_WIDTH + 3, self._fill)

    def transform(self, texts: Sequence[str]) -> PostFeatures:
        """Features of the given texts, in their order."""
        token_lists = [tokens(text) for text in texts]
        lookup = self._table.lookup(token_lists)
        sums = lookup.pooled(self._table.rows)
        lang = decide(sums[:, _WIDTH:], lookup.lengths)
        logits = self._logits(sums[:, :_WIDTH], lookup)
        return PostFeatures(
            lang=lang,
            lengths=lookup.lengths,
            grams=logits[:, :-1],
            voice=logits[:, -1],
            vector=self._words.means(lookup, self._table.tokens, lang),
            surface=surface(texts, lookup.lengths),
        )

    def _fill(self, new: Sequence[bytes]) -> Floats:
        found = [words(token) for token in new]
        buckets = [token_buckets(token_words) for token_words in found]
        lengths = np.fromiter(map(len, buckets), np.int32, len(buckets))
        columns = np.fromiter(chain.from_iterable(buckets), np.int32, int(lengths.sum()))
        languages = np.array([evidence(token_words) for token_words in found], np.float32)
        return np.hstack([pooled(columns, lengths, self._grams.tokens), languages.reshape(-1, 3)])

    def _logits(self, token_sums: Floats, lookup: Lookup) -> Floats:
        buckets, lengths = pair_buckets(self._table.hashes[lookup.columns], lookup.lengths)
        pair_sums = pooled(buckets, lengths, self._grams.pairs)
        scale = 1 / np.sqrt(np.maximum(lookup.lengths, 1).astype(np.float32))
        logits: Floats = (token_sums + pair_sums) * scale[:, None] + self._grams.bias
        return logits


class WordRows:
    """Finds the word vectors of tokens, in the language of the text they stand in.

    Which rows a token calls on is worked out when a text of that language first holds it:
    taking German words apart is slow, and most archives are in one language.
    """

    def __init__(self, vectors: WordVectors) -> None:
        self._finders = {"de": vectors.german_rows, "en": vectors.english_rows}
        self._rows: dict[str, dict[bytes, tuple[int, int]]] = {"de": {}, "en": {}}
        none = np.zeros((1, vectors.vectors.shape[1]), np.float32)
        self._vectors = np.vstack([vectors.vectors, none])

    def means(self, lookup: Lookup, names: Sequence[bytes], lang: Sequence[str]) -> Floats:
        """Mean vector of every text; zeros for texts in neither language."""
        out = np.zeros((len(lang), self._vectors.shape[1]), np.float32)
        codes = np.array(lang)
        owner = np.repeat(np.arange(len(lang)), lookup.lengths)
        for language in self._finders:
            chosen = codes == language
            if chosen.any():
                columns = lookup.columns[chosen[owner]]
                out[chosen] = self._mean(language, columns, lookup.lengths[chosen], names)
        return out

    def _mean(
        self, language: str, columns: NDArray[np.int32], lengths: NDArray[np.int32], names: Sequence[bytes]
    ) -> Floats:
        distinct, back = np.unique(columns, return_inverse=True)
        rows = np.array([self._find(language, names[column]) for column in distinct.tolist()], np.int32)
        of_token = rows[back]
        known = (of_token >= 0).astype(np.float32)
        total = sum(pooled(of_token[:, i] % len(self._vectors), lengths, self._vectors) for i in range(2))
        count = pooled(np.arange(len(columns), dtype=np.int32), lengths, known).sum(axis=1)
        mean: Floats = total / np.maximum(count, 1)[:, None]
        return mean

    def _find(self, language: str, token: bytes) -> tuple[int, int]:
        known = self._rows[language]
        rows = known.get(token)
        if rows is None:
            if len(known) > MAX_KNOWN:
                known.clear()
            rows = known[token] = self._finders[language](words(token))
        return rows


def surface(texts: Sequence[str], lengths: NDArray[np.int32]) -> Floats:
    """Punctuation, capitals, smileys and links, damped by log(1 + count)."""
    counts = np.array([_marks(text) for text in texts], np.float32).reshape(-1, len(SURFACE) - 1)
    return np.log1p(np.hstack([lengths[:, None].astype(np.float32), counts]))


def _marks(text: str) -> tuple[int, ...]:
    count = text.count
    capitals = len(text) - len(text.encode("ascii", "replace").translate(None, _LOWER_TABLE))
    return (
        count("?"),
        count("!"),
        count("...") + count("…"),
        count(":)") + count(";)") + count(":-)") + count(";-)"),
        count(":(") + count(":-("),
        capitals,
        count("http"),
    )


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
        single = [bucket for token in listed for bucket in token_buckets(words(token))]
        pairs, _ = pair_buckets(table.hashes[lookup.columns], lookup.lengths)
        both = np.concatenate([np.array(single, np.int64), pairs.astype(np.int64) + BUCKETS])
        rows.append(np.full(len(both), number))
        columns.append(both)
        values.append(np.full(len(both), 1 / np.sqrt(max(len(listed), 1)), np.float32))
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
