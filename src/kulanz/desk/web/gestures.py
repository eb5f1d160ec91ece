"""The list of gestures, and their part of the page of a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from kulanz.billing.gestures import GIVEN_KINDS
from kulanz.core.gestures import GESTURE_KINDS
from kulanz.core.money import Money
from kulanz.core.stake import Stake
from kulanz.desk import access
from kulanz.desk.queries.defects import names as defect_names
from kulanz.desk.queries.effects import effect_of
from kulanz.desk.queries.gestures import GestureFilter, claims_to_give, gestures, gestures_of
from kulanz.desk.queries.loudness import report
from kulanz.desk.queries.members import member_choices
from kulanz.desk.queries.spending import usual_currency
from kulanz.desk.queries.suggesting import suggestions
from kulanz.desk.rules.customers import ClaimFacts
from kulanz.desk.rules.machines import GESTURE
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.billing_adapters import gives_of
from kulanz.desk.services.gesture_words import GestureView, page_of, rows_of, views_of, why_of
from kulanz.desk.services.kindness import alike
from kulanz.desk.services.stakes import AtStake
from kulanz.desk.templatetags.values import value
from kulanz.desk.web import wording
from kulanz.desk.web.billing_words import claim_named
from kulanz.desk.web.deeds import chosen, offset
from kulanz.desk.web.goodwill_plots import effect_figures, spending_figure, spending_rows
from kulanz.desk.web.pages import DeskRequest, by, page

ABOUT_OPEN: Final = ("waive", "extension")
"""Gestures that nothing is left to do for once a claim is settled."""


@page(Right.SEE_CASES)
def listed(request: DeskRequest) -> HttpResponse:
    """Gestures that are not settled, the latest proposals first."""
    wanted = GestureFilter(
        state=chosen(request, "state", GESTURE.states.__contains__),
        kind=chosen(request, "kind", GESTURE_KINDS.__contains__),
    )
    found = gestures(wanted, offset=offset(request, "from"))
    context = {
        "page": page_of(found=found, **by(request)),
        "wanted": wanted,
        "states": wording.choices("gesture_state"),
        "kinds": wording.choices("gesture_kind"),
    }
    return render(request, "gestures.html", context)


def goodwill(request: DeskRequest, case: Any, at_stake: AtStake | None) -> dict[str, Any]:
    """What the page of a case shows of goodwill: its assessment, its gestures, and what would fit."""
    actor, now = request.actor, timezone.now()
    stake = at_stake.drawn if at_stake else None
    assessment = getattr(case, "assessment", None)
    found = gestures_of(actor, case, now, offset=offset(request, "gestures_from"))
    rows = rows_of(actor=actor, found=found, now=now)
    return {
        "gestures": rows,
        "orders": _orders(case, rows.rows, at_stake) if at_stake else {},
        "assessment_why": why_of(actor=actor, assessment=assessment, now=now),
        "may_set_limits": actor.may(Right.SET_POLICIES),
        "gesture_kinds": wording.choices("gesture_kind"),
        "faults": wording.choices("fault"),
        "assessment": assessment,
        "concerned": [each.pk for each in assessment.concerned.all()] if assessment else [],
        "everybody": member_choices(Right.SEE_RADAR) if actor.may(Right.WORK_CASES) else (),
        **(_offered(request, case, stake) if actor.may(Right.WORK_CASES) else {}),
    }


def _orders(case: Any, rows: Sequence[GestureView], at_stake: AtStake) -> dict[int, list[tuple[int, str]]]:
    """By gesture the claims at which billing can carry it out, those of its amount first."""
    waiting = [row.gesture for row in rows if "order" in row.can and row.gesture.kind in GIVEN_KINDS]
    if not waiting:
        return {}
    claims = claims_to_give(case)
    facts = {each.row.pk: each.facts for customer in at_stake.customers for each in customer.claims}
    return {
        gesture.pk: [
            (claim.pk, _claim_words(claim, facts.get(claim.pk)))
            for claim, system in sorted(
                claims, key=lambda each: not _is_of(facts.get(each[0].pk), gesture.value)
            )
            if gesture.kind in gives_of(system.adapter)
            and (claim.settled_at is None or gesture.kind not in ABOUT_OPEN)
        ]
        for gesture in waiting
    }


def _is_of(facts: ClaimFacts | None, amount: Money | None) -> bool:
    return facts is not None and facts.amount == amount


def _claim_words(claim: Any, facts: ClaimFacts | None) -> str:
    values = {
        "key": claim_named(claim.key, facts),
        "system": claim.system,
        "amount": value(facts.amount) if facts else "",
    }
    text = (
        _("Claim %(key)s at %(system)s: %(amount)s") if facts else _("Claim %(key)s at %(system)s: settled")
    )
    return text % values


def _offered(request: DeskRequest, case: Any, stake: Stake | None) -> dict[str, Any]:
    """What may be proposed: every kind with what speaks for it; one that was chosen fills the form."""
    found = suggestions(case, stake, timezone.now())
    chosen_kind = request.GET.get("propose", "")
    begun = next((each for each in found if each.kind == chosen_kind), None)
    return {
        "fitting": [each for each in found if each.fits],
        "unfitting": [each for each in found if not each.fits],
        "begun_gesture": begun,
        "defect_names": defect_names(),
        "currency": begun.cost.currency if begun and begun.cost else usual_currency(),
    }


@page(Right.SEE_CASES)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """One gesture: who else has the same problem, and what was heard before it and after."""
    row, now, actor = access.gesture(request.actor, pk), timezone.now(), request.actor
    view = views_of(actor=actor, gestures=[row], now=now)[0]
    spans = effect_of(row, now)
    looks = actor.may(Right.WORK_CASES) and actor.may(Right.SEE_PEOPLE)
    context = {
        "gesture": row,
        "words": view.words,
        "spans": spans,
        "figures": effect_figures(spans),
        "looks": looks,
        "alike": alike(actor=actor, gesture=row, now=now) if looks else (),
    }
    return render(request, "gesture.html", context)


@page(Right.SEE_CASES)
def spending(request: DeskRequest) -> HttpResponse:
    """What was spent on loud customers and on quiet ones."""
    found = report(timezone.now())
    context = {
        "report": found,
        "spent": [
            (each, spending_figure(each, found.months), spending_rows(each, found.months))
            for each in found.spent
        ],
    }
    return render(request, "gestures_report.html", context)
