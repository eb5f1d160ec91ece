"""What members are told of holds: neither amounts nor the words that are kept sealed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kulanz.desk.conf import conf
from kulanz.desk.models import Gesture, Hold, Member
from kulanz.desk.queries.escalation import readers_of
from kulanz.desk.rules.machines import HOLD
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.notices import tell

ALARMS: Final = {
    "ended": gettext_noop("Billing has ended a hold by itself: dunning may go on."),
    "letter": gettext_noop("A dunning letter went out although dunning is held."),
    "lifted": gettext_noop("Billing has taken a hold off; it was ordered again."),
    "refused": gettext_noop("Billing refused a hold: dunning goes on. Look why, and tell billing by hand."),
    "silent": gettext_noop("Billing has not said for hours whether a hold is still on: dunning may go on."),
    "unasked": gettext_noop("Billing refuses to say how a hold stands: look at its settings."),
    "unconfirmed": gettext_noop("Billing has not confirmed a hold: dunning may go on."),
    "unended": gettext_noop("Billing has not confirmed that a hold is over."),
}


def tell_of_proposal(*, hold: Hold, now: datetime) -> None:
    """Tell the owner that the rules propose a hold, or have placed it."""
    subject, kind = gettext_noop("Hold proposed: %(title)s"), "proposed"
    words = gettext_noop("The customer’s claim is in dunning: shall it be held while the case is open?")
    if hold.state != HOLD.initial:
        subject, kind = gettext_noop("Dunning is held: %(title)s"), "placed"
        words = gettext_noop("The customer’s claim is in dunning, and small: it is held by your rules.")
    _tell(hold, _once(hold, kind, now), subject, words, owners(hold), now)


def tell_of_review(*, hold: Hold, members: Iterable[Member], now: datetime) -> None:
    """Ask members whether a hold goes on: nothing ends by itself."""
    words = gettext_noop("The day of review has come: say whether dunning stays held, or end it.")
    subject = gettext_noop("Does the hold go on? %(title)s")
    key = _once(hold, "review", now)
    _tell(hold, key, subject, words, members, now)


def tell_of_alarm(*, hold: Hold, kind: str, members: Iterable[Member], now: datetime) -> None:
    """Tell members what went wrong with a hold (``ALARMS``)."""
    key = _once(hold, kind, now)
    _tell(hold, key, gettext_noop("Dunning alarm: %(title)s"), ALARMS[kind], members, now)


def owners(row: Hold | Gesture) -> list[Member]:
    """Return the contact of the case that something is about; the leads where nobody is."""
    readers = readers_of(Right.SEE_CASES)
    return list(readers.filter(cases=row.case)) or leads()


def leads() -> list[Member]:
    return list(readers_of(Right.LEAD_CASES).order_by("pk"))


def _once(hold: Hold, kind: str, now: datetime) -> str:
    """Return a key for all holds of a case that have the same to say at one moment: that is one message."""
    return f"case-{hold.case_id}-hold-{kind}-{now:%Y%m%d%H%M%S%f}"


def _tell(hold: Hold, key: str, subject: str, words: str, members: Iterable[Member], now: datetime) -> None:
    for member in dict.fromkeys(members):
        with translation.override(member.lang):
            title = _(subject) % {"title": hold.case}
            body = f"{_(words)}\n{conf().url}/cases/{hold.case_id}"
        tell(member=member, key=f"{key}-{member.pk}", subject=title, body=body, now=now, urgent=True)
