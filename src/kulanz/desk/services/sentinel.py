"""The silent-edit sentinel: what was changed at a source without a measure is told in the public log.

There is no service that takes back, hides or changes what it found. People may add a note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import transaction
from django.db.models import F

from kulanz.desk.models import LogEntry, Post, PublicSight, Reread, Revision, SilentEdit, Source, Thread
from kulanz.desk.queries.rows import core_post
from kulanz.desk.queries.sentinel import (
    is_explained,
    log_begun_at,
    shown_posts,
    untold_revisions,
    unwatched,
    watched,
)
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.sentinel import ACTS, THREAD, Look, Sight, SilentKind, Suspicion, digest, weigh
from kulanz.desk.services.claiming import claim, done, failed
from kulanz.desk.services.events import record
from kulanz.desk.services.outside import Outside, outside
from kulanz.desk.services.public_log import About, enter
from kulanz.sources.errors import FetchError, TemporaryError
from kulanz.sources.observing import Difference, Observation, Observer
from kulanz.sources.rereading import Candidate, interval
from kulanz.tlog.canonical import canonical

REQUESTS_A_LOOK: Final = 40
SHARE: Final = 10
"""A tenth of a source's requests a day may go into looking as a guest."""
LEAST_REST: Final = timedelta(hours=6)
AGAIN: Final = timedelta(minutes=15)
_FORBIDDEN_FOR: Final = timedelta(days=30)
_AT_ONCE: Final = 50
_KINDS: Final[Mapping[str, SilentKind]] = {
    "other_text": "other_text",
    "missing": "missing",
    "withheld": "withheld",
}
"""Kinds of difference that are changes; what guests see though it is hidden is none."""


def tell_revisions(*, now: datetime) -> int:
    """Tell of edits that a source does not show and no measure explains; return how many these were."""
    found = untold_revisions(_AT_ONCE)
    for each in found:
        before = " ".join(part["text"] for part in each.diff if part["sign"] in "=-")
        after = " ".join(part["text"] for part in each.diff if part["sign"] in "=+")
        _tell("edited_silently", each.thread, each.post, (before, after), now, revision=each)
    return len(found)


def watch_due(*, now: datetime, world: Outside | None = None) -> int:
    """Look at one thread as a guest once the log has begun; return how many that was."""
    if log_begun_at() is None:
        return 0
    fresh = [PublicSight(thread=each, due_at=_first(each, now)) for each in unwatched(_AT_ONCE)]
    PublicSight.objects.bulk_create(fresh, ignore_conflicts=True)
    claimed = claim(watched(), now, at_most=1)
    for row in claimed:
        _look(row, world or outside())
    return len(claimed)


def annotate(*, actor: Actor, edit: SilentEdit, note: str, now: datetime) -> LogEntry:
    """Say something about what was found, for everybody and for good; what was found stays as it is."""
    actor.need(Right.WORK_ISSUES)
    if not note.strip():
        raise RuleError("note: expected some words that everybody may read")
    with transaction.atomic():
        source = edit.thread.source if edit.thread else None
        entry = enter(
            kind="annotation",
            act="note",
            at=now,
            now=now,
            note=note.strip(),
            refers=edit.entry,
            source=source,
        )
        record(actor, "annotate", edit, now=now, thread=edit.thread, data={"entry": entry.pk})
    return entry


