"""A thread as arrays: what every thread measure reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kulanz.core.labels import INDEX
from kulanz.core.posts import Post

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread in time order, with its post signals.

    ``signals`` is (posts x 19), probabilities in the order of ``LABELS``;
    a row of NaN means "not scored" (another language). ``author`` numbers the authors
    from 0 in order of appearance, an unknown author counts as a new person. ``company``
    marks posts that speak for the company. ``parent`` is the index of the post answered
    (given, else the one before), -1 for the opening. ``hours`` is the time since the
    opening post, NaN where unknown.
    """

    posts: Sequence[Post]
    signals: Floats
    author: Ints
    company: Bools
    parent: Ints
    hours: Floats
    _filled: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_filled", np.where(self.scored[:, None], self.signals, 0.0))

    def __len__(self) -> int:
        return len(self.posts)

    @property
    def scored(self) -> Bools:
        """Posts in a language that the models read."""
        scored: Bools = ~np.isnan(self.signals[:, 0])
        return scored

    def signal(self, label: str) -> Floats:
        """Probabilities of one label over the posts, 0 where not scored."""
        column: Floats = self._filled[:, INDEX[label]]
        return column

    @property
    def opener(self) -> Bools:
        """Posts written by the author of the opening post."""
        opener: Bools = self.author == 0
        return opener
