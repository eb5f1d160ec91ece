"""Closing notes: said in public once a case is settled, in the very words that its customer agreed to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from kulanz.desk.models import Case, ClosingNote, Reply, Thread
from kulanz.desk.queries.closing import is_settled, threads_of, was_posted
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.plain import plain
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.status_pages import LONGEST_NOTE
from kulanz.desk.services import replies
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record


def write(*, actor: Actor, case: Case, text: str, seen: int, now: datetime) -> ClosingNote:
    """Write the note of a settled case, or write it anew; ``seen`` is 0 for the first.

    The customer is asked on the status page. A yes holds for the words it was given to: others ask again.
    """
    actor.need(Right.WORK_CASES)
    words = _words(text)
    if not is_settled(case):
        raise RuleError("closing note: settle the case first")
    fresh: dict[str, Any] = {"text": words, "by_id": actor.member_id, "written_at": now}
    with transaction.atomic():
        note, is_new = ClosingNote.objects.get_or_create(case=case, defaults={**fresh, "version": 1})
        if was_posted(note):
            raise RuleError("closing note: it was posted already")
        if not is_new:
            change(note, seen, **fresh, **({} if words == note.text else _UNANSWERED))
        record(actor, "write", note, now=now, case=case)
    return note


def draft(*, actor: Actor, note: ClosingNote, thread: Thread, now: datetime) -> Reply:
    """Begin the public answer with the words that the customer agreed to; it goes the way of all of them."""
    actor.need(Right.WORK_CASES)
    if thread not in threads_of(note.case):
        raise RuleError("closing note: expected a conversation of the case's issue")
    with transaction.atomic():
        locked = ClosingNote.objects.select_for_update(of=("self",)).select_related("case").get(pk=note.pk)
        if not is_settled(locked.case):
            raise RuleError("closing note: the case is open again, settle it first")
        if locked.answer != "yes":
            raise RuleError("closing note: the customer has not agreed to these words")
        if locked.reply is not None and locked.reply.state != "discarded":
            raise RuleError("closing note: there is a public answer with it already")
        reply = replies.draft(
            actor=actor, case=None, thread=thread, channel="public", text=locked.agreed_text, now=now
        )
        change(locked, locked.version, reply=reply)
    return reply


_UNANSWERED: dict[str, Any] = {"answer": "", "answered_at": None}


def _words(text: str) -> str:
    words = plain(text.replace("\r\n", "\n")).strip()
    if not words or len(words) > LONGEST_NOTE:
        raise RuleError(
            "closing note: expected 1 to %(most)s characters, got %(got)s", most=LONGEST_NOTE, got=len(words)
        )
    return words
