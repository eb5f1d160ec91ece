"""The monthly report as a table to take along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from kulanz.desk.queries.monthly import MonthlyReport
from kulanz.desk.services.exports import as_csv

COLUMNS: Final = ("month", "figure", "value")


def as_table(report: MonthlyReport, *, public: bool) -> str:
    """Return one line a figure and month, the oldest first; a small count of the public version is empty."""
    lines = _published(report) if public else _counted(report)
    return as_csv(COLUMNS, lines)


def file_name(report: MonthlyReport, *, public: bool) -> str:
    return f"kulanz-report-{report.month.first:%Y-%m}{'-public' if public else ''}.csv"


def _published(report: MonthlyReport) -> Iterator[tuple[str, str, object]]:
    for month in report.published:
        yield from _lines(f"{month.first:%Y-%m}", asdict(month))


def _counted(report: MonthlyReport) -> Iterator[tuple[str, str, object]]:
    for month, waits in zip(report.months, report.waits, strict=True):
        name = f"{month.first:%Y-%m}"
        figures = asdict(month)
        figures["spent"] = {each.currency: f"{each.amount:f}" for each in month.spent}
        yield from _lines(name, figures)
        yield name, "answered", waits.answered
        yield name, "answered_within_day", waits.within_day
        yield name, "hours_to_a_human_median", _hours(waits.median)
        yield name, "hours_to_a_human_p90", _hours(waits.slowest_tenth)


def _lines(month: str, figures: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from ((month, f"{name}:{each}", _told(count)) for each, count in value.items())
        elif name != "first":
            yield month, name, _told(value)


def _told(value: object) -> object:
    return "" if value is None else value


def _hours(waited: Any) -> object:
    return "" if waited is None else round(waited.total_seconds() / 3600, 2)
