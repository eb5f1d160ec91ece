"""What can be done to an answer on its way with a form."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.rules.blanks import joined
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import cases as case_service
from kulanz.desk.services import draft_checks, letters, replies
from kulanz.desk.services.writing import can_answer
from kulanz.desk.templatetags.desk import when
from kulanz.desk.web import cases, threads
from kulanz.desk.web.case_deeds import on_case
from kulanz.desk.web.deeds import Deed, Kept, Place, number
from kulanz.desk.web.pages import DeskRequest

if TYPE_CHECKING:
    from django.http import HttpResponse

    from kulanz.desk.models import Case, Reply, Thread
    from kulanz.desk.queries.drafts import Place as Written

INSERT = "insert"
"""What the button sends that puts a template into a form: nothing is kept or sent."""
LATER = "later"
MORNING = "morning"
"""What the buttons send that plan an answer: for a moment, and for the next working morning."""


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
    if deed.text("then") == INSERT:
        return cases.rendered(deed.request, deed.row, _begun(deed, "case_reply", deed.row))
    channel, _dash, account = deed.text("channel").partition("-")
    with transaction.atomic():
        reply = replies.draft(
            case=deed.row,
            channel=channel or "email",
            account=number(account),
            subject=deed.text("subject"),
            text=deed.text("text"),
            suggested=bool(deed.text("suggested")),
            said=deed.text("then") == "send",
            **deed.by,
        )
        _go_on(deed, reply, deed.text("then"))
    return _conversation(deed.row.pk)


def _addressed(deed: Deed[Case], address: str) -> HttpResponse:
    """Have answers go to an address, and show the page again with what was typed so far."""
    row = case_service.edit(case=deed.row, title=deed.row.title, email=address, **deed.decided)
    deed.told(_("Answers go to %(address)s. What you typed is kept.") % {"address": address})
    typed = Kept("case_reply", row.pk, deed.request.POST.dict())
    return cases.rendered(deed.request, access.case(deed.actor, row.pk), typed)


@on_thread.deed(Right.WORK_CASES)
def draft_public(deed: Deed[Thread]) -> HttpResponse | None:
    """Begin an answer in public; the button says whether it is kept, posted, or shown to other eyes first."""
    if deed.text("then") == INSERT:
        return threads.rendered(deed.request, deed.row, _begun(deed, "thread_reply", deed.row))
    posts_here, answered = can_answer(deed.row.source), number(deed.text("answers"))
    with transaction.atomic():
        reply = replies.draft(
            case=None,
            thread=deed.row,
            answered=access.post(deed.actor, answered) if answered else None,
            channel="public",
            text=deed.text("text"),
            suggested=bool(deed.text("suggested")),
            said=deed.text("then") == "send" and not posts_here,
            **deed.by,
        )
        _go_on(deed, reply, deed.text("then"))
    return None


def _begun(deed: Deed[Any], form: str, place: Written) -> Kept:
    """What was typed into a form with a template below it; an empty subject gets the template's."""
    template = access.template(deed.actor, deed.number("template"))
    letter = letters.begin(template=template, place=place, **deed.by)
    typed = deed.request.POST.dict()
    typed["text"] = joined(typed.get("text", ""), letter.text)
    typed["subject"] = typed.get("subject", "").strip() or letter.subject
    return Kept(form, deed.row.pk, typed)


def _go_on(deed: Deed[Any], reply: Reply, then: str) -> None:
    if then == "send":
        _told_sent(deed, replies.send(reply=reply, seen=reply.version, **deed.by))
    elif then in (LATER, MORNING):
        _planned(deed, reply, reply.version, then)
    elif then == "ask":
        replies.ask(reply=reply, seen=reply.version, **deed.by)
        deed.told(_("Somebody else is asked to look at it."))


def _planned(deed: Deed[Any], reply: Reply, seen: int, then: str) -> None:
    at = None if then == MORNING else _moment(deed.text("at"))
    planned = replies.schedule(reply=reply, seen=seen, at=at, **deed.by)
    deed.told(_("It goes out on %(when)s, if nothing has changed by then.") % {"when": when(planned.send_at)})


def _moment(text: str) -> datetime:
    """Read a moment by the member's clock, as a form sends it."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise RuleError("send later: expected day and time, got %(text)r", text=text[:40]) from error
    return given if given.tzinfo else given.replace(tzinfo=timezone.get_current_timezone())


def _told_sent(deed: Deed[Any], sent: Reply) -> None:
    deed.told(_("It is being sent.") if sent.state == "sending" else _("Noted."))


@on_reply.deed(Right.WORK_CASES)
def edit(deed: Deed[Reply]) -> HttpResponse | None:
    """Change the words; the button may also send them, plan them, or show them to other eyes.

    Where that is refused the words are not kept either: the form has them.
    """
    if (then := deed.text("then")) == INSERT:
        begun = _begun(deed, "reply_edit", draft_checks.place_of(deed.row))
        return _shown(deed.request, deed.row, begun)
    with transaction.atomic():
        reply = deed.row if then and _unchanged(deed) else _edited(deed)
        _go_on(deed, reply, then)
    if not then:
        deed.told(_("Saved."))
    return None


def _unchanged(deed: Deed[Reply]) -> bool:
    """Whether the words are those that are kept: what was approved stays so."""
    row = deed.row
    typed = (deed.text("subject"), deed.text("text").replace("\r\n", "\n"))
    return (
        typed == (row.subject, row.text)
        and deed.decided["seen"] == row.version
        and not deed.text("suggested")
    )


def _edited(deed: Deed[Reply]) -> Reply:
    return replies.edit(
        reply=deed.row,
        subject=deed.text("subject"),
        text=deed.text("text"),
        suggested=bool(deed.text("suggested")),
        **deed.decided,
    )


@on_reply.deed(Right.APPROVE)
def approve(deed: Deed[Reply]) -> None:
    replies.approve(reply=deed.row, **deed.decided)


@on_reply.deed(Right.APPROVE)
def reject(deed: Deed[Reply]) -> None:
    replies.reject(reply=deed.row, reason=deed.text("reason"), **deed.decided)


@on_reply.deed(Right.WORK_CASES)
def send(deed: Deed[Reply]) -> None:
    sent = replies.send(
        reply=deed.row, url=deed.text("url"), posted=bool(deed.text("posted")), **deed.decided
    )
    _told_sent(deed, sent)


@on_reply.deed(Right.WORK_CASES)
def schedule(deed: Deed[Reply]) -> None:
    """Send it later; the button says whether at a moment or on the next working morning."""
    _planned(deed, deed.row, deed.decided["seen"], deed.text("then"))


@on_reply.deed(Right.WORK_CASES)
def take_back(deed: Deed[Reply]) -> None:
    replies.take_back(reply=deed.row, **deed.decided)
    deed.told(_("It is a draft again."))


@on_reply.deed(Right.WORK_CASES)
def discard(deed: Deed[Reply]) -> None:
    replies.discard(reply=deed.row, **deed.decided)
