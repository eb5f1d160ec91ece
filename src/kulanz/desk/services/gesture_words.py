"""What is said of gestures and of whose fault a matter was: sealed, and opened for members with a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kulanz.desk.models import Assessment, Gesture
from kulanz.desk.queries.gestures import GestureRow
from kulanz.desk.queries.paging import Paged
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.gestures import MOST_SAID, Words, words_in
from kulanz.desk.rules.packing import changed, packed
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.looking import looked
from kulanz.desk.services.sealing import seal, unseal


@dataclass(frozen=True, slots=True)
class GestureView:
    """A gesture as a member sees it, with its words; see ``GestureRow`` for what they may do to it."""

    gesture: Gesture
    words: Words
    can: frozenset[str] = frozenset()
    hindered: RuleError | None = None
    unset: bool = False


def views_of(*, actor: Actor, gestures: Sequence[Gesture], now: datetime) -> list[GestureView]:
    """Return gestures with their words; whose were opened is recorded."""
    actor.need(Right.SEE_CASES)
    looked(actor, "gesture", [each.pk for each in gestures], now)
    return [GestureView(each, words_of(each)) for each in gestures]


def page_of(*, actor: Actor, found: Paged[Gesture], now: datetime) -> Paged[GestureView]:
    """Return a page of gestures with their words."""
    return _page(found, views_of(actor=actor, gestures=found.rows, now=now))


def rows_of(*, actor: Actor, found: Paged[GestureRow], now: datetime) -> Paged[GestureView]:
    """Return a page of gestures with their words, and what the member may do to each."""
    views = views_of(actor=actor, gestures=[row.gesture for row in found.rows], now=now)
    return _page(
        found,
        [
            GestureView(row.gesture, view.words, row.can, row.hindered, row.unset)
            for row, view in zip(found.rows, views, strict=True)
        ],
    )


def why_of(*, actor: Actor, assessment: Assessment | None, now: datetime) -> str:
    """Return why a member said whose fault it was; that it was opened is recorded."""
    actor.need(Right.SEE_CASES)
    if assessment is None or not assessment.pk:
        return ""
    looked(actor, "assessment", [assessment.pk], now)
    return words_in(unseal(assessment.sealed)).why


def words_of(gesture: Gesture) -> Words:
    """Open the words of a gesture for what the desk does by itself: nobody sees the result."""
    return words_in(unseal(gesture.sealed))


def with_words(gesture: Gesture, **said: str) -> bytes:
    """Return the sealed words of a gesture with some of them changed."""
    return seal(packed(changed(words_of(gesture), said, MOST_SAID)))


def _page(found: Paged[GestureRow] | Paged[Gesture], views: list[GestureView]) -> Paged[GestureView]:
    return Paged(tuple(views), found.total, found.offset, found.following, found.previous)
