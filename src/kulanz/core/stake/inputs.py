"""The numbers a stake line rests on, each of which can be corrected."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct

from kulanz.core.errors import CoreError
from kulanz.core.money import Money

MOST_PLACES: Final = 6
MOST_DAYS: Final = 3650
_MOST: Final = Decimal(10) ** 12


class StakeError(CoreError, ValueError):
    """Numbers that nothing can be reckoned from."""


class Range(Struct, frozen=True):
    """From a lowest to a highest number; the two are equal where one is sure."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        _check("low", self.low)
        _check("high", self.high)
        if self.low > self.high:
            raise StakeError(f"range: expected the lower number first, got {self.low} to {self.high}")


class LifetimeInputs(Struct, frozen=True, kw_only=True):
    """What a customer is expected to bring: margin (0..1) of the revenue a month, for so many months more."""

    revenue_per_month: Money
    margin: Decimal
    months: Decimal

    def __post_init__(self) -> None:
        _check("months", self.months)
        if _check("margin", self.margin) > 1:
            raise StakeError(f"margin: expected a share from 0 to 1, got {self.margin}")


class ExposureInputs(Struct, frozen=True, kw_only=True):
    """Who has read and will read it, and what the company says that this is worth.

    ``views`` of the conversation so far, ``views_per_day`` of late, for ``days`` more at most. ``audience``
    is the share of readers who matter to the company (0..1). ``spread`` is how often it is read anywhere for
    once that it is read here, 1 where it stays here. ``price`` is for 1,000 such readings.
    """

    views: int
    views_per_day: Decimal
    days: int
    audience: Range
    spread: Range
    price: Money

    def __post_init__(self) -> None:
        for name in ("views", "views_per_day", "days"):
            _check(name, Decimal(getattr(self, name)))
        if self.days > MOST_DAYS:
            raise StakeError(f"days: expected at most {MOST_DAYS}, got {self.days}")
        if self.audience.high > 1:
            raise StakeError(f"audience: expected shares from 0 to 1, got {self.audience.high}")
        if self.spread.low < 1:
            raise StakeError(f"spread: expected 1 at least, got {self.spread.low}: 1 is nobody elsewhere")


class CostInputs(Struct, frozen=True, kw_only=True):
    """What it costs to go on with the dispute: hours of staff, what an hour costs, fees for collection."""

    hours: Decimal
    hourly: Money
    fees: Money

    def __post_init__(self) -> None:
        _check("hours", self.hours)


class StakeInputs(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything a stake rests on; None where it is not known. ``corrected`` names what a person changed."""

    claim: Money | None = None
    lifetime: LifetimeInputs | None = None
    exposure: ExposureInputs | None = None
    cost: CostInputs | None = None
    corrected: frozenset[str] = frozenset()


def corrected(inputs: StakeInputs, name: str, value: Any) -> StakeInputs:
    """Return the inputs with one changed by a person: "claim", or "part.name" such as "exposure.views".

    Raise StakeError where there is no such input, or where its part is not known at all.
    """
    part, _, field = name.partition(".")
    if name == "claim":
        changed = _converted(name, value, Money)
    else:
        known: Struct | None = getattr(inputs, part) if part in _PARTS else None
        kinds = {one.name: one.type for one in msgspec.structs.fields(known)} if known is not None else {}
        if known is None or field not in kinds:
            raise StakeError(f"input: expected one like exposure.views that is known, got {name!r}")
        changed = msgspec.structs.replace(known, **{field: _converted(name, value, kinds[field])})
    return msgspec.structs.replace(inputs, **{part: changed}, corrected=inputs.corrected | {name})


def _converted(name: str, value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise StakeError(f"{name}: {error}") from None


_PARTS: Final = ("lifetime", "exposure", "cost")


def _check(name: str, number: Decimal) -> Decimal:
    """Numbers so short that the products of all of them are exact."""
    places = number.as_tuple().exponent
    if not isinstance(places, int) or not 0 <= number < _MOST or -places > MOST_PLACES:
        raise StakeError(
            f"{name}: expected a number from 0 on with at most {MOST_PLACES} decimals, got {number}"
        )
    return number
