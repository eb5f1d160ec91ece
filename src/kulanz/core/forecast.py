"""The derailment forecast: after every post, from the posts so far only."""

from __future__ import annotations

import numpy as np

from kulanz.core.features import Floats
from kulanz.core.prefixes import PrefixModel, pooled_inputs, prefix_inputs
from kulanz.core.reading import NO_SIGNAL, Reading, author_numbers
from kulanz.core.thread import Ints


def forecast_values(reading: Reading) -> Floats:
    """What the forecast pools, (posts x columns): log odds of HEAT, then of the signals.

    A post that was not scored says no to everything.
    """
    heat = reading.features.heat[: len(reading.scored)]
    return np.where(reading.scored[:, None], np.hstack([heat, reading.logits]), np.float32(NO_SIGNAL))


def forecast_inputs(reading: Reading, values: Floats, number: int) -> Floats:
    """One row for each prefix of thread ``number``; ``values`` are those of the whole reading."""
    rows = reading.rows(number)
    return prefix_inputs(values[rows], author_numbers(reading.threads[number]), reading.company[rows])


def beliefs(reading: Reading, values: Floats, number: int, model: PrefixModel) -> Floats:
    """The belief, 0..1, after every post of thread ``number``; ``model`` has the one target."""
    return model.probabilities(forecast_inputs(reading, values, number))[:, 0]


def last_beliefs(reading: Reading, participants: Ints, company_posts: Ints, model: PrefixModel) -> Floats:
    """The belief, 0..1, of every thread as it stands; arguments as in ``pooled_inputs``."""
    inputs = pooled_inputs(forecast_values(reading), reading.starts, participants, company_posts)
    return model.probabilities(inputs)[:, 0]
