"""GitHub's answers become sightings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from kulanz.sources.github import posts_of, thread_id_of
from kulanz.sources.sightings import ActKind, Sighting, ThreadAct, ThreadSighting
from kulanz.sources.times import parse_time

Json = Mapping[str, Any]

_ACTS: Final[Mapping[str, ActKind]] = {"locked": "locked", "unlocked": "unlocked", "transferred": "moved"}


def issue_sightings(issues: Iterable[Json]) -> Iterator[Sighting]:
    """Yield the opening posts of issues."""
    for issue in issues:
        yield from _sightings({"issue": issue}, issue)


def comment_sightings(comments: Iterable[Json]) -> Iterator[Sighting]:
    """Yield comments, in lists of comments or in a timeline."""
    for comment in comments:
        yield from _sightings({"comments": [comment]}, comment)


def _sightings(part: Json, entry: Json) -> Iterator[Sighting]:
    """GitHub shows that a text was edited, but its REST API tells only the last change of any kind."""
    created, updated = moment(entry.get("created_at")), moment(entry.get("updated_at"))
    changed = updated if updated is not None and updated != created else None
    for post in posts_of(part):
        yield Sighting(post=replace(post, thread_closed_at=None), edited_at=changed)


def thread_in(issue: Json) -> ThreadSighting | None:
    """Return what an issue says of its thread; ``closed`` means locked: people talk on in a closed issue."""
    thread_id = thread_id_of(issue)
    if thread_id is None:
        return None
    title, url, locked = issue.get("title"), issue.get("html_url"), issue.get("locked")
    return ThreadSighting(
        thread_id=thread_id,
        title=title if isinstance(title, str) else None,
        url=url if isinstance(url, str) else None,
        closed=locked if isinstance(locked, bool) else None,
    )


def threads_in(issues: Iterable[Json]) -> Iterator[ThreadSighting]:
    """Yield the threads of issues, each once."""
    found = {thread.thread_id: thread for issue in issues if (thread := thread_in(issue)) is not None}
    yield from found.values()


def acts_in(events: Iterable[Json]) -> list[ThreadAct]:
    """Return locks, unlocks and transfers among events, in the order of time."""
    acts = [act for event in events if (act := _act(event)) is not None]
    return sorted(acts, key=lambda act: act.at)


def acted_threads(events: Iterable[Json]) -> Iterator[ThreadSighting]:
    """Yield the threads of a repository's events that were locked, unlocked or transferred."""
    acts: dict[str, list[ThreadAct]] = {}
    for event in events:
        issue, act = event.get("issue"), _act(event)
        thread_id = thread_id_of(issue) if isinstance(issue, dict) else None
        if thread_id is not None and act is not None:
            acts.setdefault(thread_id, []).append(act)
    for thread_id, its in acts.items():
        its.sort(key=lambda act: act.at)
        yield ThreadSighting(thread_id=thread_id, acts=tuple(its), closed=_closed(its))


def _act(event: Json) -> ThreadAct | None:
    name, at, actor = event.get("event"), moment(event.get("created_at")), event.get("actor")
    kind = _ACTS.get(name) if isinstance(name, str) else None
    if kind is None or at is None:
        return None
    login = actor.get("login") if isinstance(actor, dict) else None
    return ThreadAct(kind=kind, at=at, by=login if isinstance(login, str) else None)


def _closed(acts: list[ThreadAct]) -> bool | None:
    """Whether the thread is closed after these acts; said with them, so that they are told once."""
    kinds = [act.kind for act in acts if act.kind != "moved"]
    return kinds[-1] == "locked" if kinds else None


def moment(value: object) -> datetime | None:
    """Return a time of the API, None for none or one that cannot be read."""
    try:
        return parse_time(value) if isinstance(value, str) else None
    except ValueError:
        return None
