"""The page on which a person sees all that is held about them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from kulanz.core.spoken import Lang
from kulanz.desk.models import Retention
from kulanz.desk.rules.data_catalogue import ELSEWHERE, LEFT_OUT, DataClass
from kulanz.desk.rules.data_fields import meaning
from kulanz.desk.services.held import read
from kulanz.desk.services.held_rows import Subject

SHOWN: Final = 20
"""Rows of a class on the page; all of them are in the export."""


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a field; ``what`` names class and field, ``head`` says what it means."""

    what: str
    head: str
    value: Any


@dataclass(frozen=True, slots=True)
class Section:
    """A class of data in a language; ``days`` None is as long as nobody sets another time."""

    name: str
    title: str
    why: str
    origin: str
    days: int | None
    rows: tuple[tuple[Value, ...], ...]
    more: bool


def sections(subject: Subject, lang: Lang) -> tuple[Section, ...]:
    """Return what is held of a person, class by class, with the first rows of each."""
    days = dict(Retention.objects.values_list("data_class", "days"))
    return tuple(_section(each, subject, days.get(each.retention), lang) for each in subject.classes)


def elsewhere(lang: Lang) -> tuple[str, ...]:
    """Return what the page does not show, and why."""
    return tuple(each.in_(lang) for each in (*ELSEWHERE, *LEFT_OUT.values()))


def _section(each: DataClass, subject: Subject, days: int | None, lang: Lang) -> Section:
    rows = list(islice(read(subject, each.name), SHOWN + 1))
    return Section(
        name=each.name,
        title=each.title.in_(lang),
        why=each.why.in_(lang),
        origin=each.origin.in_(lang),
        days=days,
        rows=tuple(
            tuple(
                Value(f"{each.name}.{name}", meaning(each.name, name).in_(lang), row[name])
                for name in each.fields
                if row[name] not in (None, "", [], False)
            )
            for row in rows[:SHOWN]
        ),
        more=len(rows) > SHOWN,
    )
