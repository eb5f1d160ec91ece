"""Numbers and times as German and English readers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import Final

from kulanz.core.spoken import Lang

MISSING: Final = "–"
_MONTHS: Final = {
    "de": ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def number(value: int | None, lang: Lang) -> str:
    """Digits in groups, as 13.016 or 13,016; a dash for None."""
    if value is None:
        return MISSING
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if lang == "de" else grouped


def percent(share: float | None, lang: Lang) -> str:
    """A share of 0..1 in whole per cent; a dash for None."""
    if share is None:
        return MISSING
    return f"{round(share * 100)}{chr(0xA0) if lang == 'de' else ''}%"


def decimal(value: float, lang: Lang, places: int = 1) -> str:
    """A number with decimals, as 1.234,5 or 1,234.5."""
    written = f"{value:,.{places}f}"
    return written.translate(str.maketrans(",.", ".,")) if lang == "de" else written


def day(moment: date, lang: Lang) -> str:
    """Day, month and year, as 9. Juni 2026 or 9 Jun 2026."""
    return f"{short_day(moment, lang)} {moment.year}"


def short_day(moment: date, lang: Lang) -> str:
    """Day and month, as 9. Juni or 9 Jun."""
    return f"{moment.day}{'.' if lang == 'de' else ''} {_MONTHS[lang][moment.month - 1]}"


def in_zone(moment: datetime, zone: tzinfo = UTC) -> datetime:
    """The moment in a time zone; at the ends of the calendar, where it has no such day, as it was written."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def time(moment: datetime | None, lang: Lang, zone: tzinfo = UTC) -> str:
    """Day and minute in a time zone; a dash for None."""
    if moment is None:
        return MISSING
    there = in_zone(moment, zone)
    return f"{day(there, lang)}, {there:%H:%M}"


def month(moment: date, lang: Lang) -> str:
    """Month and year, as Juni 2026 or Jun 2026."""
    return f"{_MONTHS[lang][moment.month - 1]} {moment.year}"
