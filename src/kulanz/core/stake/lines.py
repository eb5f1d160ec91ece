"""The four lines of a stake, each with what it was reckoned from and how."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from kulanz.core.money import Money
from kulanz.core.stake.inputs import CostInputs, ExposureInputs, LifetimeInputs, Range, StakeInputs

LineCode = Literal["claim", "customer", "exposure", "dispute"]
_A_THOUSANDTH: Final = Decimal("0.001")

FORMULAS: Final[dict[LineCode, str]] = {
    "claim": "claim",
    "customer": "margin x revenue_per_month x months",
    "exposure": "views x audience x spread x price / 1000, with views to views + views_per_day x days",
    "dispute": "hours x hourly + fees",
}


class Input(Struct, frozen=True):
    """A number a line rests on: its name for ``corrected``, and whether a person changed it."""

    name: str
    value: Money | Decimal | int | Range
    corrected: bool


class Line(Struct, frozen=True):
    """One line: an amount, or from the lowest to the highest, in whole units of its currency."""

    code: LineCode
    low: Money
    high: Money
    formula: str
    inputs: tuple[Input, ...]


class Stake(Struct, frozen=True):
    """What is known to be at stake: the lines in the order claim, customer, exposure, dispute.

    ``views`` are those of the conversation so far, None where nobody knows. ``missing`` names the lines that
    cannot be drawn.
    """

    lines: tuple[Line, ...]
    views: int | None
    missing: tuple[LineCode, ...]

    def line(self, code: LineCode) -> Line | None:
        """Return a line, None where it is missing."""
        return next((line for line in self.lines if line.code == code), None)


def stake(inputs: StakeInputs) -> Stake:
    """Return the lines that can be drawn from what is known."""
    lines = tuple(_lines(inputs))
    drawn = {line.code for line in lines}
    return Stake(
        lines=lines,
        views=inputs.exposure.views if inputs.exposure else None,
        missing=tuple(code for code in FORMULAS if code not in drawn),
    )


def _lines(inputs: StakeInputs) -> Iterator[Line]:
    if inputs.claim is not None:
        yield _line("claim", inputs, (inputs.claim, inputs.claim))
    if inputs.lifetime is not None:
        yield _line("customer", inputs, lifetime_value(inputs.lifetime))
    if inputs.exposure is not None:
        yield _line("exposure", inputs, exposure(inputs.exposure))
    if inputs.cost is not None:
        yield _line("dispute", inputs, cost(inputs.cost))


def lifetime_value(of: LifetimeInputs) -> tuple[Money, Money]:
    """Return margin x revenue per month x expected remaining months."""
    value = of.revenue_per_month * of.margin * of.months
    return value, value


def exposure(of: ExposureInputs) -> tuple[Money, Money]:
    """Return what readings are worth: at least if nobody more reads it, at most if it goes on as of late."""
    expected = of.views + of.views_per_day * of.days
    low = of.price * of.views * of.audience.low * of.spread.low * _A_THOUSANDTH
    high = of.price * expected * of.audience.high * of.spread.high * _A_THOUSANDTH
    return low, high


def cost(of: CostInputs) -> tuple[Money, Money]:
    """Return hours x what an hour costs + fees."""
    value = of.hourly * of.hours + of.fees
    return value, value


_PARTS: Final[dict[LineCode, str]] = {
    "claim": "claim",
    "customer": "lifetime",
    "exposure": "exposure",
    "dispute": "cost",
}


def _line(code: LineCode, inputs: StakeInputs, amounts: tuple[Money, Money]) -> Line:
    low, high = amounts
    return Line(code, low.rounded(), high.rounded(), FORMULAS[code], tuple(_inputs(_PARTS[code], inputs)))


def _inputs(part: str, inputs: StakeInputs) -> Iterator[Input]:
    known = getattr(inputs, part)
    if isinstance(known, Money):
        yield Input(part, known, part in inputs.corrected)
        return
    for field in known.__struct_fields__:
        name = f"{part}.{field}"
        yield Input(name, getattr(known, field), name in inputs.corrected)
