"""Thread models that see a thread as it grows: every score from the posts so far only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kulanz.core.features import Floats
from kulanz.core.signals import probabilities
from kulanz.core.thread import Bools, Ints

RECENT: Final = 3
CLIP: Final = 8.0
STRUCTURE: Final = ("posts", "participants", "posts_per_participant", "company_share", "company_spoke")


@dataclass(frozen=True, slots=True)
class PrefixModel:
    """Logistic regressions on pooled posts, one column a target.

    ``weights`` is (inputs x targets); the inputs are those of ``prefix_inputs``. The thread
    model has the targets complaint (level 1 and above) and issue (level 2 and above), the
    forecast has one.
    """

    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats

    def probabilities(self, inputs: Floats) -> Floats:
        """(rows x targets), each 0..1."""
        standard = np.clip((inputs - self.mean) / self.scale, -CLIP, CLIP)
        return probabilities(standard @ self.weights + self.bias)


def prefix_inputs(values: Floats, starts: Ints, newcomer: Bools, company: Bools) -> Floats:
    """One row a post: mean, maximum and recent mean of its thread's posts up to it.

    ``values`` is (posts x columns). Thread i owns the rows ``starts[i]`` to ``starts[i + 1]``;
    ``newcomer`` marks posts of people who had not posted in the thread before.
    """
    first = np.repeat(starts[:-1], np.diff(starts))
    row = np.arange(len(values))
    count = row - first + 1
    sums = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    recent_from = np.maximum(row + 1 - RECENT, first)
    return np.hstack(
        [
            (sums[1:] - sums[first]) / count[:, None],
            _peaks(values, starts),
            (sums[1:] - sums[recent_from]) / np.minimum(count, RECENT)[:, None],
            structure(count, so_far(newcomer, first), so_far(company, first)),
        ]
    ).astype(np.float32)


def so_far(marks: Bools, first: Ints) -> Ints:
    """How many marked posts each thread has up to each post; ``first`` is the thread's first row."""
    sums = np.concatenate([[0], np.cumsum(marks)])
    counts: Ints = sums[1:] - sums[first]
    return counts


def _peaks(values: Floats, starts: Ints) -> Floats:
    """Running maximum within each thread: threads are lifted apart so that one pass does for all."""
    apart = 2.0 * float(np.abs(values).max(initial=0)) + 1
    lift = np.repeat(np.arange(len(starts) - 1), np.diff(starts))[:, None] * apart
    peaks: Floats = np.maximum.accumulate(values + lift, axis=0) - lift
    return peaks


def structure(posts: Ints, people: Ints, company_posts: Ints) -> Floats:
    """The columns named in STRUCTURE."""
    return np.column_stack(
        [np.log(posts), np.log(people), people / posts, company_posts / posts, company_posts > 0]
    ).astype(np.float32)
