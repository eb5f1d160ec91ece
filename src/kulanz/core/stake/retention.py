"""How long customers stay, from how long earlier ones did."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final

from kulanz.core.stake.inputs import StakeError

MOST_MONTHS: Final = 120
_LATE: Final = 12


def months_remaining(staying: Sequence[int], tenure: int, most: int = MOST_MONTHS) -> Decimal:
    """Return how many months more a customer of ``tenure`` months is expected to stay, with one decimal.

    ``staying`` counts the customers of earlier cohorts who were still there after 0, 1, 2 ... months. The
    result is the curtate expectation of life of a life table: the sum, over the months to come, of the share
    of those there after ``tenure`` months who are still there. Beyond the table customers are taken to leave
    at the rate of its last year (leavers by months lived). Never more than ``most``.
    """
    _check(staying, tenure)
    last = len(staying) - 1
    beyond = _beyond(staying, most)
    if tenure >= last or not staying[tenure]:
        expected = beyond
    else:
        within = sum(Fraction(there, staying[tenure]) for there in staying[tenure + 1 :])
        expected = within + Fraction(staying[last], staying[tenure]) * beyond
    return _one_decimal(min(expected, Fraction(most)))


def _beyond(staying: Sequence[int], most: int) -> Fraction:
    """Months expected at a constant rate of leaving: (1 - rate) / rate."""
    late = staying[-_LATE - 1 :]
    left, lived = late[0] - late[-1], sum(late[:-1])
    if not lived:
        return Fraction(0)
    return Fraction(lived - left, left) if left else Fraction(most)


def _one_decimal(months: Fraction) -> Decimal:
    return Decimal(round(months * 10)).scaleb(-1)


def _check(staying: Sequence[int], tenure: int) -> None:
    grows = any(later > earlier for earlier, later in pairwise(staying))
    if len(staying) < 2 or grows or staying[-1] < 0 or not staying[0]:  # noqa: PLR2004 - a month to look at
        raise StakeError(
            "retention: expected how many customers were there after 0, 1, 2 ... months, never more than "
            f"before and some at the start, got {list(staying[:5])}"
        )
    if tenure < 0:
        raise StakeError(f"tenure: expected months from 0 on, got {tenure}")