def _look(row: PublicSight, world: Outside) -> None:
    thread, source, began = row.thread, row.thread.source, world.clock()
    posts = shown_posts(thread)
    budget = min(
        REQUESTS_A_LOOK, max(source.budget_per_day // SHARE, 1), source.budget_per_day - source.requests_today
    )
    if not posts or budget <= 0:
        done(row, next_at=began + LEAST_REST)
        return
    with world.client(budget) as http:
        try:
            seen = Observer(http).observe(thread.url, [core_post(each, thread) for each in posts])
        except TemporaryError as error:
            failed(row, str(error), world.clock())
        except FetchError as error:
            failed(row, str(error), world.clock(), wait=_FORBIDDEN_FOR)
        else:
            _weigh(row, posts, seen, world.clock())
        finally:
            counted = {name: F(name) + http.requests for name in ("requests_today", "requests_total")}
            Source.objects.filter(pk=source.pk).update(**counted)


def _weigh(row: PublicSight, posts: Sequence[Post], seen: Observation, now: datetime) -> None:
    """Keep what was seen, and tell of what is certain, together."""
    by_key = {each.key: each for each in posts}
    found = {each.post_id or THREAD: each for each in seen.differences if each.kind in _KINDS}
    weighed = weigh(_sight(row), _seen(row.thread, posts, seen, found, now))
    with transaction.atomic():
        for key, suspicion in weighed.certain.items():
            _tell_certain(row.thread, by_key.get(key), suspicion, found[key], now)
        _keep(row, weighed.sight)
    if weighed.sight.suspected:
        source = row.thread.source
        Reread.objects.update_or_create(source=source, key=row.thread.key, defaults={"asked_at": now})
    done(row, next_at=now + (AGAIN if weighed.sight.suspected else _rest(row.thread, now)))


def _sight(row: PublicSight) -> Sight:
    suspected = msgspec.convert(row.suspected, dict[str, Suspicion])
    return Sight(read_at=row.read_at, agreed=row.agreed, suspected=suspected)


def _seen(
    thread: Thread, posts: Sequence[Post], seen: Observation, found: Mapping[str, Difference], now: datetime
) -> Look:
    asked = thread.read_at or thread.seen_at
    return Look(
        at=now,
        whole=seen.readable and seen.complete,
        known={each.key: digest(each.text) for each in posts},
        asked_at={each.key: max(each.seen_at, asked) for each in posts} | {THREAD: asked},
        differing={key: _KINDS[each.kind] for key, each in found.items()},
    )


def _keep(row: PublicSight, sight: Sight) -> None:
    suspected: Any = msgspec.to_builtins(sight.suspected)
    PublicSight.objects.filter(pk=row.pk).update(
        read_at=sight.read_at, agreed=dict(sight.agreed), suspected=suspected
    )


def _first(thread: Thread, now: datetime) -> datetime | None:
    """Return when a thread is looked at first: a new one at once, an old one when its turn would come."""
    if not thread.url.startswith("http"):
        return None
    is_new = thread.last_post_at is None or thread.last_post_at > now - LEAST_REST
    return now if is_new else now + _rest(thread, now)


def _rest(thread: Thread, now: datetime) -> timedelta:
    """Guests are looked for less often the older a thread is, as it is read again."""
    known = Candidate(
        thread_id=thread.key, posts=thread.post_count, read_at=thread.read_at, newest_at=thread.last_post_at
    )
    return max(interval(known, now), LEAST_REST)


def _tell_certain(
    thread: Thread, post: Post | None, suspicion: Suspicion, found: Difference, now: datetime
) -> None:
    if is_explained(suspicion.kind, thread, post, suspicion.since):
        return
    after = " ".join(part.text for part in found.diff if part.sign in "=+")
    _tell(suspicion.kind, thread, post, (post.text if post else "", after), now)


def _tell(
    kind: SilentKind,
    thread: Thread,
    post: Post | None,
    words: tuple[str, str],
    now: datetime,
    *,
    revision: Revision | None = None,
) -> None:
    """Keep what was found, with its entry in the public log."""
    contents = {"thread": {"thread": thread.key, "url": thread.url}}
    if post is not None:
        contents["post"] = {"post": post.key, "url": post.url}
    contents |= {name: {"text": text} for name, text in zip(("before", "after"), words, strict=True) if text}
    with transaction.atomic():
        entry = enter(
            kind="silent_edit",
            act=ACTS[kind],
            at=now,
            now=now,
            source=thread.source,
            about=About(thread=thread, post=post, account=post.account if post else None),
            subjects={name: canonical(content) for name, content in contents.items()},
            reasons=("no_measure_known",),
            scope="post" if post is not None else "thread",
        )
        edit = SilentEdit.objects.create(
            entry=entry, thread=thread, post=post, revision=revision, kind=kind, found_at=now
        )
        record(None, "find", edit, now=now, thread=thread, data={"kind": kind})
