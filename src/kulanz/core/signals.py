"""Post signals: what each post does, as nineteen probabilities; .5 means yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.features import Floats, PostFeatures
from kulanz.core.products import standard_product

CLIP: Final = 6.0

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SignalHead:
    """Logistic regression on what is known of a post and of the post it answers.

    ``weights`` is (inputs x labels) with the inputs in the order of ``head_inputs``, whose
    ``mean`` and ``scale`` standardise them. Calibrated so that .5 means "yes".
    """

    mean: Floats
    scale: Floats
    weights: Floats
    bias: Floats

    def logits(self, inputs: Floats) -> Floats:
        """(posts x labels) log odds."""
        return standard_product(inputs, self.mean, self.scale, CLIP, self.weights) + self.bias


def head_inputs(features: PostFeatures, context: Ints, company: Bools, lang: Sequence[str]) -> Floats:
    """The head's input matrix. ``context[i]`` is the row that post i answers, or -1.

    ``features`` may hold more rows than ``context``: titles, which openings answer.
    """
    rows = len(context)
    answers = (context >= 0)[:, None].astype(np.float32)
    german = np.fromiter((code == "de" for code in lang), np.float32, rows)
    return np.hstack(
        [
            features.grams[:rows],
            features.grams[context] * answers,
            features.surface[:rows],
            company.astype(np.float32)[:, None],
            german[:, None],
            features.vector[:rows],
            features.vector[context] * answers,
            answers,
        ]
    )


def probabilities(logits: Floats) -> Floats:
    """Logistic function, safe for large values."""
    odds = np.exp(-np.clip(logits, -30, 30))
    return (1 / (1 + odds)).astype(np.float32, copy=False)
