"""The public record: the entries of the log as everybody may see them, from their own bytes alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncMonth

from kulanz.desk.models import LogEntry, LogHead, LogKey, PublishedMonth
from kulanz.desk.queries.calendars import usual_zone
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.months import last_months, month_of
from kulanz.tlog.entries import KINDS, Entry, decode

MONTHS: Final = 12
_LEAF: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """What is wanted of the record; empty means everything. ``month`` is the first day of one."""

    kind: str = ""
    source: str = ""
    rule: str = ""
    month: date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry with its place; ``index`` is None until it has one.

    ``month`` is the first day of the month whose published figures it names, None where it names none.
    """

    index: int | None
    leaf: str
    at: datetime
    body: bytes
    entry: Entry
    month: date | None = None

    @property
    def since(self) -> datetime | None:
        """From when on a rule holds."""
        return datetime.fromisoformat(self.entry.since) if self.entry.since else None

    @property
    def until(self) -> datetime | None:
        """When a measure, a rule, a promise or a key ends."""
        return datetime.fromisoformat(self.entry.until) if self.entry.until else None


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, what it refers to, and what refers to it: reversals, notes, erasures."""

    shown: Recorded
    refers: Recorded | None
    referring: Sequence[Recorded]


def recorded(wanted: RecordFilter, *, offset: int = 0) -> Paged[Recorded]:
    """Return a page of the record, the newest first."""
    return paged(_filtered(wanted).order_by("-pk"), _read, offset=offset)


def latest(wanted: RecordFilter, most: int) -> Sequence[Recorded]:
    return _read(_filtered(wanted).order_by("-pk")[:most])


def entry_at(leaf: str) -> Told | None:
    """Return the entry with a leaf hash; None where the record has none."""
    row = (
        LogEntry.objects.filter(leaf=leaf).select_related("refers").first() if _LEAF.fullmatch(leaf) else None
    )
    if row is None:
        return None
    before = _read([row.refers]) if row.refers else []
    return Told(_read([row])[0], next(iter(before), None), _read(row.referring.order_by("pk")))


def place_of(index: int) -> Recorded | None:
    """Return the entry at a place of the log."""
    return next(iter(_read(LogEntry.objects.filter(index=index))), None)


def entries_of_rule(key: str) -> Mapping[int, Recorded]:
    """Return by version the entries that tell of the publication of a rule."""
    rows = _read(LogEntry.objects.filter(kind="rule", act="publish", rule_key=key))
    return {each.entry.rule.version: each for each in rows if each.entry.rule}


def months_told(now: datetime) -> Sequence[tuple[date, Mapping[str, int]]]:
    """Return how many entries of each kind the last months have, the oldest first."""
    zone = usual_zone()
    months = last_months(now, zone, MONTHS)
    begin = datetime(months[0].year, months[0].month, 1, tzinfo=ZoneInfo(zone))
    rows = LogEntry.objects.filter(at__gte=begin)
    told = rows.annotate(in_month=TruncMonth("at", tzinfo=ZoneInfo(zone))).values_list("in_month", "kind")
    counts = {
        (month.date(), kind): count for month, kind, count in told.annotate(count=Count("pk")).order_by()
    }
    return [(month, {kind: counts.get((month, kind), 0) for kind in KINDS}) for month in months]


def rules_told() -> Sequence[str]:
    """Return the keys of the rules that entries name."""
    rows = LogEntry.objects.exclude(rule_key="").order_by("rule_key")
    return list(rows.values_list("rule_key", flat=True).distinct())


def sources_told() -> Sequence[str]:
    """Return the log's names of the sources that entries name."""
    rows = LogEntry.objects.exclude(source=None).order_by("source")
    return [f"s{pk}" for pk in rows.values_list("source", flat=True).distinct()]


def log_keys() -> Sequence[str]:
    """Return every key that signs or signed the log: those that end last first, of these the newest."""
    ordered = LogKey.objects.order_by(F("active_to").desc(nulls_first=True), "-pk")
    return list(ordered.values_list("vkey", flat=True))


def log_size() -> int:
    """Return how many entries have their place."""
    return LogHead.objects.values_list("size", flat=True).first() or 0


def _filtered(wanted: RecordFilter) -> QuerySet[LogEntry]:
    rows = LogEntry.objects.all()
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.rule:
        rows = rows.filter(rule_key=wanted.rule)
    if wanted.source:
        rows = rows.filter(source=_source_key(wanted.source))
    if wanted.month:
        zone = usual_zone()
        begin, end = month_of(datetime(wanted.month.year, wanted.month.month, 1, tzinfo=ZoneInfo(zone)), zone)
        rows = rows.filter(at__gte=begin, at__lt=end)
    return rows


def _source_key(name: str) -> int:
    number = name.removeprefix("s")
    if not (name.startswith("s") and number.isascii() and number.isdecimal() and len(number) < 19):  # noqa: PLR2004 - a key's digits
        raise RuleError("source: expected the log's name of one, such as s1")
    return int(number)


def _read(rows: Iterable[LogEntry]) -> list[Recorded]:
    found = list(rows)
    months = _months_named([row for row in found if row.kind == "report"])
    return [
        Recorded(row.index, row.leaf, row.at, bytes(row.body), decode(bytes(row.body)), months.get(row.pk))
        for row in found
    ]


def _months_named(rows: Sequence[LogEntry]) -> Mapping[int, date]:
    """Return by entry which months were published by them."""
    named = PublishedMonth.objects.filter(entry__in=rows) if rows else PublishedMonth.objects.none()
    return dict(named.values_list("entry", "first"))
