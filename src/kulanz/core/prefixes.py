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

    ``weights`` is (inputs x targets); the inputs are those of ``prefix_inputs`` and
    ``pooled_inputs``. The thread model has the targets complaint (level 1 and above) and
    issue (level 2 and above), the forecast has one.
    """

    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats

    def probabilities(self, inputs: Floats) -> Floats:
        """(rows x targets), each 0..1."""
        standard = np.clip((inputs - self.mean) / self.scale, -CLIP, CLIP)
        return probabilities(standard @ self.weights + self.bias)


def prefix_inputs(values: Floats, author: Ints, company: Bools) -> Floats:
    """One row for each prefix of a thread: mean, maximum and recent mean of the posts so far.

    ``values`` is (posts x columns): signal logits and word vectors.
    """
    count = np.arange(1, len(values) + 1)[:, None]
    total = np.cumsum(values, axis=0, dtype=np.float64)
    earlier = np.vstack([np.zeros((min(RECENT, len(values)), values.shape[1])), total[:-RECENT]])
    return np.hstack(
        [
            total / count,
            np.maximum.accumulate(values, axis=0),
            (total - earlier) / np.minimum(count, RECENT),
            structure(count[:, 0], _people(author), np.cumsum(company)),
        ]
    ).astype(np.float32)


def _people(author: Ints) -> Ints:
    """Distinct authors so far; authors are numbered in order of appearance."""
    people: Ints = np.maximum.accumulate(author) + 1
    return people


def pooled_inputs(values: Floats, starts: Ints, people: Ints, company_posts: Ints) -> Floats:
    """The last row of ``prefix_inputs`` for many threads at once.

    Thread i owns the rows ``starts[i]`` to ``starts[i + 1]``; no thread is empty.
    """
    count = np.diff(starts)
    posts = count.astype(np.float32)[:, None]
    total = np.add.reduceat(values, starts[:-1], axis=0)
    recent = sum(
        values[np.maximum(starts[1:] - back, starts[:-1])] * (posts >= back) for back in range(1, RECENT + 1)
    )
    return np.hstack(
        [
            total / posts,
            np.maximum.reduceat(values, starts[:-1], axis=0),
            recent / np.minimum(posts, RECENT),
            structure(count, people, company_posts),
        ]
    ).astype(np.float32)


def structure(posts: Ints, people: Ints, company_posts: Ints) -> Floats:
    """The columns named in STRUCTURE."""
    return np.column_stack(
        [np.log(posts), np.log(people), people / posts, company_posts / posts, company_posts > 0]
    ).astype(np.float32)
