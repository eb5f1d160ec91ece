"""The derailment forecast: after every post, from the posts so far only."""

from __future__ import annotations

import numpy as np

from kulanz.core.features import Floats
from kulanz.core.prefixes import PrefixModel, prefix_inputs
from kulanz.core.reading import NO_SIGNAL, Reading


def forecast_values(reading: Reading) -> Floats:
    """What the forecast pools, (posts x columns): log odds of HEAT, then of the signals.

    A post that was not scored says no to everything.
    """
    known = np.hstack([reading.features.heat[: len(reading.scored)], reading.logits])
    return np.where(reading.scored[:, None], known, np.float32(NO_SIGNAL))


def forecast_inputs(reading: Reading) -> Floats:
    """One row for each post: the thread up to it."""
    return prefix_inputs(forecast_values(reading), reading.starts, reading.newcomer, reading.company)


def beliefs(reading: Reading, model: PrefixModel) -> Floats:
    """The belief, 0..1, after every post; ``model`` has the one target."""
    return model.probabilities(forecast_inputs(reading))[:, 0]
