"""Posts to feature arrays: the fast pass that every post goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.embedding import PER_TOKEN, WordVectors
from kulanz.core.labels import LABELS
from kulanz.core.language import Language, decide
from kulanz.core.ngrams import BUCKETS, pair_buckets, token_buckets, token_hash
from kulanz.core.pooling import pooled
from kulanz.core.surface import surface
from kulanz.core.texts import JoinedTexts
from kulanz.core.tokenrows import LANGUAGE_COLUMNS, TokenRows, VectorRows
from kulanz.core.tokens import token_spans, tokens, words_of
from kulanz.core.tokentable import Lookup, TokenTable

Floats = NDArray[np.float32]

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
        self._vectors = vectors.vectors
        self._table = TokenTable()
        self._rows = TokenRows(grams.tokens, vectors)

    def transform(self, texts: Sequence[str], lang: Language | None = None) -> PostFeatures:
        """Features of the given texts, in their order; ``lang`` where it is known for all of them."""
        joined = JoinedTexts(texts)
        lookup = self._table.lookup(token_spans(joined))
        self._rows.follow(self._table.tokens)
        sums = pooled(lookup.columns, lookup.lengths, self._rows.sums)
        decided = decide(sums[:, -LANGUAGE_COLUMNS:], lookup.lengths) if lang is None else [lang] * len(texts)
        logits = self._logits(sums[:, :-LANGUAGE_COLUMNS], lookup)
        return PostFeatures(
            lang=decided,
            lengths=lookup.lengths,
            grams=logits[:, :_VOICE],
            voice=logits[:, _VOICE],
            heat=logits[:, _VOICE + 1 :],
            vector=self._means(lookup, decided),
            surface=surface(joined, lookup.lengths),
        )

    def _logits(self, token_sums: Floats, lookup: Lookup) -> Floats:
        buckets, lengths = pair_buckets(self._rows.hashes[lookup.columns], lookup.lengths)
        pair_sums = pooled(buckets, lengths, self._grams.pairs)
        scale = 1 / np.sqrt(np.maximum(lookup.lengths, 1).astype(np.float32))
        return np.asarray((token_sums + pair_sums) * scale[:, None] + self._grams.bias, np.float32)

    def _means(self, lookup: Lookup, lang: Sequence[str]) -> Floats:
        """Mean word vector of every text; zeros for texts in neither language."""
        out = np.zeros((len(lang), self._vectors.shape[1]), np.float32)
        codes = np.array(lang)
        for language, rows_of in (("de", self._rows.german), ("en", self._rows.english)):
            chosen = codes == language
            if chosen.any():
                columns = lookup.columns[np.repeat(chosen, lookup.lengths)]
                out[chosen] = self._mean(rows_of(columns), lookup.lengths[chosen])
        return out

    def _mean(self, rows: VectorRows, lengths: NDArray[np.int32]) -> Floats:
        known = np.flatnonzero(rows >= 0)
        counts = np.diff(np.searchsorted(known, PER_TOKEN * np.cumsum(lengths)), prepend=0)
        total = pooled(rows[known], counts, self._vectors)
        mean: Floats = total / np.maximum(counts, 1).astype(np.float32)[:, None]
        return mean


def hashed_counts(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """The n-gram model's own inputs as sparse triplets (text, bucket, value), for training.

    Token buckets come first (0..BUCKETS), pair buckets after them. The values are those
    that ``Vectorizer`` applies implicitly: a count over the root of the number of tokens.
    """
    rows: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int64]] = []
    values: list[Floats] = []
    for number, text in enumerate(texts):
        listed = tokens(text)
        single, _ = token_buckets(words_of(listed))
        hashes = np.array(list(map(token_hash, listed)), np.uint32)
        pairs, _ = pair_buckets(hashes, np.array([len(listed)], np.int32))
        both = np.concatenate([single.astype(np.int64), pairs.astype(np.int64) + BUCKETS])
        rows.append(np.full(len(both), number))
        columns.append(both)
        values.append(np.full(len(both), 1 / np.sqrt(max(len(listed), 1)), np.float32))
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
