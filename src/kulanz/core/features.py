"""Posts to feature arrays: the fast pass that every post goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
        self._vectors = vectors
        self._table = TokenTable(_WIDTH + 3 + 2 * vectors.width, self._fill)

    def transform(self, texts: Sequence[str]) -> PostFeatures:
        """Features of the given texts, in their order."""
        token_lists = [tokens(text) for text in texts]
        lookup = self._table.lookup(token_lists)
        sums = lookup.pooled(self._table.rows)
        lang = decide(sums[:, _WIDTH : _WIDTH + 3], lookup.lengths)
        logits = self._logits(sums[:, :_WIDTH], lookup)
        return PostFeatures(
            lang=lang,
            lengths=lookup.lengths,
            grams=logits[:, :-1],
            voice=logits[:, -1],
            vector=self._mean_vector(sums[:, _WIDTH + 3 :], lang),
            surface=surface(texts, lookup.lengths),
        )

    def _fill(self, new: Sequence[bytes]) -> Floats:
        found = [words(token) for token in new]
        buckets = [token_buckets(token_words) for token_words in found]
        lengths = np.fromiter(map(len, buckets), np.int32, len(buckets))
        columns = np.fromiter((b for row in buckets for b in row), np.int32, int(lengths.sum()))
        grams = pooled(columns, lengths, self._grams.tokens)
        languages = np.array([evidence(token_words) for token_words in found], np.float32)
        vectors = np.array([self._vectors.row(token_words) for token_words in found])
        return np.hstack([grams, languages.reshape(-1, 3), vectors])

    def _logits(self, token_sums: Floats, lookup: Lookup) -> Floats:
        buckets, lengths = pair_buckets(self._table.hashes[lookup.columns], lookup.lengths)
        pair_sums = pooled(buckets, lengths, self._grams.pairs)
        scale = 1 / np.sqrt(np.maximum(lookup.lengths, 1, dtype=np.float32))
        return (token_sums + pair_sums) * scale[:, None] + self._grams.bias

    def _mean_vector(self, sums: Floats, lang: list[Language]) -> Floats:
        width = self._vectors.width
        german = np.fromiter((code == "de" for code in lang), bool, len(lang))
        chosen = np.where(german[:, None], sums[:, width:], sums[:, :width])
        return chosen[:, :-1] / np.maximum(chosen[:, -1:], 1)


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
