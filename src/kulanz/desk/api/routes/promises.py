"""Promises and replies: who answers until when, and the answer on its way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.cases import (
    PrivateWayOut,
    PromiseIn,
    PromiseOut,
    ReplyChange,
    ReplyIn,
    ReplyOut,
    ScheduleIn,
    SendIn,
)
from kulanz.desk.api.schemas.common import Listed, Place, Seen, Why, listed
from kulanz.desk.api.versions import seen_version, shown
from kulanz.desk.queries import catalog
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import promises, replies
from kulanz.desk.services.calendars import usual_calendar
from kulanz.desk.services.private import ways_of

router = Router(tags=["cases"])


@router.get("/cases/{int:pk}/promises", response=Listed[PromiseOut], **needs(Right.SEE_CASES))
def list_promises(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    return listed(catalog.promises(access.case(request.auth, pk), at(place)))


@router.post("/cases/{int:pk}/promises", response={201: PromiseOut}, **needs(Right.WORK_CASES))
def make_promise(request: ApiRequest, pk: int, body: PromiseIn) -> Any:
    """Promise something within so many working hours; who promises is the asker unless ``by`` says it."""
    who, now = request.auth, timezone.now()
    calendar = access.calendar(who, body.calendar) if body.calendar else usual_calendar(now=now)
    return promises.make(
        actor=who,
        case=access.case(who, pk),
        by=access.colleague(who, body.by or who.member_id, Right.WORK_CASES),
        what=body.what,
        worktime=timedelta(hours=body.hours),
        calendar=calendar,
        now=now,
    )


@router.get("/promises/{int:pk}", response=PromiseOut, **needs(Right.SEE_CASES))
def show_promise(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.promise(request.auth, pk))


@router.post("/promises/{int:pk}/pause", response=PromiseOut, **needs(Right.WORK_CASES))
def pause_promise(request: ApiRequest, pk: int, body: Why) -> Any:
    """Stop the clock, for a reason."""
    promise, seen = access.promise(request.auth, pk), seen_version(request, body.seen)
    return promises.pause(
        actor=request.auth, promise=promise, seen=seen, reason=body.reason, now=timezone.now()
    )


@router.post("/promises/{int:pk}/resume", response=PromiseOut, **needs(Right.WORK_CASES))
def resume_promise(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Let the clock run again."""
    promise, seen = access.promise(request.auth, pk), seen_version(request, body.seen)
    return promises.resume(actor=request.auth, promise=promise, seen=seen, now=timezone.now())


