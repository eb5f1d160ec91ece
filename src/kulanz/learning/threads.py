"""Train the thread models: complaint, issue and derailment, as logistic regressions on numbers.

Their inputs are pooled signal log odds, pooled frozen word vectors and counts: no text and
no vocabulary of the training threads is in the weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from kulanz.core.labels import LABELS
from kulanz.core.posts import Post
from kulanz.core.prefixes import CLIP, STRUCTURE, PrefixModel, prefix_inputs
from kulanz.core.reading import Reading, ThreadReader, author_numbers

Floats = NDArray[np.float32]

TARGETS: Final = ("complaint", "issue", "derail")
BATCH: Final = 200
ALARMS_PER_THOUSAND: Final = 30.0
LEAST_POSTS: Final = 3


@dataclass(frozen=True, slots=True)
class Rows:
    """Training rows of one target: inputs, wanted (0 or 1), weights, and each row's thread."""

    inputs: Floats
    wanted: NDArray[np.float64]
    weights: NDArray[np.float64]
    threads: NDArray[np.int64]

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Rows:
        """Some of the rows."""
        return Rows(self.inputs[chosen], self.wanted[chosen], self.weights[chosen], self.threads[chosen])

    def __add__(self, other: Rows) -> Rows:
        shifted = other.threads + (self.threads.max() + 1 if len(self.threads) else 0)
        return Rows(
            np.vstack([self.inputs, other.inputs]),
            np.concatenate([self.wanted, other.wanted]),
            np.concatenate([self.weights, other.weights]),
            np.concatenate([self.threads, shifted]),
        )


@dataclass(frozen=True, slots=True)
class ThreadSettings:
    """Regularisation, and how common each level is in a natural mix of threads.

    Signals are penalised less than word vectors (``signal_gain``), peaks of single vector
    dimensions more (``peak_gain``): signals are what travels from one community to another.

    The labelled threads are chosen for heat; the log odds are shifted to the natural prior
    (Saerens et al. 2002, "Adjusting the outputs of a classifier to new a priori
    probabilities"). The derailment belief keeps .5 as the even point of its balanced sets.
    """

    thread_c: float = 0.003
    derail_c: float = 0.002
    signal_gain: float = 2.0
    peak_gain: float = 0.5
    natural_complaint: float = 0.2
    natural_issue: float = 0.03


def whole_threads(
    reader: ThreadReader, threads: Sequence[Sequence[Post]], levels: Mapping[str, int], least: int
) -> Rows:
    """One row a labelled thread as it stands; wanted: its level is at least ``least``."""
    labelled = [posts for posts in threads if posts[0].thread_id in levels]
    inputs = np.array([rows[-1] for rows in prefixes(reader, labelled)], np.float32)
    wanted = np.array([levels[posts[0].thread_id] >= least for posts in labelled], float)
    return Rows(inputs, wanted, np.ones(len(wanted)), np.arange(len(wanted)))


def growing_threads(
    reader: ThreadReader, threads: Sequence[Sequence[Post]], events: Mapping[str, int | None]
) -> Rows:
    """A row for every post before a thread's event, or of a thread without one.

    ``events`` holds the index of the first toxic post, None where there is none. Every
    thread weighs the same, and so do threads that derail and threads that do not.
    """
    known = [posts for posts in threads if _usable(posts, events)]
    parts, wanted, weights, numbers = [], [], [], []
    for number, (posts, rows) in enumerate(zip(known, prefixes(reader, known), strict=True)):
        event = events[posts[0].thread_id]
        kept = rows[:event]
        parts.append(kept)
        wanted += [float(event is not None)] * len(kept)
        weights += [1 / len(kept)] * len(kept)
        numbers += [number] * len(kept)
    rows = Rows(np.vstack(parts), np.array(wanted), np.array(weights), np.array(numbers))
    return _balanced(rows)


def _usable(posts: Sequence[Post], events: Mapping[str, int | None]) -> bool:
    thread_id = posts[0].thread_id
    return thread_id in events and events[thread_id] != 0


def _balanced(rows: Rows) -> Rows:
    weights = rows.weights.copy()
    for value in (0.0, 1.0):
        same = rows.wanted == value
        weights[same] *= len(set(rows.threads.tolist())) / 2 / max(weights[same].sum(), 1e-9)
    return Rows(rows.inputs, rows.wanted, weights, rows.threads)


def natural_inputs(reader: ThreadReader, threads: Iterable[Sequence[Post]]) -> Floats:
    """Inputs of the threads of at least LEAST_POSTS posts, as they stand."""
    long = [posts for posts in threads if len(posts) >= LEAST_POSTS]
    return np.array([rows[-1] for rows in prefixes(reader, long)], np.float32)


def prefixes(reader: ThreadReader, threads: Sequence[Sequence[Post]]) -> Iterable[Floats]:
    """For every thread the inputs after each of its posts."""
    for start in range(0, len(threads), BATCH):
        reading = reader.read(threads[start : start + BATCH])
        yield from (_prefix_rows(reading, number) for number in range(len(reading.threads)))


def _prefix_rows(reading: Reading, number: int) -> Floats:
    rows = reading.rows(number)
    return prefix_inputs(reading.values[rows], author_numbers(reading.threads[number]), reading.company[rows])


def fit(targets: Sequence[Rows], settings: ThreadSettings) -> PrefixModel:
    """Fit the three targets, in the order of TARGETS, each on its own rows."""
    pooled = np.vstack([rows.inputs for rows in targets[:2]])
    mean, scale = pooled.mean(axis=0), (pooled.std(axis=0) + 1e-3) / _gains(pooled.shape[1], settings)
    strengths = (settings.thread_c, settings.thread_c, settings.derail_c)
    columns = [
        fit_column((rows.inputs - mean) / scale, rows, c) for rows, c in zip(targets, strengths, strict=True)
    ]
    shifts = (
        _shift(targets[0], settings.natural_complaint),
        _shift(targets[1], settings.natural_issue),
        0.0,
    )
    return PrefixModel(
        mean=mean,
        scale=scale,
        weights=np.array([weights for weights, _ in columns], np.float32).T,
        bias=np.array([bias + shift for (_, bias), shift in zip(columns, shifts, strict=True)], np.float32),
    )


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


def fit_column(standard: Floats, rows: Rows, c: float) -> tuple[Floats, float]:
    """One logistic regression on standardised inputs: weights and bias."""
    model = LogisticRegression(C=c, max_iter=2000)
    model.fit(np.clip(standard, -CLIP, CLIP), rows.wanted, sample_weight=rows.weights)
    return model.coef_[0], float(model.intercept_[0])


def _shift(rows: Rows, natural: float) -> float:
    share = float(np.average(rows.wanted, weights=rows.weights))
    return log(natural / (1 - natural)) - log(share / (1 - share))
