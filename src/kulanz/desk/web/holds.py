"""The list of paused dunning, its table to take along, and its part of the pages of cases and issues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from kulanz.desk.queries import holds as queries
from kulanz.desk.queries.holds import HoldFilter
from kulanz.desk.queries.paging import Paged
from kulanz.desk.rules.machines import CASE, HOLD
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.hold_views import HoldView, lines_of, sums, table, views_of
from kulanz.desk.services.holds import told_at
from kulanz.desk.services.stakes import AtStake
from kulanz.desk.templatetags.values import value
from kulanz.desk.web import wording
from kulanz.desk.web.billing_words import claim_named
from kulanz.desk.web.deeds import chosen, number, offset
from kulanz.desk.web.pages import DeskRequest, page

NEXT_STEPS: Final = [each for each in wording.WORDS["next_step"] if each != "ended_by_billing"]
"""What people can say; that billing ended it is nobody's choice."""


@page(Right.SEE_CASES)
def listed(request: DeskRequest) -> HttpResponse:
    """Holds that are not over, those to be reviewed first at the top."""
    actor, now = request.actor, timezone.now()
    wanted = _filter(request)
    found = queries.holds(wanted, now, offset=offset(request, "from"))
    context = {
        "page": _page(found, lines_of(actor=actor, holds=found.rows, now=now)),
        "wanted": wanted,
        "needed": chosen(request, "needs", wording.WORDS["hold_needs"].__contains__),
        "sums": sums(actor=actor, wanted=wanted, now=now) if actor.may(Right.SEE_VALUES) else None,
        "states": wording.choices("hold_state"),
        "needs": wording.choices("hold_needs"),
        "systems": queries.system_choices(),
        "may_name": actor.may(Right.SEE_VALUES) and actor.may(Right.SEE_PEOPLE),
    }
    return render(request, "holds.html", context)


@page(Right.SEE_CASES)
def as_table(request: DeskRequest) -> HttpResponse:
    """The list as CSV, with pseudonyms unless names are asked for."""
    now, names = timezone.now(), request.GET.get("names") == "1"
    text = table(actor=request.actor, wanted=_filter(request), names=names, now=now)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="holds-{now:%Y-%m-%d}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def dunning(request: DeskRequest, case: Any, at_stake: AtStake | None) -> dict[str, Any]:
    """What the page of a case shows of dunning: claims, holds, letters, and the form for another hold."""
    now = timezone.now()
    letters = queries.letters_of(case, offset=offset(request, "letters_from"))
    today, rules = queries.day_of(now), queries.hold_rules()
    opened = request.actor.may(Right.WORK_CASES) and case.state not in CASE.final
    choices = _choices(case, at_stake) if opened and at_stake else []
    held = queries.holds_of(case, offset=offset(request, "holds_from"))
    return {
        "holds": _page(held, views_of(actor=request.actor, holds=held.rows, now=now)),
        "dunning_letters": letters,
        "letters_despite": queries.any_despite(case),
        "customers_owing": [each for each in at_stake.customers if each.claims] if at_stake else (),
        "hold_choices": choices,
        "hold_asks": any(told for _code, _name, told in choices),
        "still_held": queries.still_on(case),
        "next_steps": [(code, wording.word(code, "next_step")) for code in NEXT_STEPS],
        "tomorrow": (today + timedelta(days=1)).isoformat(),
        "usual_review": (today + timedelta(days=rules.review_days)).isoformat(),
    }


def _choices(case: Any, at_stake: AtStake) -> list[tuple[str, str, bool]]:
    """What can be held where no hold is on, claims and all of a customer's, and whether billing is told."""
    free = set(queries.claims_to_hold(case).values_list("pk", flat=True))
    able, able_as_a_whole = told_at("claim"), told_at("customer")
    claims = [each for customer in at_stake.customers for each in customer.claims if each.row.pk in free]
    found = [
        (
            f"claim-{each.row.pk}",
            _("Claim %(key)s: %(amount)s, dunning level %(level)s")
            % {
                "key": claim_named(each.row.key, each.facts),
                "amount": value(each.facts.amount),
                "level": each.facts.level,
            },
            each.row.system in able,
        )
        for each in claims
    ]
    owed = {each.row.pk: {claim.row.system for claim in each.claims} for each in at_stake.customers}
    whole = [
        (
            f"customer-{each.pk}",
            _("All claims of customer %(number)s") % {"number": each.number},
            len(names := owed.get(each.pk, set())) == 1 and names <= able_as_a_whole,
        )
        for each in queries.customers_to_hold(case)
    ]
    return found + whole


def _page(found: Paged[Any], views: list[HoldView]) -> Paged[HoldView]:
    return Paged(tuple(views), found.total, found.offset, found.following, found.previous)


def _filter(request: DeskRequest) -> HoldFilter:
    needs = chosen(request, "needs", wording.WORDS["hold_needs"].__contains__)
    return HoldFilter(
        state=chosen(request, "state", HOLD.states.__contains__),
        system=number(request.GET.get("system", "")),
        **({needs: True} if needs else {}),
    )
