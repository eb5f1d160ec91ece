"""The data dictionary that goes with an export: what each file holds, why, from where and how long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from kulanz.core.spoken import Lang
from kulanz.desk.rules.data_catalogue import CLASSES, ELSEWHERE, LEFT_OUT, DataClass
from kulanz.desk.rules.data_fields import Said, meaning

_HEAD: Final = Said(
    "All that is held about you here, as of {at}.\n\n"
    "json/ holds a file for each kind, a JSON object a line (UTF-8). csv/ holds the same as tables; a\n"
    "leading apostrophe keeps spreadsheets from taking words for a formula. activitystreams/ holds your\n"
    "posts in ActivityStreams 2.0, which other services can read. Names of others are replaced by [name],\n"
    "and what you quoted of others is left out: it is their data.\n",
    "Alles, was hier über Sie gespeichert ist, Stand {at}.\n\n"
    "json/ enthält je Art eine Datei, eine Zeile je Eintrag als JSON (UTF-8). csv/ enthält dasselbe als\n"
    "Tabellen; ein vorangestellter Apostroph verhindert, dass Worte als Formel gelesen werden.\n"
    "activitystreams/ enthält Ihre Beiträge in ActivityStreams 2.0, das andere Dienste lesen können. Namen\n"
    "anderer sind durch [name] ersetzt, und was Sie von anderen zitiert haben, fehlt: Es sind deren Daten.\n",
)
_WHY: Final = Said("why", "wozu")
_FROM: Final = Said("from", "woher")
_LONG: Final = Said("how long", "wie lange")
_DAYS: Final = Said(
    "{days} days after it is of no more use", "{days} Tage, nachdem es nicht mehr gebraucht wird"
)
_FOR_GOOD: Final = Said("until it is erased", "bis es gelöscht wird")
_ABSENT: Final = Said("What is not in here", "Was hier fehlt")


def dictionary(
    lang: Lang, days: Mapping[str, int | None], *, made_at: datetime, classes: Sequence[DataClass] = CLASSES
) -> str:
    """Return the text; ``days`` are those of the classes of retention."""
    head = _HEAD.in_(lang).format(at=made_at.isoformat(timespec="minutes"))
    kinds = ("\n".join(_kind(each, lang, days.get(each.retention))) for each in classes)
    absent = [f"- {each.in_(lang)}" for each in (*ELSEWHERE, *LEFT_OUT.values())]
    return "\n\n".join((head.rstrip(), *kinds, "\n".join((_ABSENT.in_(lang), *absent)))) + "\n"


def kept(days: int | None, lang: Lang) -> str:
    """Return how long a class is kept, in words."""
    return _FOR_GOOD.in_(lang) if days is None else _DAYS.in_(lang).format(days=days)


def _kind(each: DataClass, lang: Lang, days: int | None) -> Iterator[str]:
    title = each.title.in_(lang)
    yield f"{title} ({each.name})"
    yield "-" * len(title)
    yield f"{_WHY.in_(lang)}: {each.why.in_(lang)}"
    yield f"{_FROM.in_(lang)}: {each.origin.in_(lang)}"
    yield f"{_LONG.in_(lang)}: {kept(days, lang)}"
    for name in each.fields:
        yield f"  {name}: {meaning(each.name, name).in_(lang)}"
