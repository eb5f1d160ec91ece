"""What the customer of a case sees on the status page: nothing internal, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Q

from kulanz.core.spoken import LANGS, Lang
from kulanz.desk.models import Case, Gesture, Hold, Message, Post, Promise, StatusPage
from kulanz.desk.queries.calendars import usual_zone
from kulanz.desk.rules.machines import ON

MOST_DONE: Final = 30
_OFFERED: Final = ("approved", "ordered", "carried_out")
_OPEN: Final = ("running", "paused", "broken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Something that was done, and when: ``what`` names the kind, ``row`` what it was done with."""

    at: datetime
    what: str
    row: Promise | Hold | Gesture | Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a case stands: promises, open or withdrawn, dunning that is paused, gestures to be answered."""

    promises: tuple[Promise, ...]
    withdrawn: tuple[Promise, ...]
    holds: tuple[Hold, ...]
    offers: tuple[Gesture, ...]
    done: tuple[Done, ...]
    zone: str

    @property
    def running(self) -> Promise | None:
        """The promise that ends next."""
        return next((each for each in self.promises if each.state == "running"), None)

    @property
    def to_answer(self) -> bool:
        """Whether a gesture waits for the customer."""
        return any(each.answered_at is None and each.state != "ordered" for each in self.offers)


def status_of(case: Case) -> Status:
    """Return how a case stands for its customer."""
    promises = tuple(
        Promise.objects.filter(case=case, state__in=(*_OPEN, "kept", "withdrawn"))
        .select_related("by", "calendar")
        .order_by("deadline", "pk")
    )
    holds = tuple(
        Hold.objects.filter(case=case)
        .select_related("claim", "customer")
        .prefetch_related("letters")
        .order_by("pk")
    )
    gestures = tuple(Gesture.objects.filter(case=case, state__in=(*_OFFERED, "accepted")).order_by("pk"))
    return Status(
        promises=tuple(each for each in promises if each.state in _OPEN),
        withdrawn=tuple(each for each in promises if each.state == "withdrawn"),
        holds=tuple(each for each in holds if each.state in ON),
        offers=tuple(each for each in gestures if each.state in _OFFERED),
        done=_newest((*_kept(promises), *_held(holds), *_given(gestures), *_written(case))),
        zone=_zone(promises),
    )


def offer(page: StatusPage, pk: int) -> Gesture | None:
    """Return a gesture that was offered to the customer of a page, or answered; None for any other."""
    rows = Gesture.objects.filter(case=page.case_id, state__in=(*_OFFERED, "accepted", "refused"))
    rows = rows.select_related("case__issue", "case__contact")
    return rows.filter(pk=pk).first()


def page_of(case: Case) -> StatusPage | None:
    """Return the status page of a case, also one whose link was revoked."""
    return StatusPage.objects.filter(case=case).first()


def language_for(case: Case, otherwise: str) -> Lang:
    """Return the language that a case's customer wrote in last, as far as that is known."""
    posts = Post.objects.filter(account__person=case.person_id, lang__in=LANGS)
    spoken = posts.order_by(F("created_at").desc(nulls_last=True), "-pk").values_list("lang", flat=True)
    wanted = spoken.first() or otherwise
    return next((each for each in LANGS if each == wanted), LANGS[-1])


def _zone(promises: tuple[Promise, ...]) -> str:
    """The time zone of what is promised, else the company's."""
    if promises:
        return promises[0].calendar.zone
    return usual_zone()


def _kept(promises: tuple[Promise, ...]) -> Iterator[Done]:
    for each in promises:
        if each.state == "kept" and each.settled_at:
            yield Done(at=each.settled_at, what="kept", row=each)


def _held(holds: tuple[Hold, ...]) -> Iterator[Done]:
    for each in holds:
        if each.held_at:
            yield Done(at=each.held_at, what="held", row=each)
            if each.ended_at:
                yield Done(at=each.ended_at, what="ended", row=each)
        if each.state not in ON:
            for letter in each.letters.all():
                yield Done(at=letter.told_at, what="despite", row=each)


def _given(gestures: tuple[Gesture, ...]) -> Iterator[Done]:
    for each in gestures:
        if each.carried_out_at:
            yield Done(at=each.carried_out_at, what="given", row=each)


def _written(case: Case) -> Iterator[Done]:
    """Messages in both directions, without what a machine wrote, may be somebody else's, or came back."""
    rows = Message.objects.filter(Q(inbound=False) | Q(doubtful="", automatic=False), case=case)
    rows = rows.exclude(reply__state="failed")
    for each in rows.defer("text", "html").select_related("author").order_by("-at", "-pk")[:MOST_DONE]:
        yield Done(at=each.at, what="heard" if each.inbound else "answered", row=each)


def _newest(found: tuple[Done, ...]) -> tuple[Done, ...]:
    return tuple(sorted(found, key=_time, reverse=True)[:MOST_DONE])


def _time(each: Done) -> datetime:
    return each.at
