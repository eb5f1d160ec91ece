"""Evidence in a text: overlapping character ranges become consecutive passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

Evidence = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text and the labels that rest on it, in the order given; often none."""

    text: str
    labels: tuple[str, ...] = ()


def passages(text: str, evidence: Iterable[Evidence]) -> tuple[Passage, ...]:
    """Cut ``text`` at the ends of all ranges; what lies outside it is dropped."""
    ranges = list(_clipped(text, evidence))
    cuts = sorted({0, len(text), *(edge for start, end, _ in ranges for edge in (start, end))})
    return tuple(Passage(text[start:end], _labels(ranges, start)) for start, end in pairwise(cuts))


def _clipped(text: str, evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """Ranges inside the text, without white space at their ends."""
    for start, end, label in evidence:
        first, last = max(0, start), min(max(0, end), len(text))
        within = text[first:last]
        first += len(within) - len(within.lstrip())
        last -= len(within) - len(within.rstrip())
        if first < last:
            yield first, last, label


def _labels(ranges: list[Evidence], at: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label for start, end, label in ranges if start <= at < end))