@router.post("/promises/{int:pk}/keep", response=PromiseOut, **needs(Right.WORK_CASES))
def keep_promise(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Say that what was promised was done."""
    promise, seen = access.promise(request.auth, pk), seen_version(request, body.seen)
    return promises.keep(actor=request.auth, promise=promise, seen=seen, now=timezone.now())


@router.post("/promises/{int:pk}/withdraw", response=PromiseOut, **needs(Right.LEAD_CASES))
def withdraw_promise(request: ApiRequest, pk: int, body: Why) -> Any:
    """Take a promise back, for a reason."""
    promise, seen = access.promise(request.auth, pk), seen_version(request, body.seen)
    return promises.withdraw(
        actor=request.auth, promise=promise, seen=seen, reason=body.reason, now=timezone.now()
    )


@router.get("/cases/{int:pk}/replies", response=Listed[ReplyOut], **needs(Right.SEE_CASES))
def list_replies(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    return listed(catalog.replies(access.case(request.auth, pk), at(place)))


@router.post("/cases/{int:pk}/replies", response={201: ReplyOut}, **needs(Right.WORK_CASES))
def draft_reply(request: ApiRequest, pk: int, body: ReplyIn) -> Any:
    """Begin a reply; nothing goes out before it is sent."""
    case, now = access.case(request.auth, pk), timezone.now()
    return replies.draft(
        actor=request.auth,
        case=case,
        channel=body.channel,
        account=body.account,
        subject=body.subject,
        text=body.text,
        suggested=body.suggested,
        now=now,
    )


@router.get("/cases/{int:pk}/private-ways", response=list[PrivateWayOut], **needs(Right.WORK_CASES))
def list_private_ways(request: ApiRequest, pk: int) -> Any:
    """The accounts of the customer at sources that can send them a private message."""
    return ways_of(access.case(request.auth, pk))


@router.get("/replies/{int:pk}", response=ReplyOut, **needs(Right.SEE_CASES))
def show_reply(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.reply(request.auth, pk))


@router.patch("/replies/{int:pk}", response=ReplyOut, **needs(Right.WORK_CASES))
def change_reply(request: ApiRequest, pk: int, body: ReplyChange) -> Any:
    """Change the words of a draft, or of a reply that was not delivered."""
    reply, seen = access.reply(request.auth, pk), seen_version(request, body.seen)
    text = reply.text if body.text is None else body.text
    subject = reply.subject if body.subject is None else body.subject
    return replies.edit(
        actor=request.auth,
        reply=reply,
        seen=seen,
        subject=subject,
        text=text,
        suggested=body.suggested,
        now=timezone.now(),
    )


@router.post("/replies/{int:pk}/ask", response=ReplyOut, **needs(Right.WORK_CASES))
def ask_for_approval(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Ask for other eyes on a draft."""
    reply, seen = access.reply(request.auth, pk), seen_version(request, body.seen)
    return replies.ask(actor=request.auth, reply=reply, seen=seen, now=timezone.now())


@router.post("/replies/{int:pk}/approve", response=ReplyOut, **needs(Right.APPROVE))
def approve_reply(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Approve the words of others."""
    reply, seen = access.reply(request.auth, pk), seen_version(request, body.seen)
    return replies.approve(actor=request.auth, reply=reply, seen=seen, now=timezone.now())


@router.post("/replies/{int:pk}/reject", response=ReplyOut, **needs(Right.APPROVE))
def reject_reply(request: ApiRequest, pk: int, body: Why) -> Any:
    """Give a reply back to be written anew, for a reason."""
    reply, seen = access.reply(request.auth, pk), seen_version(request, body.seen)
    return replies.reject(actor=request.auth, reply=reply, seen=seen, reason=body.reason, now=timezone.now())


@router.post("/replies/{int:pk}/send", response=ReplyOut, **needs(Right.WORK_CASES))
def send_reply(request: ApiRequest, pk: int, body: SendIn) -> Any:
    """Send a reply: the worker sends e-mail and private messages, and posts in public where the source can.

    What was said elsewhere is kept as said, and so is an answer in public that somebody has ``posted``.
    """
    reply, seen = access.reply(request.auth, pk), seen_version(request, body.seen)
    return replies.send(
        actor=request.auth, reply=reply, seen=seen, url=body.url, posted=body.posted, now=timezone.now()
    )


@router.post("/replies/{int:pk}/schedule", response=ReplyOut, **needs(Right.WORK_CASES))
def schedule_reply(request: ApiRequest, pk: int, body: ScheduleIn) -> Any:
    """Send a reply later if nothing has changed by then; else it is a draft again, and people are told."""
    reply, seen = access.reply(request.auth, pk), seen_version(request, body.seen)
    return replies.schedule(actor=request.auth, reply=reply, seen=seen, at=body.at, now=timezone.now())


@router.post("/replies/{int:pk}/take-back", response=ReplyOut, **needs(Right.WORK_CASES))
def take_reply_back(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Take back that a reply is sent later: it is a draft again."""
    reply, seen = access.reply(request.auth, pk), seen_version(request, body.seen)
    return replies.take_back(actor=request.auth, reply=reply, seen=seen, now=timezone.now())


@router.post("/replies/{int:pk}/discard", response=ReplyOut, **needs(Right.WORK_CASES))
def discard_reply(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Throw a reply away before it was sent."""
    reply, seen = access.reply(request.auth, pk), seen_version(request, body.seen)
    return replies.discard(actor=request.auth, reply=reply, seen=seen, now=timezone.now())
