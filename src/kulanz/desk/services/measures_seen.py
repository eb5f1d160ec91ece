"""Acts of moderation that were seen at a source: kept as measures that ask for rule and reasons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Q

from kulanz.desk.models import Measure, Revision
from kulanz.desk.queries.moderating import opener_of
from kulanz.desk.rules.moderating import ONCE, SEEN_AS, scope_of
from kulanz.desk.services.measure_effects import new_reference, note

_ACTING: Final = ("ordered", "failed", "reversing", "ending")


def note_seen(*, revisions: Iterable[Revision], now: datetime) -> int:
    """Keep as a measure what others did to posts and threads, and return how many.

    What a first read tells of earlier times is history, what the desk itself does is known, and what an
    author did to a post of theirs is no measure. Call it in the transaction that keeps the changes.
    """
    found = [each for each in revisions if _is_act(each) and not _is_ours(each)]
    for each in found:
        _keep(each, now)
    return len(found)


def _is_act(change: Revision) -> bool:
    account = change.post.account if change.post else None
    by_author = account is not None and change.by == account.key
    return change.kind in SEEN_AS and change.seen_before is not None and not by_author


def _is_ours(change: Revision) -> bool:
    """Whether a change is known: done by the desk, or told before in another way, as lists and threads do."""
    kind = SEEN_AS[change.kind]
    since = Q(done_at__gte=change.seen_before) | Q(over_at__gte=change.seen_before)
    stands = Q(state__in=_ACTING)
    if kind in ONCE:
        stands |= Q(state="done") | Q(at_source=True, state__in=("seen", "proposed"))
    same = Measure.objects.filter(thread=change.thread_id, post=change.post_id, kind=kind)
    return same.filter(since | stands).exists()


def _keep(change: Revision, now: datetime) -> None:
    kind, diff = SEEN_AS[change.kind], change.diff
    before = " ".join(part["text"] for part in diff if part["sign"] in "=-")
    after = " ".join(part["text"] for part in diff if part["sign"] in "=+")
    measure = Measure.objects.create(
        reference=new_reference(),
        thread=change.thread,
        post=change.post,
        account=change.post.account if change.post else opener_of(change.thread),
        revision=change,
        kind=kind,
        scope=scope_of(kind, on_post=change.post is not None),
        state="seen",
        at_source=True,
        text=after if kind == "edit" else "",
        text_before=before if kind == "edit" else "",
        place=after[:200] if kind == "move" else "",
        place_before=before[:200] if kind == "move" else "",
        proposed_at=now,
        done_at=change.changed_at or change.found_at,
    )
    note(None, "see", measure, now)
