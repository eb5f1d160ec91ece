"""Replies to customers: drafted, approved by other eyes where that is asked for, and sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import msgspec
from django.db import transaction

from kulanz.desk.models import Account, Case, Post, Reply, Thread
from kulanz.desk.models.cases import CHANNELS
from kulanz.desk.queries.approving import approvers_but, writers_of
from kulanz.desk.queries.calendars import work_calendar
from kulanz.desk.queries.closing import lacks_agreement
from kulanz.desk.queries.language_model import offered_model
from kulanz.desk.queries.scheduling import stand_of
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.blanks import refuse_gaps
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.machines import CASE, REPLY
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.scheduling import Stand
from kulanz.desk.rules.worktime import next_morning
from kulanz.desk.services import draft_checks
from kulanz.desk.services.calendars import usual_calendar
from kulanz.desk.services.changing import change, step
from kulanz.desk.services.draft_checks import LONGEST, Checked
from kulanz.desk.services.notices import tell_of_request
from kulanz.desk.services.outgoing import (
    BY_DESK,
    EMAIL,
    PRIVATE,
    PUBLIC,
    delivered,
    locked_case,
    record_reply,
)
from kulanz.desk.services.private import ways_of
from kulanz.desk.services.status_links import check_sending, without_link
from kulanz.desk.services.writing import can_answer
from kulanz.pages.safe import web_address

_LONGEST_SUBJECT: Final = 500
FURTHEST: Final = timedelta(days=90)
"""So far ahead a reply can be planned."""
UNPLANNED: Final[Mapping[str, Any]] = MappingProxyType({"send_at": None, "due_at": None, "stand": {}})


def draft(  # noqa: PLR0913 - a reply is to what, by which way, in which words
    *,
    actor: Actor,
    case: Case | None,
    thread: Thread | None = None,
    answered: Post | None = None,
    channel: str = EMAIL,
    account: int | None = None,
    subject: str = "",
    text: str,
    suggested: bool = False,
    said: bool = False,
    now: datetime,
) -> Reply:
    """Begin a reply to a case's customer, or in public to a thread.

    ``channel`` email is sent by the desk, and so is private: a private message to ``account``, one of
    ``private.ways_of(case)``. What goes by another way (source, phone, public) is said by a person there, and
    kept here as said when it is sent. ``said``: it was said already, and ``send`` follows, which tells of it.
    ``answered`` is the post of ``thread`` that it is for, None for the conversation as a whole.
    ``suggested``: a suggestion of the language model was taken over into it.
    """
    actor.need(Right.WORK_CASES)
    if channel not in CHANNELS:
        raise RuleError(
            "channel: expected one of %(known)s, got %(channel)r", known=", ".join(CHANNELS), channel=channel
        )
    if case is None and (thread is None or channel in BY_DESK):
        raise RuleError("a reply needs a case, or a conversation that it is written to in public")
    if answered is not None and (thread is None or answered.thread_id != thread.pk):
        raise RuleError("a reply answers a post of the conversation that it is written to")
    with transaction.atomic():
        reply = Reply.objects.create(
            case=case,
            thread=thread,
            answered=answered,
            author_id=actor.member_id,
            channel=channel,
            account=_account(case, account) if case and channel == PRIVATE else None,
            subject=_subject(subject, case),
            text=_words(without_link(text, case)),
            suggested_by=offered_model() if suggested else "",
            created_at=now,
        )
        if not said or channel in BY_DESK:
            record_reply(actor, "draft", reply, now)
    return reply


def edit(  # noqa: PLR0913 - a change is of which reply, as it was seen, to which words
    *, actor: Actor, reply: Reply, seen: int, subject: str, text: str, suggested: bool = False, now: datetime
) -> Reply:
    """Change the words of a draft, or of a reply that failed.

    ``suggested``: a suggestion of the language model was taken over; that stays known from then on.
    """
    subject, text = _subject(subject, reply.case), _words(without_link(text, reply.case))
    cleared: dict[str, Any] = {"approver": None, "asks": [], "returned": [], "last_error": ""}
    if suggested:
        cleared["suggested_by"] = offered_model()
    return _step(actor, reply, seen, "edit", now, subject=subject, text=text, **cleared)


def ask(*, actor: Actor, reply: Reply, seen: int, now: datetime) -> Reply:
    """Ask for other eyes on a draft; all who may approve are told, but those who wrote it."""
    step(reply, REPLY, "ask", actor)
    refuse_gaps(reply.subject, reply.text)
    checked = draft_checks.check_reply(actor=actor, reply=reply)
    with transaction.atomic():
        asked = _step(
            actor,
            reply,
            seen,
            "ask",
            now,
            approver=None,
            returned=[],
            asks=list(checked.asks) if checked else [],
        )
        draft_checks.keep_shown(checked, asked)
        tell_of_request(reply=asked, approvers=approvers_but(writers_of(asked)), now=now)
    return asked


def approve(*, actor: Actor, reply: Reply, seen: int, now: datetime) -> Reply:
    """Approve the words of others; raise NotAllowedError where the actor had a hand in them."""
    if actor.member_id in writers_of(reply):
        raise NotAllowedError(
            "four eyes: whoever wrote, changed or asked does not approve, somebody else must"
        )
    return _step(actor, reply, seen, "approve", now, approver_id=actor.member_id)


def reject(*, actor: Actor, reply: Reply, seen: int, reason: str, now: datetime) -> Reply:
    """Give a reply back to be written anew, for a reason."""
    return _step(actor, reply, seen, "reject", now, reason=reason, approver=None, asks=[])


def discard(*, actor: Actor, reply: Reply, seen: int, now: datetime) -> Reply:
    """Throw a reply away before it was sent."""
    return _step(actor, reply, seen, "discard", now, **UNPLANNED)


def note_checked(*, actor: Actor, reply: Reply, checked: Checked | None, now: datetime) -> None:
    """Note that a draft was checked as it stands, where neither a gap nor personal data keeps it back.

    Its version stays: what other pages show of it holds.
    """
    if checked is None or checked.text != reply.text or checked.blocking or checked.gaps:
        return
    if reply.state != REPLY.initial or not actor.may(Right.WORK_CASES):
        return
    state = step(reply, REPLY, "check", actor)
    with transaction.atomic():
        ours = Reply.objects.filter(pk=reply.pk, version=reply.version, state=reply.state)
        if ours.update(state=state):
            reply.state = state
            record_reply(actor, "check", reply, now)


def schedule(*, actor: Actor, reply: Reply, seen: int, at: datetime | None, now: datetime) -> Reply:
    """Have a reply sent later, ``at`` None on the next working morning, if nothing has changed by then.

    It is checked now as it is when it is sent, and once more then.
    """
    refuse_by_hand(reply)
    when = at or next_morning(now, work_calendar(usual_calendar(now=now)))
    if not now < when <= now + FURTHEST:
        raise RuleError("send later: expected a moment within %(days)s days from now", days=FURTHEST.days)
    step(reply, REPLY, "schedule", actor)
    checked = ready(actor, reply)
    values: dict[str, Any] = {
        "send_at": when,
        "due_at": when,
        "scheduled_by_id": actor.member_id,
        "attempts": 0,
    }
    kept: dict[str, Any] = {"stand": msgspec.to_builtins(stands(reply, checked)), "returned": []}
    told = _overruled(checked)
    with transaction.atomic():
        _check_agreed(reply)
        waiting = _step(actor, reply, seen, "schedule", now, told=told, last_error="", **values, **kept)
        draft_checks.keep_shown(checked, waiting)
    return waiting


def take_back(*, actor: Actor, reply: Reply, seen: int, now: datetime) -> Reply:
    """Take back that a reply is sent later: it is a draft again, and stays approved while its words stay."""
    return _step(actor, reply, seen, "take_back", now, **UNPLANNED)


def stands(reply: Reply, checked: Checked | None) -> Stand:
    """How things stand where a reply goes."""
    place = checked.report.position if checked else None
    return stand_of(reply, number=place.number if place else 0, hardened=bool(place and place.hardened))


def ready(actor: Actor, reply: Reply) -> Checked | None:
    """Return what the check says of a reply that can go out now; raise RuleError for one that cannot."""
    if reply.channel == EMAIL and not (reply.case and reply.case.email):
        raise RuleError("the case has no e-mail address of the customer: enter it first")
    if reply.channel == PRIVATE and not _is_theirs(reply):
        raise RuleError("the account is not one of this person any more")
    check_sending(text=reply.text, case=reply.case, by_desk=reply.channel in BY_DESK)
    checked = draft_checks.check_reply(actor=actor, reply=reply)
    draft_checks.refuse(checked, reply)
    return checked


def send(
    *, actor: Actor, reply: Reply, seen: int, url: str = "", posted: bool = False, now: datetime
) -> Reply:
    """Send a reply: the worker sends e-mail and private messages, what was said elsewhere is kept as said.

    One in public is posted by the worker where its source can (``goes_out``), unless somebody has ``posted``
    it; ``url`` is where it stands then. Raise RuleError for one in public that nobody posts, that reveals
    personal data, unless somebody called that finding wrong, or that has to be approved first.
    """
    at = _place(url)
    step(reply, REPLY, "send", actor)
    checked = ready(actor, reply)
    by_hand = reply.channel == PUBLIC and bool(posted or at)
    if reply.channel == PUBLIC and not (by_hand or goes_out(reply)):
        raise RuleError("the desk does not post at this source: post it there, and say that you did")
    by_desk = goes_out(reply) and not by_hand
    with transaction.atomic():
        _check_agreed(reply)
        _case_waits(actor, reply)
        told = _overruled(checked)
        sending = _step(
            actor,
            reply,
            seen,
            "send",
            now,
            told=told,
            **{**UNPLANNED, "due_at": now},
            attempts=0,
            last_error="",
            error_kind="",
            url=at,
        )
        draft_checks.keep_shown(checked, sending)
        if not by_desk:
            delivered(reply=sending, now=now)
    return sending


def refuse_by_hand(reply: Reply) -> None:
    """Raise RuleError for a reply that only a person can say at its place: nobody is there at a set time."""
    if not goes_out(reply):
        raise RuleError(
            "only what the desk itself sends can be sent later: an e-mail, a private message, or an answer"
            " where the desk posts"
        )


def _check_agreed(reply: Reply) -> None:
    if lacks_agreement(reply):
        raise RuleError(
            "closing note: the customer has not agreed to these words, or the case is open again since"
        )


def goes_out(reply: Reply) -> bool:
    """Whether the worker sends a reply, once somebody says so, or a person says it there."""
    if reply.channel == PUBLIC:
        return reply.thread is not None and can_answer(reply.thread.source)
    return reply.channel in BY_DESK


def _is_theirs(reply: Reply) -> bool:
    return bool(reply.case and reply.account and reply.account.person_id == reply.case.person_id)


def _account(case: Case, pk: int | None) -> Account:
    found = next((each for each in ways_of(case) if each.pk == pk), None)
    if found is None:
        raise RuleError(
            "private message: expected an account of the customer at a source that sends them and has the key"
            " for it; choose another way"
        )
    return found


def _step(  # noqa: PLR0913 - who does what to which reply, what is told of it, and what is written
    actor: Actor,
    reply: Reply,
    seen: int,
    action: str,
    now: datetime,
    *,
    reason: str = "",
    told: Mapping[str, int] = MappingProxyType({}),
    **values: Any,
) -> Reply:
    actor.need(Right.SEE_CASES)
    state = step(reply, REPLY, action, actor, reason)
    with transaction.atomic():
        changed = change(reply, seen, state=state, **values)
        record_reply(actor, action, changed, now, reason=reason, state=state, **told)
    return changed


def _overruled(checked: Checked | None) -> dict[str, int]:
    """What the record says where personal data was found, and called no personal data."""
    count = draft_checks.overruled(checked)
    return {"marked_wrong": count} if count else {}


def _case_waits(actor: Actor, reply: Reply) -> None:
    """The case waits for its customer now, a settled one stays so; raise RuleError where it is closed."""
    case = locked_case(reply)
    if case is not None:
        change(case, case.version, state=step(case, CASE, "write", actor))


def _subject(subject: str, case: Case | None) -> str:
    plain = " ".join(subject.split())[:_LONGEST_SUBJECT]
    return plain or (f"Re: {_about(case)}"[:_LONGEST_SUBJECT] if case else "")


def _about(case: Case) -> str:
    heard = case.messages.filter(inbound=True, automatic=False).exclude(subject="").order_by("-at").first()
    return (heard.subject if heard else case.title).removeprefix("Re: ")


def _place(url: str) -> str:
    """Return an address that a page may link to; raise RuleError for anything else that was given."""
    if url and not web_address(url):
        raise RuleError(
            "address: expected one such as https://forum.example.org, got %(address)r", address=url[:100]
        )
    return url


def _words(text: str) -> str:
    plain = text.replace("\r\n", "\n").strip()
    if not plain:
        raise RuleError("reply: expected some words")
    if len(plain) > LONGEST:
        raise RuleError(
            "reply: expected at most %(most)s characters, got %(got)s", most=LONGEST, got=len(plain)
        )
    return plain
