"""The time line of an issue: everything that happened in it, from several tables, newest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import Q, QuerySet

from kulanz.desk.models import Alert, Case, Event, Issue, Note, Revision, Thread
from kulanz.desk.queries.paging import PAGE
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right

Kind = Literal["event", "note", "revision", "alert"]
KINDS: Final[tuple[Kind, ...]] = ("event", "note", "revision", "alert")
_SEPARATOR: Final = "~"
_CORRECT: Final = "correct"  # what services.stakes records
# what a line does not show of its thread, and what is large in a long one
_HEAVY: Final = ("thread__series", "thread__roles", "thread__reasons", "thread__signals")
_LONGEST_KEY: Final = 19  # digits of a number that a database key can be


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. ``noun`` and ``action`` name what happened; ``text`` is a note's or a reason's words.

    ``thread`` and ``case`` are where it happened, if not in the issue as a whole. ``who`` is empty where the
    desk did it by itself, or, for a revision, where the source does not say.
    """

    at: datetime
    kind: Kind
    pk: int
    noun: str
    action: str
    who: str = ""
    text: str = ""
    thread: Thread | None = None
    case: Case | None = None

    @property
    def place(self) -> tuple[datetime, int, int]:
        """What the line is ordered by: no two lines have the same."""
        return self.at, -KINDS.index(self.kind), self.pk


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of lines; ``following`` is where the next page begins, empty at the end."""

    entries: tuple[Entry, ...]
    following: str


def issue_timeline(actor: Actor, issue: Issue, *, after: str = "", size: int = PAGE) -> Timeline:
    """Return what happened in an issue and its threads and cases, newest first.

    ``after`` is the ``following`` of the page before. Whoever may not see cases is told nothing of them, and
    not why an answer in public was refused; whoever may not see values, not why they were corrected.
    """
    threads = list(issue.links.values_list("thread_id", flat=True))
    events = Event.objects.filter(Q(issue=issue) | Q(thread__in=threads)).exclude(action="note", noun="issue")
    if not actor.may(Right.SEE_CASES):
        events = events.filter(case=None)
    found = _merged(
        {
            "event": events.select_related("actor", "thread", "case").defer(*_HEAVY),
            "note": issue.notes.select_related("author"),
            "revision": Revision.objects.filter(thread__in=threads).select_related("thread").defer(*_HEAVY),
            "alert": Alert.objects.filter(thread__in=threads).select_related("thread").defer(*_HEAVY),
        },
        after,
        size,
    )
    return _told(actor, found)


def thread_timeline(actor: Actor, thread: Thread, *, after: str = "", size: int = PAGE) -> Timeline:
    """Return what happened to a thread, newest first; its lines do not name it.

    Whoever may not see cases is not told why an answer in public was refused.
    """
    found = _merged(
        {
            "event": thread.events.filter(case=None).select_related("actor"),
            "revision": thread.revisions.all(),
            "alert": thread.alerts.all(),
        },
        after,
        size,
    )
    bare = replace(found, entries=tuple(replace(entry, thread=None) for entry in found.entries))
    return _told(actor, bare)


def case_timeline(actor: Actor, case: Case, *, after: str = "", size: int = PAGE) -> Timeline:
    """Return what happened in a case, newest first; its messages and notes stand elsewhere.

    Whoever may not see values is not told why they were corrected.
    """
    events = case.events.exclude(action="note", noun="case")
    return _told(actor, _merged({"event": events.select_related("actor")}, after, size))


def person_timeline(person_id: int, *, after: str = "", size: int = PAGE) -> Timeline:
    """Return what was changed about a person, newest first."""
    events = Event.objects.filter(noun="person", noun_id=person_id).select_related("actor")
    return _merged({"event": events}, after, size)


def _told(actor: Actor, found: Timeline) -> Timeline:
    """Return a time line as an actor may read it.

    What was said about a reply is as private as a case, and why a number was corrected as the number.
    """
    cases, values = actor.may(Right.SEE_CASES), actor.may(Right.SEE_VALUES)
    return replace(
        found,
        entries=tuple(
            replace(each, text="")
            if (each.noun == "reply" and not cases) or (each.action == _CORRECT and not values)
            else each
            for each in found.entries
        ),
    )


def _merged(sources: dict[Kind, QuerySet[Any]], after: str, size: int) -> Timeline:
    """Return the newest lines of several tables: each is asked for one page at most."""
    found: list[Entry] = []
    for kind, rows in sources.items():
        field = _TIME[kind]
        later = rows.filter(_beyond(kind, field, after)) if after else rows
        found += map(_MAKERS[kind], later.order_by(f"-{field}", "-pk")[: size + 1])
    found.sort(key=lambda entry: entry.place, reverse=True)
    shown = tuple(found[:size])
    return Timeline(shown, _mark(shown[-1]) if len(found) > size else "")


def _mark(entry: Entry) -> str:
    return _SEPARATOR.join((entry.at.isoformat(), entry.kind, str(entry.pk)))


def _beyond(kind: Kind, field: str, after: str) -> Q:
    """Return the condition for rows of a kind that come after a place in the time line."""
    at, last, pk = _read(after)
    earlier = Q(**{f"{field}__lt": at})
    order = KINDS.index(kind) - KINDS.index(last)
    if order < 0:
        return earlier
    same = Q(**{field: at})
    return earlier | (same if order else same & Q(pk__lt=pk))


def _read(mark: str) -> tuple[datetime, Kind, int]:
    at, _, rest = mark.partition(_SEPARATOR)
    name, _, pk = rest.partition(_SEPARATOR)
    kind = next((each for each in KINDS if each == name), None)
    moment, is_key = _moment(at), pk.isdecimal() and len(pk) < _LONGEST_KEY
    if moment is None or kind is None or not is_key:
        raise RuleError("time line: this is no place in it; begin again at the newest entry")
    return moment, kind, int(pk)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _event(row: Event) -> Entry:
    return Entry(
        at=row.at,
        kind="event",
        pk=row.pk,
        noun=row.noun,
        action=row.action,
        who=str(row.actor) if row.actor else "",
        text=row.reason,
        thread=row.thread,
        case=row.case,
    )


def _note(row: Note) -> Entry:
    return Entry(
        at=row.at,
        kind="note",
        pk=row.pk,
        noun="note",
        action="note",
        who=str(row.author) if row.author else "",
        text=row.text,
    )


def _revision(row: Revision) -> Entry:
    return Entry(
        at=row.found_at,
        kind="revision",
        pk=row.pk,
        noun="revision",
        action=row.kind,
        who=row.by,
        thread=row.thread,
    )


def _alert(row: Alert) -> Entry:
    return Entry(
        at=row.raised_at,
        kind="alert",
        pk=row.pk,
        noun="alert",
        action=row.verdict or "raised",
        thread=row.thread,
    )


_TIME: Final[dict[Kind, str]] = {"event": "at", "note": "at", "revision": "found_at", "alert": "raised_at"}
_MAKERS: Final[dict[Kind, Callable[[Any], Entry]]] = {
    "event": _event,
    "note": _note,
    "revision": _revision,
    "alert": _alert,
}
