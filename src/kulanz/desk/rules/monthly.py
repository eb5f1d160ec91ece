"""The monthly report: what is counted of a month, and what of it may be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Final

import msgspec

from kulanz.core.money import Money

LEAST: Final = 5
"""Smaller counts are not published: they could be about people whom somebody knows."""
WITHIN: Final = timedelta(hours=24)
SETTLING: Final = timedelta(days=7)
"""So long after its end a month is published for good: alarms of its last days have been judged by then."""
_NINE_OF_TEN: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What happened in a calendar month; ``first`` is its first day.

    ``missed`` are issues that were opened without an alarm before, ``false_alarms`` alarms of the month that
    people called wrong. A promise is ``broken`` in the month of its deadline, also if it was kept later.
    ``measures`` (by kind), ``reversed`` and ``silent_edits`` are those that the public log tells of.
    ``reversed_on_appeal`` are some of ``reversed``, ``appeals_granted`` some of ``appeals_decided``; half of
    these were decided within ``decision_days``.
    """

    first: date
    opened: int
    missed: int
    closed: Mapping[str, int]
    alarms: int
    false_alarms: int
    promised: int
    kept: int
    broken: int
    proposed: int
    approved: int
    carried_out: int
    spent: tuple[Money, ...]
    held: int
    released: int
    measures: Mapping[str, int]
    reversed: int
    reversed_on_appeal: int
    appeals: int
    appeals_decided: int
    appeals_granted: int
    decision_days: float | None
    silent_edits: int


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the issues of a month waited for a person with a name; ``issues`` is how many there were."""

    issues: int
    answered: int
    within_day: int
    median: timedelta | None
    slowest_tenth: timedelta | None

    @classmethod
    def of(cls, issues: int, waited: Sequence[timedelta]) -> Waits:
        ordered = sorted(waited)
        return cls(
            issues=issues,
            answered=len(ordered),
            within_day=sum(each <= WITHIN for each in ordered),
            median=_middle(ordered),
            slowest_tenth=ordered[ceil(len(ordered) * _NINE_OF_TEN) - 1] if ordered else None,
        )


def median_days(waited: Sequence[timedelta]) -> float | None:
    """Return within how many days half of the waits ended, to a tenth; None where there were none."""
    middle = _middle(sorted(waited))
    return None if middle is None else round(middle / timedelta(days=1), 1)


def _middle(ordered: Sequence[timedelta]) -> timedelta | None:
    """Of an even number the mean of the two in the middle."""
    half = len(ordered) // 2
    return (ordered[half] + ordered[~half]) / 2 if ordered else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMonth:
    """The counts of a month that may be published; None stands for fewer than LEAST.

    Where a part would tell how few the rest are, the part is None, too. What the public log tells entry by
    entry is told as it is: everybody can count it there. A field that is added later needs None as its
    default, because files that were published lack it.
    """

    first: date
    opened: int | None
    answered_within_day: int | None
    missed: int | None
    closed: Mapping[str, int | None]
    alarms: int | None
    false_alarms: int | None
    promised: int | None
    kept: int | None
    broken: int | None
    proposed: int | None
    approved: int | None
    carried_out: int | None
    held: int | None
    released: int | None
    measures: Mapping[str, int]
    reversed: int
    reversed_on_appeal: int
    appeals: int | None
    appeals_granted: int | None
    decision_days: float | None
    silent_edits: int


def published(month: Month, waits: Waits) -> PublicMonth:
    """Return what may be published of a month: counts that are not small."""
    return PublicMonth(
        first=month.first,
        opened=shown(month.opened),
        answered_within_day=part(waits.within_day, month.opened),
        missed=part(month.missed, month.opened),
        closed={outcome: shown(count) for outcome, count in month.closed.items()},
        alarms=shown(month.alarms),
        false_alarms=part(month.false_alarms, month.alarms),
        promised=shown(month.promised),
        kept=shown(month.kept),
        broken=shown(month.broken),
        proposed=shown(month.proposed),
        approved=shown(month.approved),
        carried_out=shown(month.carried_out),
        held=shown(month.held),
        released=shown(month.released),
        measures=month.measures,
        reversed=month.reversed,
        reversed_on_appeal=month.reversed_on_appeal,
        appeals=shown(month.appeals),
        appeals_granted=shown(month.appeals_granted),
        decision_days=month.decision_days if month.appeals_decided >= LEAST else None,
        silent_edits=month.silent_edits,
    )


def as_file(month: PublicMonth) -> bytes:
    """Return a month as the file that is published: JSON, one figure a line."""
    return msgspec.json.format(msgspec.json.encode(month), indent=2) + b"\n"


def of_file(content: bytes) -> PublicMonth:
    """Return the month that a published file tells of."""
    return msgspec.json.decode(content, type=PublicMonth)


def is_due(end: datetime, begun: datetime, now: datetime) -> bool:
    """Whether a month that ends at ``end`` is to be published in a log that was begun at ``begun``."""
    return begun < end <= now - SETTLING


def shown(count: int) -> int | None:
    return count if count >= LEAST else None


def part(count: int, whole: int) -> int | None:
    """Return a part of what is shown as a whole; None where it or the rest is small."""
    return shown(count) if count == whole or whole - count >= LEAST else None
