"""What is at stake in a dispute: claim, customer value, exposure and the cost of going on."""

from __future__ import annotations

from kulanz.core.stake.inputs import CostInputs, ExposureInputs, LifetimeInputs, Range, StakeInputs, corrected
from kulanz.core.stake.lines import Input, Line, Stake, stake
from kulanz.core.stake.retention import months_remaining
from kulanz.core.stake.saying import rough, saying, times

__all__ = [
    "CostInputs",
    "ExposureInputs",
    "Input",
    "LifetimeInputs",
    "Line",
    "Range",
    "Stake",
    "StakeInputs",
    "corrected",
    "months_remaining",
    "rough",
    "saying",
    "stake",
    "times",
]
