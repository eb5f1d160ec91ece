"""The derailment forecast: after every post, from the posts so far only."""

from __future__ import annotations

import numpy as np

from kulanz.core.features import Floats
from kulanz.core.prefixes import PrefixModel, pooled_inputs, prefix_inputs
from kulanz.core.reading import NO_SIGNAL, Reading, author_numbers
from kulanz.core.thread import Ints

_EVERYTHING = slice(None)


def forecast_values(reading: Reading, rows: slice = _EVERYTHING) -> Floats:
    """What the forecast pools, (posts x columns): log odds of HEAT, then of the signals.

    A post that was not scored says no to everything.
    """
    heat = reading.features.heat[: len(reading.scored)]
    known = np.hstack([heat[rows], reading.logits[rows]])
    return np.where(reading.scored[rows, None], known, np.float32(NO_SIGNAL))


def forecast_inputs(reading: Reading, number: int) -> Floats:
    """One row for each prefix of thread ``number``."""
    rows = reading.rows(number)
    values = forecast_values(reading, rows)
    return prefix_inputs(values, author_numbers(reading.threads[number]), reading.company[rows])


def beliefs(reading: Reading, number: int, model: PrefixModel) -> Floats:
    """The belief, 0..1, after every post of thread ``number``; ``model`` has the one target."""
    return model.probabilities(forecast_inputs(reading, number))[:, 0]


def last_beliefs(reading: Reading, participants: Ints, company_posts: Ints, model: PrefixModel) -> Floats:
    """The belief, 0..1, of every thread as it stands; arguments as in ``pooled_inputs``."""
    inputs = pooled_inputs(forecast_values(reading), reading.starts, participants, company_posts)
    return model.probabilities(inputs)[:, 0]
