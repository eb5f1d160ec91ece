"""What the company says that things are worth: Kulanz has no opinion on it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct

from kulanz.core.money import Money, MoneyError
from kulanz.core.stake import ExposureInputs, LifetimeInputs, Range, months_remaining
from kulanz.core.stake.inputs import StakeError
from kulanz.desk.rules.errors import RuleError

MOST_COHORT: Final = 240
MOST: Final = 10**9
"""The largest rate: what is reckoned from it can be written."""
MOST_PLACES: Final = 6
_MONTHS_A_YEAR: Final = 12


class Rates(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The rates of the company, None where it has set none: then the line that needs it is not drawn.

    ``price`` is for 1,000 readings, ``audience`` the share of readers who matter, ``spread`` how often a
    conversation is read anywhere for once that it is read where it began, ``days`` how long it may go on.
    ``hours`` of staff a case takes when the dispute goes on, ``hourly`` what one costs, ``fees`` for
    collection. ``months`` a customer is expected to stay; ``cohort`` counts the customers of an earlier
    year who were still there after 0, 1, 2 ... months, and is used before ``months``.
    """

    currency: str = "EUR"
    price: Decimal | None = None
    audience: Range | None = None
    spread: Range | None = None
    days: int | None = None
    hours: Decimal | None = None
    hourly: Decimal | None = None
    fees: Decimal | None = None
    months: Decimal | None = None
    cohort: tuple[int, ...] = ()

    def money(self, amount: Decimal | None) -> Money | None:
        return None if amount is None else Money(amount, self.currency)

    def months_left(self, since: date | None, today: date) -> Decimal | None:
        """Return how many months a customer is expected to stay, by the cohort where there is one."""
        if self.cohort and since is not None:
            lived = (today.year - since.year) * _MONTHS_A_YEAR + today.month - since.month
            return months_remaining(self.cohort, max(0, lived))
        return self.months


def rates_in(values: Any) -> Rates:
    """Return rates as they are kept, or as a program sends them; raise RuleError for what makes no sense."""
    try:
        rates = msgspec.convert(values, Rates)
        _check(rates)
    except (msgspec.ValidationError, MoneyError, StakeError) as error:
        raise RuleError("rates: %(problem)s", problem=str(error)) from error
    return rates


def _check(rates: Rates) -> None:
    """Reckon once with every rate: what the core would refuse later is refused now."""
    for number in _numbers(rates):
        places = number.as_tuple().exponent
        if not isinstance(places, int) or -places > MOST_PLACES or not 0 <= number <= MOST:
            raise StakeError(
                f"expected numbers from 0 to {MOST} with at most {MOST_PLACES} decimals, got {number}"
            )
    one, price = Decimal(1), Money(rates.price or Decimal(0), rates.currency)
    ExposureInputs(
        views=0,
        views_per_day=Decimal(0),
        days=rates.days or 0,
        audience=rates.audience or Range(one, one),
        spread=rates.spread or Range(one, one),
        price=price,
    )
    LifetimeInputs(revenue_per_month=price, margin=one, months=rates.months or one)
    if len(rates.cohort) > MOST_COHORT:
        raise StakeError(f"cohort: expected at most {MOST_COHORT} months, got {len(rates.cohort)}")
    if rates.cohort:
        months_remaining(rates.cohort, 0)


def _numbers(rates: Rates) -> list[Decimal]:
    found = [rates.price, rates.hours, rates.hourly, rates.fees, rates.months]
    for span in (rates.audience, rates.spread):
        found += [span.low, span.high] if span is not None else []
    return [each for each in found if each is not None] + [Decimal(each) for each in rates.cohort]
