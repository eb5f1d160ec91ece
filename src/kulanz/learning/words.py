"""Build the bilingual word vectors: English words as they are, German words by their gloss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.embedding import WordVectors
from kulanz.core.german import entries
from kulanz.core.tokens import tokens, words
from kulanz.learning.minilm import Encoder

DIMENSIONS: Final = 128
_SMOOTHING: Final = 1e-2
_UNSEEN: Final = 2e-6
_VOCABULARY: Final = 30_000


def read_lexicon(folder: Path) -> dict[str, str]:
    """German entry to English gloss from all ``*.tsv`` files; the last file wins."""
    lexicon: dict[str, str] = {}
    for file in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            entry, tab, gloss = line.partition("\t")
            if not (entry and tab and gloss):
                raise ValueError(f"{file}:{number}: expected 'German<TAB>English', got {line!r}")
            lexicon[entry] = gloss.strip()
    return lexicon


def word_counts(texts: Iterable[str]) -> Counter[str]:
    """How often each word occurs."""
    counts: Counter[str] = Counter()
    for text in texts:
        for token in tokens(text):
            counts.update(words(token))
    return counts


def build(lexicon: dict[str, str], german: Counter[str], english: Counter[str]) -> WordVectors:
    """Encode, project on the main axes of the English words and weigh by rarity."""
    known = [word for word, _ in english.most_common(_VOCABULARY) if word.isalpha()]
    listed = sorted(lexicon)
    encoder = Encoder()
    raw_english = encoder.encode(known)
    raw_german = encoder.encode([lexicon[entry] for entry in listed])
    centre = raw_english.mean(axis=0)
    axes = np.linalg.svd(raw_english - centre, full_matrices=False)[2][:DIMENSIONS].T
    english_part = (raw_english - centre) @ axes * _rarity(known, english)[:, None]
    german_part = (raw_german - centre) @ axes * _rarity(listed, _entry_counts(german, lexicon))[:, None]
    return WordVectors(
        vectors=np.vstack([english_part, german_part]).astype(np.float32),
        english={word: row for row, word in enumerate(known)},
        german={word: len(known) + row for row, word in enumerate(listed)},
    )


def _entry_counts(german: Counter[str], lexicon: dict[str, str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for word, count in german.items():
        for entry in entries(word, lexicon):
            counts[entry] += count
    return counts


def _rarity(listed: list[str], counts: Counter[str]) -> NDArray[np.float64]:
    total = max(counts.total(), 1)
    share = np.array([counts[word] / total for word in listed])
    rarity: NDArray[np.float64] = _SMOOTHING / (_SMOOTHING + np.maximum(share, _UNSEEN))
    return rarity
