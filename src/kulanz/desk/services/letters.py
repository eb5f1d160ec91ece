"""Templates: those that come with Kulanz, and the beginning of a letter to a customer made of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction

from kulanz.core.money import Money
from kulanz.core.spoken import Lang, lang_for
from kulanz.desk.models import Case, Template, Thread
from kulanz.desk.queries.drafts import Place
from kulanz.desk.queries.letters import Letter, began, case_of, missing_templates, promised_in
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.blanks import amount, filled, given, moment, used
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.shipped_letters import SHIPPED
from kulanz.desk.services.events import record
from kulanz.desk.services.gesture_words import views_of
from kulanz.desk.services.opening import opened_of

_OFFERED: Final = ("approved", "ordered", "carried_out")
_Read = Callable[[], str]


def ship(*, actor: Actor | None, now: datetime) -> int:
    """Make the templates that come with Kulanz, those whose name is free, and return how many.

    ``actor`` None is ``kulanz init`` on a new desk; later somebody asks for those that were removed.
    """
    if actor is not None:
        actor.need(Right.SET_POLICIES)
    with transaction.atomic():
        missing = missing_templates([(each.name, each.language) for each in SHIPPED])
        wanted = [each for each in SHIPPED if (each.name, each.language) in missing]
        for each in wanted:
            row = Template.objects.create(
                name=each.name, language=each.language, subject=each.subject, text=each.text
            )
            record(actor, "ship", row, now=now, data={"name": each.name})
    return len(wanted)


def begin(*, actor: Actor, template: Template, place: Place, now: datetime) -> Letter:
    """Return a template with what is known of a case, or of a conversation for an answer in public.

    What is not known, or not for this member, stays as a gap. Of a customer's affairs nothing is filled into
    an answer in public. That a claim or a gesture was opened is recorded.
    """
    actor.need(Right.WORK_CASES)
    lang = lang_for(template.language)
    known = _of_case(actor, place, lang, now) if isinstance(place, Case) else _of_thread(actor, place, lang)
    wanted = used(f"{template.subject}\n{template.text}")
    values = {name: read() for name, read in known.items() if name in wanted}
    return Letter(subject=filled(template.subject, values, lang), text=filled(template.text, values, lang))


def _of_case(actor: Actor, case: Case, lang: Lang, now: datetime) -> Mapping[str, _Read]:
    return {
        "customer": lambda: case.person.name,
        "contact": lambda: str(case.contact or actor.name),
        "case": lambda: case.title,
        "promise": partial(_promise, case),
        "promise_until": partial(_until, case, lang),
        "claim": partial(_claim, actor, case, lang, now),
        "gesture": partial(_gesture, actor, case, lang, now),
    }


def _of_thread(actor: Actor, thread: Thread, lang: Lang) -> Mapping[str, _Read]:
    """In public: whom it is to, who writes, and until when, where the customer has a case with a promise."""
    return {
        "customer": lambda: str(began(thread) or ""),
        "contact": lambda: actor.name,
        "promise_until": lambda: _until(case_of(thread), lang),
    }


def _promise(case: Case) -> str:
    found = promised_in(case)
    return found.what.rstrip(" .!") if found else ""


def _until(case: Case | None, lang: Lang) -> str:
    found = promised_in(case) if case else None
    return moment(found.until, found.zone, lang) if found and found.until else ""


def _claim(actor: Actor, case: Case, lang: Lang, now: datetime) -> str:
    """The amount of the one claim that is open; of several nobody knows which is meant."""
    if not actor.may(Right.SEE_VALUES):
        return ""
    found: list[Money] = [
        claim.facts.amount
        for customer in opened_of(actor=actor, person=case.person, now=now)
        for claim in customer.claims
    ]
    return amount(found[0], lang) if len(found) == 1 else ""


def _gesture(actor: Actor, case: Case, lang: Lang, now: datetime) -> str:
    """What was approved last for the customer and is not answered yet."""
    rows = case.gestures.filter(state__in=_OFFERED).order_by("-decided_at", "-pk")[:1]
    for view in views_of(actor=actor, gestures=list(rows), now=now):
        return view.words.name or given(view.gesture.kind, view.gesture.value, lang)
    return ""
