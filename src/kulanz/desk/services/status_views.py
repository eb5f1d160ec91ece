"""The status page as its customer reads it: claims under the names that billing gave them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from kulanz.core.spoken import Lang
from kulanz.desk.models import Claim, Gesture, Hold, Promise, StatusPage
from kulanz.desk.queries.holds import is_doubtful
from kulanz.desk.queries.status_pages import Done, Status, status_of
from kulanz.desk.rules.customers import claim_in
from kulanz.desk.rules.gestures import Words
from kulanz.desk.rules.status_pages import moment
from kulanz.desk.services.gesture_words import words_of
from kulanz.desk.services.sealing import unseal


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise with its end in words, or for one that was withdrawn with when that was."""

    promise: Promise
    until: str


@dataclass(frozen=True, slots=True)
class HoldLine:
    """What is paused: the claim as the customer knows it, empty where it is all of a customer's number.

    ``stands`` is "held", "refused", "doubtful" or "asked"; ``letters`` are the days on which one went out
    despite the pause.
    """

    claim: str
    number: str
    stands: str
    review_on: date
    letters: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A gesture that was offered; ``wanted``: the customer said yes before it was carried out."""

    gesture: Gesture
    words: Words
    wanted: bool


@dataclass(frozen=True, slots=True)
class DoneLine:
    """Something that was done; ``about`` says what it was about, where that is not in the row."""

    done: Done
    about: str


@dataclass(frozen=True, slots=True)
class StatusView:
    """All that stands on the page."""

    status: Status
    promises: tuple[PromiseLine, ...]
    withdrawn: tuple[PromiseLine, ...]
    holds: tuple[HoldLine, ...]
    offers: tuple[OfferLine, ...]
    done: tuple[DoneLine, ...]


def view_of(*, page: StatusPage, lang: Lang) -> StatusView:
    """Return what the customer of a page sees."""
    status = status_of(page.case)
    return StatusView(
        status,
        tuple(_promise(each, each.deadline, lang) for each in status.promises),
        tuple(_promise(each, each.settled_at or each.deadline, lang) for each in status.withdrawn),
        tuple(_hold(each) for each in status.holds),
        tuple(_offer(each) for each in status.offers),
        tuple(DoneLine(each, _about(each, lang)) for each in status.done),
    )


def _promise(promise: Promise, at: datetime, lang: Lang) -> PromiseLine:
    return PromiseLine(promise, moment(at, promise.calendar.zone, lang))


def _hold(hold: Hold) -> HoldLine:
    letters = tuple(sorted(each.on for each in hold.letters.all()))
    return HoldLine(_called(hold.claim), hold.customer.number, _stands(hold), hold.review_on, letters)


def _stands(hold: Hold) -> str:
    if hold.state == "refused" or not is_doubtful(hold):
        return hold.state
    return "doubtful" if hold.state == "held" else "asked"


def _offer(gesture: Gesture) -> OfferLine:
    return OfferLine(gesture, words_of(gesture), gesture.answered_at is not None)


def _about(done: Done, lang: Lang) -> str:
    if isinstance(done.row, Hold):
        return _called(done.row.claim) or _numbered(done.row, lang)
    return words_of(done.row).name if isinstance(done.row, Gesture) else ""


def _numbered(hold: Hold, lang: Lang) -> str:
    with translation.override(lang):
        return _("customer number %(number)s") % {"number": hold.customer.number}


def _called(claim: Claim | None) -> str:
    """The number of a claim, and what billing calls it, as the customer has read both."""
    if claim is None:
        return ""
    what = claim_in(unseal(claim.sealed)).what
    return what if claim.key in what else f"{claim.key}: {what}" if what else claim.key
