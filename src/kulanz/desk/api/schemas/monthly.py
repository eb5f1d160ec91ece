"""The monthly report."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.customers import MoneyOut

_HOUR = timedelta(hours=1)


class MonthPlace(Schema):
    """Which month, such as 2026-06: without one the last that can be told of."""

    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")] | None = None


class MonthOut(Schema):
    """What happened in a month: ``closed`` by outcome, ``missed`` are issues without an alarm before.

    A promise is broken in the month of its deadline, also if it was kept later. ``measures`` (by kind),
    ``reversed`` and ``silent_edits`` are those of the public log; ``decision_days`` is the median from an
    appeal to its decision.
    """

    first: date
    opened: int
    missed: int
    closed: dict[str, int]
    alarms: int
    false_alarms: int
    promised: int
    kept: int
    broken: int
    proposed: int
    approved: int
    carried_out: int
    spent: list[MoneyOut]
    held: int
    released: int
    measures: dict[str, int]
    reversed: int
    reversed_on_appeal: int
    appeals: int
    appeals_decided: int
    appeals_granted: int
    decision_days: float | None
    silent_edits: int


class WaitsOut(Schema):
    """How long the issues of a month waited for a person with a name, in hours."""

    issues: int
    answered: int
    within_day: int
    median: float | None
    p90: float | None

    @staticmethod
    def resolve_median(row: Any) -> float | None:
        return None if row.median is None else round(row.median / _HOUR, 2)

    @staticmethod
    def resolve_p90(row: Any) -> float | None:
        return None if row.slowest_tenth is None else round(row.slowest_tenth / _HOUR, 2)


class MonthlyOut(Schema):
    """Twelve months, the oldest first; ``waits`` in the same order."""

    months: list[MonthOut]
    waits: list[WaitsOut]


class PublicMonthOut(Schema):
    """Counts that may be published: null stands for fewer than 5, or for a part that would tell of fewer.

    What the public log tells entry by entry (``measures``, ``reversed``, ``silent_edits``) is exact.
    """

    first: date
    opened: int | None
    answered_within_day: int | None
    missed: int | None
    closed: dict[str, int | None]
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
    measures: dict[str, int]
    reversed: int
    reversed_on_appeal: int
    appeals: int | None
    appeals_granted: int | None
    decision_days: float | None
    silent_edits: int


class PublishedFileOut(Schema):
    """A month that was published for good: the SHA-256 of its file, and the entry that names it."""

    first: date
    at: datetime
    digest: str
    leaf: str


class PublicMonthlyOut(Schema):
    """``files`` are the months of these that were published: their figures are those of the files."""

    months: list[PublicMonthOut]
    files: list[PublishedFileOut]
