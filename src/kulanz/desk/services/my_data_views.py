"""The page on which a person sees all that is held about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from kulanz.desk.models import Retention
from kulanz.desk.rules.data_catalogue import CLASSES, ELSEWHERE, LEFT_OUT, DataClass
from kulanz.desk.rules.data_fields import FIELDS
from kulanz.desk.rules.status_pages import Lang
from kulanz.desk.services.held import rows_of
from kulanz.desk.services.held_rows import Subject

SHOWN: Final = 20
"""Rows of a class on the page; all of them are in the export."""


@dataclass(frozen=True, slots=True)
class Section:
    """A class of data in a language; ``days`` None is as long as nobody sets another time."""

    name: str
    title: str
    why: str
    origin: str
    days: int | None
    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[tuple[str, str], ...], ...]
    more: bool


def sections(subject: Subject, lang: Lang) -> tuple[Section, ...]:
    """Return what is held of a person, class by class, with the first rows of each."""
    days = dict(Retention.objects.values_list("data_class", "days"))
    return tuple(_section(each, subject, days.get(each.retention), lang) for each in CLASSES)


def elsewhere(lang: Lang) -> tuple[str, ...]:
    """Return what the page does not show, and why."""
    return tuple(each.in_(lang) for each in (*ELSEWHERE, *LEFT_OUT.values()))


def _section(each: DataClass, subject: Subject, days: int | None, lang: Lang) -> Section:
    rows = list(islice(rows_of(subject, each.name), SHOWN + 1))
    heads = tuple((name, FIELDS[name].in_(lang)) for name in each.fields)
    return Section(
        name=each.name,
        title=each.title.in_(lang),
        why=each.why.in_(lang),
        origin=each.origin.in_(lang),
        days=days,
        heads=heads,
        rows=tuple(
            tuple((word, said) for name, word in heads if (said := _words(row[name], lang)))
            for row in rows[:SHOWN]
        ),
        more=len(rows) > SHOWN,
    )


def _words(value: Any, lang: Lang) -> str:
    """Return a value in words; empty where there is nothing to say."""
    if isinstance(value, bool):
        return ("ja" if lang == "de" else "yes") if value else ""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_words(each, lang)}" for name, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_words(each, lang) for each in value)
    return "" if value is None else str(value)
