"""Beginnings of letters: which there are, and what of a case or a conversation they can be filled with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from kulanz.core.spoken import Lang
from kulanz.desk.models import Account, Case, Post, Promise, Template, Thread
from kulanz.desk.queries.drafts import Place, last_of
from kulanz.desk.rules.blanks import gaps, spoken
from kulanz.desk.rules.machines import PROMISE

MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What an answer begins with; whoever writes it goes on from there."""

    subject: str = ""
    text: str = ""

    @property
    def gaps(self) -> tuple[str, ...]:
        """What has to be filled in before it goes out."""
        return gaps(f"{self.subject}\n{self.text}")


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised, and until when while its clock runs; ``zone`` is its calendar's."""

    what: str
    until: datetime | None
    zone: str


def letter_choices(place: Place) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return languages, the one that is spoken at a place first, each with id and name of its templates."""
    rows = Template.objects.order_by("name", "pk").values_list("language", "pk", "name")[:MOST]
    by_language: dict[str, list[tuple[int, str]]] = {}
    for language, pk, name in rows:
        by_language.setdefault(language, []).append((pk, name))
    if not by_language:
        return []
    first = spoken_at(place)
    return sorted(by_language.items(), key=lambda each: (each[0] != first, each[0]))


def spoken_at(place: Place) -> Lang | None:
    """Return the language that the customer of a case, or whoever began a conversation, wrote in last."""
    if isinstance(place, Thread):
        return spoken(_first_words(place))
    heard = place.messages.filter(inbound=True, automatic=False).order_by("-at", "-pk").first()
    said = heard or last_of(place)
    return spoken(said.text) if said else None


def began(thread: Thread) -> Account | None:
    """Return who began a conversation."""
    first = _posts(thread).select_related("account").first()
    return first.account if first else None


def case_of(thread: Thread) -> Case | None:
    """Return the latest case of whoever began a conversation, in one of its issues."""
    account = began(thread)
    if account is None or account.person_id is None:
        return None
    rows = Case.objects.filter(issue__links__thread=thread, person=account.person_id)
    return rows.select_related("contact").order_by("-opened_at", "-pk").first()


def promised_in(case: Case) -> Promised | None:
    """Return the promise of a case that ends next, or else what was promised last."""
    rows = Promise.objects.filter(case=case).exclude(state="withdrawn").select_related("calendar")
    row = (
        rows.exclude(state__in=PROMISE.final).order_by("deadline", "pk").first()
        or rows.order_by("-made_at", "-pk").first()
    )
    if row is None:
        return None
    return Promised(row.what, row.deadline if row.state == "running" else None, row.calendar.zone)


def missing_templates(wanted: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return which names, each with its language, no template has."""
    return set(wanted) - set(Template.objects.values_list("name", "language"))


def _first_words(thread: Thread) -> str:
    return _posts(thread).values_list("text", flat=True).first() or ""


def _posts(thread: Thread) -> QuerySet[Post]:
    return thread.posts.filter(removed=False).order_by("created_at", "id")
