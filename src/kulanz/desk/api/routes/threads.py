"""The radar, threads with their posts and changes, and what is decided about a thread."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, Reason, Seen, listed
from kulanz.desk.api.schemas.issues import IssueOut
from kulanz.desk.api.schemas.threads import (
    PostOut,
    RadarOut,
    RadarPlace,
    RevisionOut,
    SnoozeIn,
    ThreadDetailOut,
    ThreadOut,
    ThreadPlace,
)
from kulanz.desk.api.versions import decided
from kulanz.desk.queries import catalog
from kulanz.desk.queries.radar import RadarFilter, radar_stretch
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import attention
from kulanz.desk.services.taking import take_thread
from kulanz.desk.services.undoing import undo_decision

router = Router(tags=["threads"])


@router.get("/radar", response=Listed[RadarOut], **needs(Right.SEE_RADAR))
def read_radar(request: ApiRequest, place: Query[RadarPlace]) -> Any:
    """Which issues and conversations need a human now, and why; what needs one most comes first."""
    wanted = RadarFilter(
        stage=place.stage,
        source=place.source,
        owner=request.auth.member_id if place.owner == "me" else None,
        unowned=place.owner == "nobody",
        aside=place.aside,
        words=place.words,
        days=place.days,
    )
    lang, now = get_language() or "en", timezone.now()
    return listed(radar_stretch(wanted, lang=lang, now=now, after=place.cursor, size=place.limit))


@router.get("/threads", response=Listed[ThreadOut], **needs(Right.SEE_RADAR))
def list_threads(request: ApiRequest, place: Query[ThreadPlace]) -> Any:
    return listed(catalog.threads(at(place), stage=place.stage, source=place.source, words=place.words))


@router.get("/threads/{int:pk}", response=ThreadDetailOut, **needs(Right.SEE_RADAR))
def show_thread(request: ApiRequest, pk: int) -> Any:
    """A thread with its last report; the tag's version is that of what was decided about it."""
    thread = access.thread(request.auth, pk)
    request.shown_version = thread.attention.version if hasattr(thread, "attention") else 0
    return thread


@router.get("/threads/{int:pk}/posts", response=Listed[PostOut], **needs(Right.SEE_RADAR))
def list_posts(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """The posts of a thread by their time."""
    return listed(catalog.posts(access.thread(request.auth, pk), at(place)))


@router.get("/threads/{int:pk}/revisions", response=Listed[RevisionOut], **needs(Right.SEE_RADAR))
def list_revisions(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """What was found to have changed at the source: edits, removals, locks."""
    return listed(catalog.revisions(access.thread(request.auth, pk), at(place)))


@router.post("/threads/{int:pk}/take", response=IssueOut, **needs(Right.WORK_ISSUES))
def take_conversation(request: ApiRequest, pk: int) -> Any:
    """Become the owner of the issue that a thread is in; it is opened where there is none."""
    return take_thread(thread=access.thread(request.auth, pk), **by(request))


@router.post("/threads/{int:pk}/false-alarm", response=ThreadDetailOut, **needs(Right.WORK_ISSUES))
def mark_false_alarm(request: ApiRequest, pk: int, body: Reason) -> Any:
    """Take a thread off the radar because it needs nobody; its open alarms count as wrong."""
    thread = access.thread(request.auth, pk)
    attention.false_alarm(thread=thread, reason=body.reason, **decided(request, body.seen))
    return access.thread(request.auth, pk)


@router.post("/threads/{int:pk}/snooze", response=ThreadDetailOut, **needs(Right.WORK_ISSUES))
def snooze_thread(request: ApiRequest, pk: int, body: SnoozeIn) -> Any:
    """Take a thread off the radar until a time, for a reason."""
    thread = access.thread(request.auth, pk)
    attention.snooze(thread=thread, until=body.until, reason=body.reason, **decided(request, body.seen))
    return access.thread(request.auth, pk)


@router.post("/threads/{int:pk}/restore", response=ThreadDetailOut, **needs(Right.WORK_ISSUES))
def restore_thread(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Put a thread back on the radar."""
    attention.restore(thread=access.thread(request.auth, pk), **decided(request, body.seen))
    return access.thread(request.auth, pk)


@router.post("/threads/{int:pk}/undo", response=ThreadDetailOut, **needs(Right.WORK_ISSUES))
def undo_thread(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Undo one's own last decision to put a thread aside: it is as it was before."""
    undo_decision(thread=access.thread(request.auth, pk), **decided(request, body.seen))
    return access.thread(request.auth, pk)


@router.get("/posts/{int:pk}", response=PostOut, **needs(Right.SEE_RADAR))
def show_post(request: ApiRequest, pk: int) -> Any:
    return access.post(request.auth, pk)
