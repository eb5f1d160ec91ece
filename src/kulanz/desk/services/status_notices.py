"""Messages to members about what a customer did on the status page; what was written stays in the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from kulanz.desk.conf import conf
from kulanz.desk.models import Case, ClosingNote, Gesture, Member
from kulanz.desk.queries.escalation import chain, readers_of
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.notices import tell

_OWN: Final = 1
_LEADS: Final = 2


def tell_of_gesture_answer(*, gesture: Gesture, is_yes: bool, now: datetime) -> None:
    """Tell a case's contact, or all leads where it has none, what the customer said to a gesture."""
    case = gesture.case
    for member in chain(case.contact, _OWN):
        with translation.override(member.lang):
            said = _("The customer says yes to a gesture: %(title)s")
            subject = said if is_yes else _("The customer says no to a gesture: %(title)s")
            body = f"{_url(case)}#gestures"
        key = f"said-{gesture.pk}-{gesture.version}-{member.pk}"
        tell(member=member, key=key, subject=subject % {"title": case}, body=body, now=now, urgent=True)


def tell_of_agreement(*, note: ClosingNote, now: datetime) -> None:
    """Tell a case's contact, or all leads where it has none, what the customer says to a closing note."""
    case = note.case
    for member in chain(case.contact, _OWN):
        with translation.override(member.lang):
            agreed = _("The customer agrees to the closing note: %(title)s")
            other = _("The customer does not want the closing note: %(title)s")
            subject = (agreed if note.answer == "yes" else other) % {"title": case}
        key = f"closing-{note.pk}-{note.version}-{member.pk}"
        tell(member=member, key=key, subject=subject, body=f"{_url(case)}#closing", now=now)


def tell_of_wish(*, case: Case, now: datetime) -> None:
    """Tell leads and owners who may see cases that the customer asks for another person."""
    for member in _in_charge(case):
        with translation.override(member.lang):
            subject = _("The customer asks for another person: %(title)s") % {"title": case}
            body = _("Nothing has changed by itself: talk about it, and name the contact.\n%(url)s")
            words = body % {"url": _url(case)}
        key = f"another-{case.pk}-{now:%Y%m%d%H%M%S}-{member.pk}"
        tell(member=member, key=key, subject=subject, body=words, now=now, urgent=True)


def _in_charge(case: Case) -> set[Member]:
    owner = case.issue.owner if case.issue else None
    return set(readers_of(Right.SEE_CASES)) & {*chain(case.contact, _LEADS), owner}


def _url(case: Case) -> str:
    return f"{conf().url}/cases/{case.pk}"
