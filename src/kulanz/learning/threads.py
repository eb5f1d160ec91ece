"""Train the thread models: complaint and issue, as logistic regressions on numbers.

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
from kulanz.core.reading import ThreadReader

Floats = NDArray[np.float32]

TARGETS: Final = ("complaint", "issue")
BATCH: Final = 200
ALARMS_PER_THOUSAND: Final = 10.0
LEAST_POSTS: Final = 3


@dataclass(frozen=True, slots=True)
class Rows:
    """Training rows of one target: inputs, and what is wanted (0 or 1)."""

    inputs: Floats
    wanted: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ThreadSettings:
    """Regularisation, and how common each level is in a natural mix of threads.

    Signals are penalised less than word vectors (``signal_gain``), peaks of single vector
    dimensions more (``peak_gain``): signals are what travels from one community to another.

    The labelled threads are chosen for heat; the log odds are shifted to the natural prior
    (Saerens et al. 2002, "Adjusting the outputs of a classifier to new a priori
    probabilities").
    """

    thread_c: float = 0.003
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
    return Rows(inputs, wanted)


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


def fit(complaints: Rows, issues: Rows, settings: ThreadSettings) -> PrefixModel:
    """Fit the two targets, in the order of TARGETS; both have the same inputs."""
    inputs = complaints.inputs
    mean, scale = inputs.mean(axis=0), (inputs.std(axis=0) + 1e-3) / _gains(inputs.shape[1], settings)
    standard = np.clip((inputs - mean) / scale, -CLIP, CLIP)
    columns = [fit_column(standard, rows.wanted, settings.thread_c) for rows in (complaints, issues)]
    shifts = (
        _shift(complaints.wanted, settings.natural_complaint),
        _shift(issues.wanted, settings.natural_issue),
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


def fit_column(standard: Floats, wanted: NDArray[np.float64], c: float) -> tuple[Floats, float]:
    """One logistic regression on standardised inputs: weights and bias."""
    model = LogisticRegression(C=c, max_iter=2000).fit(standard, wanted)
    return model.coef_[0], float(model.intercept_[0])


def _shift(wanted: NDArray[np.float64], natural: float) -> float:
    share = float(wanted.mean())
    return log(natural / (1 - natural)) - log(share / (1 - share))
