"""Holds that the rules propose: for claims in dunning of customers with an open case."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from kulanz.desk.conf import conf
from kulanz.desk.models import Case, Claim, Event, Hold, HoldRules
from kulanz.desk.queries.holds import hold_rules
from kulanz.desk.rules.customers import ClaimFacts, claim_in
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.holds import Rules
from kulanz.desk.rules.machines import CASE, HOLD, LIVE
from kulanz.desk.services.changing import change
from kulanz.desk.services.claiming import claim as claim_rows
from kulanz.desk.services.claiming import done
from kulanz.desk.services.hold_notices import tell_of_proposal
from kulanz.desk.services.holds import Plan, keep_record, placed, put_forward
from kulanz.desk.services.sealing import SealError, unseal

EVERY: Final = timedelta(minutes=15)
AT_MOST: Final = 200
"""Holds proposed in one turn: what else is due does not wait for thousands."""
_ONE: Final = 1
_WORKED_ON: Final = ("open", "waiting")


def propose_due(*, now: datetime) -> int:
    """Look through the claims of customers with an open case; return how many holds were proposed now."""
    HoldRules.objects.get_or_create(pk=_ONE, defaults={"version": 0, "due_at": now})
    proposed = 0
    for row in claim_rows(HoldRules.objects.all(), now, at_most=1):
        rules = hold_rules()
        if rules.propose:
            found = (claim for claim in _unheld() if _consider(claim, rules, now))
            proposed = sum(1 for _claim in islice(found, AT_MOST))
        done(row, next_at=now if proposed == AT_MOST else now + EVERY)
    return proposed


def _unheld() -> QuerySet[Claim]:
    """Return open claims of customers with an open case on which nobody has decided in it, or against it."""
    holds = Hold.objects.filter(_decided())
    theirs = Case.objects.filter(state__in=_WORKED_ON).values("person")
    rows = Claim.objects.filter(settled_at=None, customer__person__in=theirs)
    rows = rows.exclude(pk__in=holds.filter(claim__isnull=False).values("claim"))
    whole = holds.filter(claim=None).exclude(state="declined", case__state__in=CASE.final)
    return rows.exclude(customer__in=whole.values("customer")).select_related("customer").order_by("pk")


def _decided() -> Q:
    """Holds that are on, or that somebody decided against.

    What ended because its case was closed was not decided against: the case may have been opened again.
    """
    closed = Event.objects.filter(noun="case", noun_id=OuterRef("case"), action="close")
    declined = Q(state="declined") & ~Exists(closed.filter(at=OuterRef("ended_at")))
    ended = Q(state__in=("releasing", "released")) & ~Q(case__state__in=CASE.final)
    return Q(state__in=LIVE) | declined | (ended & ~Exists(closed.filter(at__gte=OuterRef("released_at"))))


def _consider(claim: Claim, rules: Rules, now: datetime) -> bool:
    """Propose a hold of a claim that is in dunning, in the latest case of its customer."""
    try:
        facts = claim_in(unseal(claim.sealed))
    except SealError:  # a key is missing; the other claims are readable
        return False
    cases = Case.objects.filter(person=claim.customer.person_id, state__in=_WORKED_ON)
    case = cases.order_by("-opened_at", "-pk").first() if facts.level else None
    if case is None:
        return False
    try:
        _propose(case, claim, facts, rules, now)
    except RuleError:  # somebody has settled, closed or held it at this moment
        return False
    return True


def _propose(case: Case, claim: Claim, facts: ClaimFacts, rules: Rules, now: datetime) -> None:
    with translation.override(conf().language):
        reason = _("The customer’s case is open.")
    with transaction.atomic():
        plan = Plan(customer=claim.customer, claim=claim, reason=reason)
        hold = put_forward(actor=None, case=case, plan=plan, now=now)
        if hold.system is not None and not rules.waits_for_a_person(facts.amount):
            state = HOLD.by_itself(hold.state, "place_small")
            hold = change(hold, hold.version, state=state, **placed(hold, None, now))
            keep_record(None, "place_small", hold, now)
        tell_of_proposal(hold=hold, now=now)
