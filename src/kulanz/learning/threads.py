"""Train the thread models: complaint and issue, as logistic regressions on numbers.

Their inputs are pooled signal log odds, pooled frozen word vectors and counts: no text and
no vocabulary of the training threads is in the weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from kulanz.core.labels import LABELS
from kulanz.core.posts import Post
from kulanz.core.prefixes import CLIP, STRUCTURE, PrefixModel, prefix_inputs
from kulanz.core.reading import ThreadReader

Floats = NDArray[np.float32]

TARGETS: Final = ("complaint", "issue")
BATCH: Final = 200
ALARMS_PER_THOUSAND: Final = 10.0
LEAST_POSTS: Final = 3
OPENINGS: Final = (1, 2, 3, 4, 6, 9, 14, 22, 35)
_COMPLAINT, _ISSUE = 1, 2


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reader said of a thread: level 0 to 3, and the post at which an issue began.

    Without ``onset_post`` nothing is learnt from the opening of an issue.
    """

    level: int
    onset_post: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Training rows: threads as they stand, and openings of threads.

    ``inputs`` are those of ``prefix_inputs`` after ``sizes`` posts of thread ``threads``;
    ``levels`` are what the thread had come to by then. ``whole`` marks threads as they stand.
    """

    inputs: Floats
    levels: NDArray[np.int64]
    threads: NDArray[np.int64]
    sizes: NDArray[np.int64]
    whole: NDArray[np.bool_]

    def of(self, chosen: NDArray[np.int64]) -> Rows:
        """Only the rows of the chosen threads."""
        kept = np.isin(self.threads, chosen)
        return Rows(
            self.inputs[kept], self.levels[kept], self.threads[kept], self.sizes[kept], self.whole[kept]
        )


@dataclass(frozen=True, slots=True)
class ThreadSettings:
    """Regularisation, and how common each level is in a natural mix of threads.

    All openings of a thread together weigh ``opening_weight`` times what the thread does:
    an issue is none before its onset, and a few words without content say nothing.

    Signals are penalised less than word vectors (``signal_gain``), peaks of single vector
    dimensions more (``peak_gain``): signals are what travels from one community to another.

    The labelled threads are chosen for heat; the log odds are shifted to the natural prior
    (Saerens et al. 2002, "Adjusting the outputs of a classifier to new a priori
    probabilities").
    """

    thread_c: float = 0.003
    signal_gain: float = 2.0
    peak_gain: float = 0.5
    opening_weight: float = 0.1
    natural_complaint: float = 0.2
    natural_issue: float = 0.03


def labelled_rows(
    reader: ThreadReader, threads: Sequence[Sequence[Post]], judged: Mapping[str, Judged]
) -> Rows:
    """Rows of the labelled threads, numbered in the order in which they come."""
    labelled = [posts for posts in threads if posts[0].thread_id in judged]
    places = [
        (number, size, level, size == len(posts))
        for number, posts in enumerate(labelled)
        for size, level in _places(posts, judged[posts[0].thread_id])
    ]
    numbers, sizes, levels, whole = (np.array(column) for column in zip(*places, strict=True))
    grown = list(prefixes(reader, labelled))
    inputs = np.array([grown[number][size - 1] for number, size, *_ in places], np.float32)
    return Rows(inputs, levels, numbers, sizes, whole)


def _places(posts: Sequence[Post], judged: Judged) -> Iterator[tuple[int, int]]:
    """Where a thread is looked at: after how many posts, and which level it had come to."""
    issue = judged.level >= _ISSUE
    until = _index(posts, judged.onset_post) if issue else len(posts) - 1
    before = _COMPLAINT if issue else judged.level
    yield from ((size, before) for size in OPENINGS if size <= min(until, len(posts) - 1))
    yield len(posts), judged.level


def _index(posts: Sequence[Post], post_id: str | None) -> int:
    return next((place for place, post in enumerate(posts) if post.post_id == post_id), 0)


def natural_inputs(reader: ThreadReader, threads: Iterable[Sequence[Post]]) -> Floats:
    """Inputs of the threads of at least LEAST_POSTS posts, as they stand."""
    long = [posts for posts in threads if len(posts) >= LEAST_POSTS]
    return np.array([rows[-1] for rows in prefixes(reader, long)], np.float32)


def prefixes(reader: ThreadReader, threads: Sequence[Sequence[Post]]) -> Iterable[Floats]:
    """For every thread the inputs after each of its posts."""
    for start in range(0, len(threads), BATCH):
        reading = reader.read(threads[start : start + BATCH])
        inputs = prefix_inputs(reading.values, reading.starts, reading.newcomer, reading.company)
        yield from np.split(inputs, reading.starts[1:-1])


def fit(rows: Rows, settings: ThreadSettings) -> PrefixModel:
    """Fit the two targets, in the order of TARGETS; openings teach only what is no issue yet."""
    inputs, whole = rows.inputs[rows.whole], rows.whole
    mean, scale = inputs.mean(axis=0), (inputs.std(axis=0) + 1e-3) / _gains(inputs.shape[1], settings)
    standard = np.clip((rows.inputs - mean) / scale, -CLIP, CLIP)
    complaint, issue = (rows.levels >= least for least in (_COMPLAINT, _ISSUE))
    columns = (
        fit_column(standard[whole], complaint[whole], settings.thread_c),
        fit_column(standard, issue, settings.thread_c, _weights(rows, settings)),
    )
    shifts = (
        _shift(complaint[whole], settings.natural_complaint),
        _shift(issue[whole], settings.natural_issue),
    )
    return PrefixModel(
        mean=mean,
        scale=scale,
        weights=np.array([weights for weights, _ in columns], np.float32).T,
        bias=np.array([bias + shift for (_, bias), shift in zip(columns, shifts, strict=True)], np.float32),
    )


def _weights(rows: Rows, settings: ThreadSettings) -> NDArray[np.float64]:
    openings = np.bincount(rows.threads[~rows.whole], minlength=int(rows.threads.max(initial=0)) + 1)
    shared = settings.opening_weight / np.maximum(openings, 1)[rows.threads]
    return np.where(rows.whole, 1.0, shared)


def alarm_level(model: PrefixModel, natural: Floats, per_thousand: float) -> PrefixModel:
    """Shift the issue score so that this many of 1,000 natural threads reach .5.

    ``natural`` holds the inputs of unlabelled threads as they come, (threads x inputs).
    """
    standard = np.clip((natural - model.mean) / model.scale, -CLIP, CLIP)
    issue = TARGETS.index("issue")
    scores = standard @ model.weights[:, issue] + model.bias[issue]
    bias = model.bias.copy()
    bias[issue] -= np.quantile(scores, 1 - per_thousand / 1000)
    return replace(model, bias=bias)


def _gains(width: int, settings: ThreadSettings) -> Floats:
    """How much each input may speak before regularisation; the layout is ``prefix_inputs``'."""
    block = (width - len(STRUCTURE)) // 3
    gains = np.ones(width, np.float32)
    for start in (0, block, 2 * block):
        gains[start : start + len(LABELS)] = settings.signal_gain
    gains[block + len(LABELS) : 2 * block] = settings.peak_gain
    return gains


def fit_column(
    standard: Floats,
    wanted: NDArray[np.bool_],
    c: float,
    weights: NDArray[np.float64] | None = None,
) -> tuple[Floats, float]:
    """One logistic regression on standardised inputs: weights and bias."""
    model = LogisticRegression(C=c, max_iter=2000).fit(standard, wanted, sample_weight=weights)
    return model.coef_[0], float(model.intercept_[0])


def _shift(wanted: NDArray[np.bool_], natural: float) -> float:
    share = float(wanted.mean())
    return log(natural / (1 - natural)) - log(share / (1 - share))
