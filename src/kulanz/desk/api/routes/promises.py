"""Promises and replies: who answers until when, and the answer on its way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
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
from kulanz.desk.api.versions import decided, shown
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
    promise = access.promise(request.auth, pk)
    return promises.pause(promise=promise, reason=body.reason, **decided(request, body.seen))


@router.post("/promises/{int:pk}/resume", response=PromiseOut, **needs(Right.WORK_CASES))
def resume_promise(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Let the clock run again."""
    return promises.resume(promise=access.promise(request.auth, pk), **decided(request, body.seen))


@router.post("/promises/{int:pk}/keep", response=PromiseOut, **needs(Right.WORK_CASES))
def keep_promise(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Say that what was promised was done."""
    return promises.keep(promise=access.promise(request.auth, pk), **decided(request, body.seen))


@router.post("/promises/{int:pk}/withdraw", response=PromiseOut, **needs(Right.LEAD_CASES))
def withdraw_promise(request: ApiRequest, pk: int, body: Why) -> Any:
    """Take a promise back, for a reason."""
    promise = access.promise(request.auth, pk)
    return promises.withdraw(promise=promise, reason=body.reason, **decided(request, body.seen))


@router.get("/cases/{int:pk}/replies", response=Listed[ReplyOut], **needs(Right.SEE_CASES))
def list_replies(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    return listed(catalog.replies(access.case(request.auth, pk), at(place)))


@router.post("/cases/{int:pk}/replies", response={201: ReplyOut}, **needs(Right.WORK_CASES))
def draft_reply(request: ApiRequest, pk: int, body: ReplyIn) -> Any:
    """Begin a reply; nothing goes out before it is sent."""
    case = access.case(request.auth, pk)
    return replies.draft(
        case=case,
        channel=body.channel,
        account=body.account,
        subject=body.subject,
        text=body.text,
        suggested=body.suggested,
        **by(request),
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
    reply = access.reply(request.auth, pk)
    text = reply.text if body.text is None else body.text
    subject = reply.subject if body.subject is None else body.subject
    return replies.edit(
        reply=reply, subject=subject, text=text, suggested=body.suggested, **decided(request, body.seen)
    )


@router.post("/replies/{int:pk}/ask", response=ReplyOut, **needs(Right.WORK_CASES))
def ask_for_approval(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Ask for other eyes on a draft."""
    return replies.ask(reply=access.reply(request.auth, pk), **decided(request, body.seen))


@router.post("/replies/{int:pk}/approve", response=ReplyOut, **needs(Right.APPROVE))
def approve_reply(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Approve the words of others."""
    return replies.approve(reply=access.reply(request.auth, pk), **decided(request, body.seen))


@router.post("/replies/{int:pk}/reject", response=ReplyOut, **needs(Right.APPROVE))
def reject_reply(request: ApiRequest, pk: int, body: Why) -> Any:
    """Give a reply back to be written anew, for a reason."""
    reply = access.reply(request.auth, pk)
    return replies.reject(reply=reply, reason=body.reason, **decided(request, body.seen))


@router.post("/replies/{int:pk}/send", response=ReplyOut, **needs(Right.WORK_CASES))
def send_reply(request: ApiRequest, pk: int, body: SendIn) -> Any:
    """Send a reply: the worker sends e-mail and private messages, and posts in public where the source can.

    What was said elsewhere is kept as said, and so is an answer in public that somebody has ``posted``.
    """
    reply = access.reply(request.auth, pk)
    return replies.send(reply=reply, url=body.url, posted=body.posted, **decided(request, body.seen))


@router.post("/replies/{int:pk}/schedule", response=ReplyOut, **needs(Right.WORK_CASES))
def schedule_reply(request: ApiRequest, pk: int, body: ScheduleIn) -> Any:
    """Send a reply later if nothing has changed by then; else it is a draft again, and people are told."""
    return replies.schedule(reply=access.reply(request.auth, pk), at=body.at, **decided(request, body.seen))


@router.post("/replies/{int:pk}/take-back", response=ReplyOut, **needs(Right.WORK_CASES))
def take_reply_back(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Take back that a reply is sent later: it is a draft again."""
    return replies.take_back(reply=access.reply(request.auth, pk), **decided(request, body.seen))


@router.post("/replies/{int:pk}/discard", response=ReplyOut, **needs(Right.WORK_CASES))
def discard_reply(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Throw a reply away before it was sent."""
    return replies.discard(reply=access.reply(request.auth, pk), **decided(request, body.seen))
