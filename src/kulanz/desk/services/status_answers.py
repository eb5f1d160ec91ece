"""What a customer does on the status page: answers, says yes or no, asks for another person, is content."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from kulanz.desk.access import NotFoundError
from kulanz.desk.models import Case, ClosingNote, Gesture, Message, Satisfaction, StatusPage
from kulanz.desk.models.cases import STATUS_PAGE
from kulanz.desk.queries.closing import asked_about, goes_out
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.machines import GESTURE
from kulanz.desk.rules.plain import plain
from kulanz.desk.rules.status_pages import LEVELS, LONGEST_ANSWER
from kulanz.desk.services.cases import heard
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.gesture_words import with_words
from kulanz.desk.services.gestures import keep_record
from kulanz.desk.services.notices import tell_of_answer
from kulanz.desk.services.status_links import without_link
from kulanz.desk.services.status_notices import tell_of_agreement, tell_of_gesture_answer, tell_of_wish

_SENT_TWICE: Final = timedelta(minutes=10)
_ASKED_AGAIN: Final = timedelta(days=1)
_SAID: Final = {True: "accepted", False: "refused"}
_WANTED: Final = ("approved", "ordered")


def write(*, page: StatusPage, text: str, now: datetime) -> None:
    """Take an answer into the case, as a mail would come; the same words again within minutes are one."""
    words = _words(without_link(text, page.case))
    if not words:
        raise RuleError("answer: expected some words")
    with transaction.atomic():
        case = hold(page)
        sent = Message.objects.filter(case=case, channel=STATUS_PAGE, text=words, at__gt=now - _SENT_TWICE)
        if sent.exists():
            return
        message = Message.objects.create(
            case=case, inbound=True, channel=STATUS_PAGE, sender=case.person.name[:254], text=words, at=now
        )
        told = {"message": message.pk, "automatic": False, "doubtful": False}
        record(None, "receive", case, now=now, issue=case.issue, data=told)
        heard(case=case, now=now)
        tell_of_answer(message=message, now=now)


def answer_gesture(*, gesture: Gesture, seen: int, is_yes: bool, text: str, now: datetime) -> Gesture:
    """Say yes or no to a gesture that was offered; a yes to one on its way is kept until it is done.

    What was said already is said once: a button is often pressed twice.
    """
    if gesture.state == _SAID[is_yes] or (is_yes and gesture.answered_at and gesture.state in _WANTED):
        return gesture
    if gesture.state in _SAID.values():
        raise ConflictError("this gesture is not offered any more")
    yes = "taken" if gesture.state == "carried_out" else "wanted"
    action = yes if is_yes else "turned_down"
    state = GESTURE.by_itself(gesture.state, action)
    words = _words(without_link(text, gesture.case))
    answered: dict[str, Any] = {"answered_at": now, "sealed": with_words(gesture, answer=words[:500])}
    with transaction.atomic():
        changed = change(gesture, seen, state=state, **answered)
        keep_record(None, action, changed, now)
        tell_of_gesture_answer(gesture=changed, is_yes=is_yes, now=now)
    return changed


def ask_for_another(*, page: StatusPage, text: str, now: datetime) -> None:
    """Ask for another person; leads and owners are told, at most once a day, and people decide."""
    words = _words(text)
    with transaction.atomic():
        case = hold(page)
        asked = StatusPage.objects.select_for_update().get(pk=page.pk)
        if asked.other_asked_at is None or asked.other_asked_at <= now - _ASKED_AGAIN:
            change(asked, asked.version, other_asked_at=now)
            record(None, "ask_for_another", case, now=now, issue=case.issue)
            tell_of_wish(case=case, now=now)
    if words:
        write(page=page, text=words, now=now)


def rate(*, page: StatusPage, level: int, text: str, now: datetime) -> None:
    """Say how satisfied they are, or say it anew within a week; raise RuleError where they are not asked."""
    words = _words(without_link(text, page.case))
    if level not in LEVELS:
        raise RuleError("satisfaction: expected one of five steps")
    with transaction.atomic():
        case = hold(page)
        if not asked_about(case, now):
            raise RuleError("satisfaction: this is not asked, or not any more")
        said, is_new = Satisfaction.objects.get_or_create(
            case=case, defaults={"level": level, "text": words, "answered_at": now}
        )
        if not is_new:
            change(said, said.version, level=level, text=words)
        record(None, "rate", case, now=now)


def agree(*, note: ClosingNote, seen: int, is_yes: bool, now: datetime) -> ClosingNote:
    """Say yes or no to the very words of a closing note; a yes can be taken back until it goes out."""
    said: dict[str, Any] = {"answer": "yes" if is_yes else "no", "answered_at": now}
    with transaction.atomic():
        Case.objects.select_for_update(of=("self",)).get(pk=note.case_id)
        current = ClosingNote.objects.select_related("reply", "case__contact").get(pk=note.pk)
        if goes_out(current):
            raise RuleError("closing note: it was posted already")
        if current.answer == said["answer"]:
            return current  # a button is often pressed twice
        if is_yes:
            said |= {"agreed_text": current.text, "agreed_at": now}
        answered = change(current, seen, **said)
        record(None, "agree" if is_yes else "disagree", answered, now=now, case=answered.case)
        tell_of_agreement(note=answered, now=now)
    return answered


def hold(page: StatusPage) -> Case:
    """Return the case of a page; nobody else writes it, or erases its customer, until the transaction ends.

    Raise NotFoundError where the link was revoked, or the customer erased, since the page was looked up.
    """
    rows = Case.objects.select_for_update(of=("self",)).select_related("person", "contact", "issue__owner")
    case = rows.get(pk=page.case_id)
    if not StatusPage.objects.filter(pk=page.pk, digest=page.digest, digest__isnull=False).exists():
        raise NotFoundError("this link leads nowhere any more")
    return case


def _words(text: str) -> str:
    """Return words as they are kept; raise RuleError for more than there may be."""
    words = plain(text.replace("\r\n", "\n")).strip()
    if len(words) > LONGEST_ANSWER:
        raise RuleError(
            "answer: expected at most %(most)s characters, got %(got)s", most=LONGEST_ANSWER, got=len(words)
        )
    return words
