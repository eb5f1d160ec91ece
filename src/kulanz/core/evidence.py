"""Which passages of a post a signal rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kulanz.core.features import Vectorizer
from kulanz.core.labels import INDEX

MAX_LABELS: Final = 3
YES: Final = 0.5
_SENTENCE: Final = re.compile(r"(?:[^.!?\n]|[.!?](?=\S))+[.!?]*")


def passages(
    text: str, signals: Mapping[str, float], vectorizer: Vectorizer
) -> tuple[tuple[int, int, str], ...]:
    """For each of the strongest signals the sentence that speaks most for it: (start, end, label)."""
    strongest = sorted(
        (label for label in signals if signals[label] >= YES), key=lambda label: -signals[label]
    )
    spans = _sentences(text)
    if not strongest or not spans:
        return ()
    grams = vectorizer.transform([text[start:end] for start, end in spans]).grams
    best = ((spans[int(grams[:, INDEX[label]].argmax())], label) for label in strongest[:MAX_LABELS])
    return tuple(sorted((start, end, label) for (start, end), label in best))


def _sentences(text: str) -> list[tuple[int, int]]:
    found = ((match.start(), match.end(), match.group()) for match in _SENTENCE.finditer(text))
    return [
        (start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip())))
        for start, end, part in found
        if part.strip()
    ]
