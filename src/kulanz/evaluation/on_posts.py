"""What ``kulanz posts`` found against what readers found, post by post."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kulanz.core.labels import INDEX, LABELS
from kulanz.core.thread import Bools, Floats
from kulanz.evaluation.coverage import Coverage, coverage
from kulanz.evaluation.labels import (
    MIN_SUPPORT,
    YES,
    Calibration,
    LanguageFigures,
    calibration,
    language_figures,
)
from kulanz.evaluation.shapes import PostLabel, PostSignals

EVERY_LANGUAGE: Final = "all"
_UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class PostsEvaluation:
    """Figures for every post ("all") and by language.

    ``not_scored`` counts labelled posts without signals; they count as "no" to every label,
    so that silence on a hard post is no advantage. ``min_support`` bounds the macro figures.
    """

    coverage: Coverage
    not_scored: int
    threshold: float
    min_support: int
    languages: tuple[LanguageFigures, ...]
    calibration: tuple[Calibration, ...]


def evaluate_posts(
    signals: Iterable[PostSignals],
    labels: Iterable[PostLabel],
    *,
    min_support: int = MIN_SUPPORT,
    threshold: float = YES,
) -> PostsEvaluation:
    """Measure signals against labels.

    A label without thread_id is matched by post_id alone. A post's language is that of its
    label, where none is given the one Kulanz detected.
    """
    wanted = {_key(label): label for label in labels}
    found = _by_key(signals, wanted)
    matched = [(label, found[key]) for key, label in wanted.items() if key in found]
    truth, probability = _truth([label for label, _ in matched]), _probability([line for _, line in matched])
    langs = np.array([label.lang or line.lang or _UNKNOWN for label, line in matched], dtype=np.str_)
    masks = {EVERY_LANGUAGE: np.ones(len(matched), dtype=bool)}
    masks |= {str(lang): langs == lang for lang in np.unique(langs)}
    return PostsEvaluation(
        coverage=coverage(wanted, found),
        not_scored=sum(not line.signals for _, line in matched),
        threshold=threshold,
        min_support=min_support,
        languages=tuple(
            language_figures(
                lang, truth[mask], probability[mask], min_support=min_support, threshold=threshold
            )
            for lang, mask in masks.items()
        ),
        calibration=tuple(
            calibration(label, truth[:, column], probability[:, column])
            for column, label in enumerate(LABELS)
        ),
    )


def _key(label: PostLabel) -> str:
    return label.post_id if label.thread_id is None else _joined(label.thread_id, label.post_id)


def _joined(thread_id: str, post_id: str) -> str:
    return f"{thread_id} {post_id}"


def _by_key(signals: Iterable[PostSignals], wanted: Mapping[str, PostLabel]) -> dict[str, PostSignals]:
    """Return the lines under the key by which labels ask for them."""
    found: dict[str, PostSignals] = {}
    for line in signals:
        full = _joined(line.thread_id, line.post_id)
        found[line.post_id if line.post_id in wanted and full not in wanted else full] = line
    return found


def _truth(labels: Sequence[PostLabel]) -> Bools:
    truth = np.zeros((len(labels), len(LABELS)), dtype=bool)
    for row, post in enumerate(labels):
        truth[row, [INDEX[label] for label in post.labels]] = True
    return truth


def _probability(lines: Sequence[PostSignals]) -> Floats:
    probability = np.zeros((len(lines), len(LABELS)))
    for row, line in enumerate(lines):
        probability[row] = [line.signals.get(label) or 0.0 for label in LABELS]
    return probability
