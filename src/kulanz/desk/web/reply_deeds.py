"""What can be done to an answer on its way with a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import cases as case_service
from kulanz.desk.services import replies
from kulanz.desk.services.writing import can_answer
from kulanz.desk.web import cases, threads
from kulanz.desk.web.case_deeds import on_case
from kulanz.desk.web.deeds import Deed, Kept, Place, number
from kulanz.desk.web.pages import DeskRequest

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kulanz.desk.models import Case, Reply, Thread


def _address(row: Reply) -> str:
    """The page of the case, or of the conversation where an answer is public."""
    return _conversation(row.case_id) if row.case_id else _answers(row.thread_id)


def _conversation(case_id: int) -> str:
    return reverse("case", args=[case_id]) + "#conversation"


def _answers(thread_id: int | None) -> str:
    return reverse("thread", args=[thread_id]) + "#answers"


def _shown(request: DeskRequest, row: Reply, kept: Kept) -> HttpResponse:
    return (
        cases.rendered(request, row.case, kept)
        if row.case_id
        else threads.rendered(request, row.thread, kept)
    )


on_reply: Place[Reply] = Place(access.reply, _address, _shown)
on_thread: Place[Thread] = Place(access.thread, lambda row: _answers(row.pk), threads.rendered)


@on_case.deed(Right.WORK_CASES)
def draft(deed: Deed[Case]) -> str | HttpResponse:
    """Begin an answer; the button says whether it is kept, sent at once, or shown to other eyes first.

    Where the second step is refused there is no draft either: the form keeps the words. So it does where
    the button only says to which address answers go.
    """
    if address := deed.text("address"):
        return _addressed(deed, address)
    channel, _dash, account = deed.text("channel").partition("-")
    with transaction.atomic():
        reply = replies.draft(
            actor=deed.actor,
            case=deed.row,
            channel=channel or "email",
            account=number(account),
            subject=deed.text("subject"),
            text=deed.text("text"),
            said=deed.text("then") == "send",
            now=deed.now,
        )
        _go_on(deed, reply, deed.text("then"))
    return _conversation(deed.row.pk)


def _addressed(deed: Deed[Case], address: str) -> HttpResponse:
    """Have answers go to an address, and show the page again with what was typed so far."""
    row = case_service.edit(
        actor=deed.actor,
        case=deed.row,
        seen=deed.seen,
        title=deed.row.title,
        email=address,
        now=deed.now,
    )
    deed.told(_("Answers go to %(address)s. What you typed is kept.") % {"address": address})
    typed = Kept("case_reply", row.pk, deed.request.POST.dict())
    return cases.rendered(deed.request, access.case(deed.actor, row.pk), typed)


@on_thread.deed(Right.WORK_CASES)
def draft_public(deed: Deed[Thread]) -> None:
    """Begin an answer in public; the button says whether it is kept, posted, or shown to other eyes first."""
    posts_here, answered = can_answer(deed.row.source), number(deed.text("answers"))
    with transaction.atomic():
        reply = replies.draft(
            actor=deed.actor,
            case=None,
            thread=deed.row,
            answered=access.post(deed.actor, answered) if answered else None,
            channel="public",
            text=deed.text("text"),
            said=deed.text("then") == "send" and not posts_here,
            now=deed.now,
        )
        _go_on(deed, reply, deed.text("then"))


def _go_on(deed: Deed[Any], reply: Reply, then: str) -> None:
    if then == "send":
        _told_sent(deed, replies.send(actor=deed.actor, reply=reply, seen=reply.version, now=deed.now))
    elif then == "ask":
        replies.ask(actor=deed.actor, reply=reply, seen=reply.version, now=deed.now)
        deed.told(_("Somebody else is asked to look at it."))


def _told_sent(deed: Deed[Any], sent: Reply) -> None:
    deed.told(_("It is being sent.") if sent.state == "sending" else _("Noted."))


@on_reply.deed(Right.WORK_CASES)
def edit(deed: Deed[Reply]) -> None:
    replies.edit(
        actor=deed.actor,
        reply=deed.row,
        seen=deed.seen,
        subject=deed.text("subject"),
        text=deed.text("text"),
        now=deed.now,
    )
    deed.told(_("Saved."))


@on_reply.deed(Right.WORK_CASES)
def ask(deed: Deed[Reply]) -> None:
    replies.ask(actor=deed.actor, reply=deed.row, seen=deed.seen, now=deed.now)
    deed.told(_("Somebody else is asked to look at it."))


@on_reply.deed(Right.APPROVE)
def approve(deed: Deed[Reply]) -> None:
    replies.approve(actor=deed.actor, reply=deed.row, seen=deed.seen, now=deed.now)


@on_reply.deed(Right.APPROVE)
def reject(deed: Deed[Reply]) -> None:
    replies.reject(actor=deed.actor, reply=deed.row, seen=deed.seen, reason=deed.text("reason"), now=deed.now)


@on_reply.deed(Right.WORK_CASES)
def send(deed: Deed[Reply]) -> None:
    sent = replies.send(
        actor=deed.actor,
        reply=deed.row,
        seen=deed.seen,
        url=deed.text("url"),
        posted=bool(deed.text("posted")),
        now=deed.now,
    )
    _told_sent(deed, sent)


@on_reply.deed(Right.WORK_CASES)
def discard(deed: Deed[Reply]) -> None:
    replies.discard(actor=deed.actor, reply=deed.row, seen=deed.seen, now=deed.now)
