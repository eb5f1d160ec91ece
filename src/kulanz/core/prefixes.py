"""Thread models that see a thread as it grows: every score from the posts so far only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kulanz.core.features import Floats
from kulanz.core.products import standard_product
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
        found = standard_product(inputs, self.mean, self.scale, CLIP, self.weights)
        return probabilities(found + self.bias)


def prefix_inputs(values: Floats, starts: Ints, newcomer: Bools, company: Bools) -> Floats:
    """One row a post: mean, maximum and recent mean of its thread's posts up to it.

    ``values`` is (posts x columns). Thread i owns the rows ``starts[i]`` to ``starts[i + 1]``;
    ``newcomer`` marks posts of people who had not posted in the thread before.
    """
    first = np.repeat(starts[:-1], np.diff(starts))
    place = np.arange(len(values)) - first
    width = values.shape[1]
    inputs = np.empty((len(values), 3 * width + len(STRUCTURE)), np.float32)
    mean, peak, recent = (inputs[:, column : column + width] for column in range(0, 3 * width, width))
    _scan(values, place, np.add, mean)
    mean /= (place + 1)[:, None].astype(np.float32)
    _scan(values, place, np.maximum, peak)
    _recent_mean(values, place, recent)
    inputs[:, 3 * width :] = structure(place + 1, so_far(newcomer, first), so_far(company, first))
    return inputs


def _scan(values: Floats, place: Ints, combine: np.ufunc, out: Floats) -> None:
    """Combine every post with all earlier ones of its thread, in as many rounds as its place has bits.

    ``place`` numbers the posts of a thread. Each round combines a post with the one ``reach``
    before it, which by then stands for as many (Hillis & Steele, "Data Parallel Algorithms",
    1986). What comes later in a thread changes nothing, not even by rounding.
    """
    out[:] = values
    reach, last = 1, int(place.max(initial=0))
    while reach <= last:
        rows = np.flatnonzero(place >= reach)
        out[rows] = combine(out[rows], out[rows - reach])
        reach *= 2


def _recent_mean(values: Floats, place: Ints, out: Floats) -> None:
    out[:] = values
    for back in range(1, RECENT):
        rows = np.flatnonzero(place >= back)
        out[rows] += values[rows - back]
    out /= np.minimum(place + 1, RECENT)[:, None].astype(np.float32)


def so_far(marks: Bools, first: Ints) -> Ints:
    """How many marked posts each thread has up to each post; ``first`` is the thread's first row."""
    sums = np.concatenate([[0], np.cumsum(marks)])
    counts: Ints = sums[1:] - sums[first]
    return counts


def structure(posts: Ints, people: Ints, company_posts: Ints) -> Floats:
    """The columns named in STRUCTURE."""
    return np.column_stack(
        [np.log(posts), np.log(people), people / posts, company_posts / posts, company_posts > 0]
    ).astype(np.float32)
