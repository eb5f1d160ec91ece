"""Holds of dunning as lists and the page of their case show them, with what somebody may do to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from kulanz.desk.models import BillingSystem, Case, Claim, Customer, DunningLetter, Hold, HoldRules
from kulanz.desk.queries.calendars import usual_zone
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.holds import Rules, rules_in
from kulanz.desk.rules.machines import HOLD, LIVE, ON

UNCONFIRMED: Final = ("placing", "refused", "releasing")
"""States in which billing has not confirmed what people decided."""
_SILENT: Final = Q(state="held", alarmed_at__isnull=False)
"""Holds that are on, as far as is known: people were told that billing does not say so any more."""
_DOUBTFUL: Final = Q(state__in=UNCONFIRMED) | _SILENT
ASKED: Final = ("placing", "held")
"""States in which the owner is asked on the day of review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFilter:
    """What the list shows; without a state all that are not over.

    ``unconfirmed``: billing has not confirmed them, or not any more. ``review``: their day of review has
    come. ``despite``: a letter went out all the same.
    """

    state: str = ""
    system: int | None = None
    case: int | None = None
    unconfirmed: bool = False
    review: bool = False
    despite: bool = False


def holds(wanted: HoldFilter, now: datetime, *, offset: int = 0) -> Paged[Hold]:
    """Return a page of holds, those that are reviewed first at the top."""
    return paged(filtered(wanted, now).order_by("review_on", "pk"), list, offset=offset)


def filtered(wanted: HoldFilter, now: datetime) -> QuerySet[Hold]:
    states = (wanted.state,) if wanted.state in HOLD.states else set(HOLD.states) - HOLD.final
    rows = with_parts(Hold.objects.filter(state__in=states))
    given = {"system_id": wanted.system, "case_id": wanted.case}
    rows = rows.filter(**{name: each for name, each in given.items() if each})
    if wanted.unconfirmed:
        rows = rows.filter(_DOUBTFUL)
    if wanted.review:
        rows = rows.filter(state__in=ASKED, review_on__lte=day_of(now))
    return rows.filter(letters__isnull=False).distinct() if wanted.despite else rows


def holds_of(case: Case, *, offset: int = 0) -> Paged[Hold]:
    """Return a page of a case's holds, the latest first."""
    return paged(
        with_parts(Hold.objects.filter(case=case)).order_by("-proposed_at", "-pk"), list, offset=offset
    )


def is_doubtful(hold: Hold) -> bool:
    """Whether billing has not confirmed a hold, or does not say any more that it is on."""
    return hold.state in UNCONFIRMED or (hold.state == "held" and hold.alarmed_at is not None)


def with_parts(rows: QuerySet[Hold]) -> QuerySet[Hold]:
    """Return holds with what a line shows of them."""
    return rows.select_related(
        "case__person", "case__contact", "case__issue", "customer", "claim", "system", "proposed_by",
        "placed_by", "released_by",
    ).prefetch_related("letters")  # fmt: skip


def may_do(actor: Actor, hold: Hold) -> frozenset[str]:
    """Return what an actor may do to a hold now."""
    can = {each.action for each in HOLD.actions(hold.state, actor.roles)}
    if told_by_desk(hold):
        can.discard("confirm_by_hand")
    return frozenset(can)


def told_by_desk(hold: Hold) -> bool:
    """Whether billing is still being told by the desk: said by hand now, it would never hear of an end."""
    waits = hold.state == "placing" or (hold.state == "releasing" and hold.alarmed_at is None)
    return hold.system_id is not None and waits


def live_of(cases: Sequence[Case]) -> QuerySet[Hold]:
    """Return the holds of cases that somebody has to end."""
    return with_parts(Hold.objects.filter(case__in=cases, state__in=LIVE)).order_by("pk")


def still_on(case: Case) -> bool:
    """Whether a case has a hold that is ended with it: somebody has to say what happens next."""
    return Hold.objects.filter(case=case, state__in=ON).exists()


def undecided(now: datetime) -> QuerySet[Hold]:
    """Return holds that wait for somebody: proposed, refused, or to be reviewed."""
    return Hold.objects.filter(
        Q(state__in=("proposed", "refused")) | Q(state__in=ASKED, review_on__lte=day_of(now))
    )


def troubles(now: datetime) -> Mapping[str, int]:
    """Return how many holds that are not over need somebody, and for what: names of ``HoldFilter``."""
    live = Hold.objects.exclude(state__in=HOLD.final)
    return live.aggregate(
        unconfirmed=Count("pk", filter=_DOUBTFUL, distinct=True),
        review=Count("pk", filter=Q(state__in=ASKED, review_on__lte=day_of(now)), distinct=True),
        despite=Count("pk", filter=Q(letters__isnull=False), distinct=True),
    )


def system_choices() -> list[tuple[int, str]]:
    """Return id and name of every billing system."""
    return list(BillingSystem.objects.order_by("name").values_list("pk", "name"))


def letters_of(case: Case, *, offset: int = 0) -> Paged[DunningLetter]:
    """Return a page of the letters that went out to a case's customer, the latest first."""
    rows = DunningLetter.objects.filter(customer__person=case.person_id).select_related(
        "system", "claim", "customer", "despite"
    )
    return paged(rows.order_by("-on", "-pk"), list, offset=offset)


def any_despite(case: Case) -> bool:
    """Whether a letter went out to a case's customer although dunning was to be paused."""
    return DunningLetter.objects.filter(customer__person=case.person_id, despite__isnull=False).exists()


def claims_to_hold(case: Case) -> QuerySet[Claim]:
    """Return the open claims of a case's customer whose dunning is not held, the oldest first."""
    held = Q(holds__state__in=LIVE)
    rows = Claim.objects.filter(customer__person=case.person_id, settled_at=None).exclude(
        pk__in=Claim.objects.filter(held).values("pk")
    )
    return rows.select_related("customer").order_by("pk")


def customers_to_hold(case: Case) -> QuerySet[Customer]:
    """Return the customers that a case is about whose dunning is not held as a whole."""
    held = Hold.objects.filter(state__in=LIVE, claim=None).values("customer")
    return Customer.objects.filter(person=case.person_id).exclude(pk__in=held).order_by("number")


def system_for(customer: Customer, claim: Claim | None) -> BillingSystem | None:
    """Return where a hold is ordered: where the claim, or all of a customer's open ones, come from.

    None where those come from several: one of them would go on dunning while the hold is shown as on.
    """
    open_ones = customer.claims.filter(settled_at=None).order_by()
    names = [claim.system] if claim else list(open_ones.values_list("system", flat=True).distinct()[:2])
    return BillingSystem.objects.filter(name=names[0]).first() if len(names) == 1 else None


def hold_rules() -> Rules:
    """Return the company's rules, and the usual ones where nobody has set any."""
    row = HoldRules.objects.order_by("pk").first()
    return rules_in(row.values) if row else Rules()


def hold_rules_version() -> int:
    """Return the version of the rules, 0 where there are none yet."""
    return HoldRules.objects.order_by("pk").values_list("version", flat=True).first() or 0


def day_began(now: datetime) -> datetime:
    """Return when the company's day began."""
    return now.astimezone(ZoneInfo(usual_zone())).replace(hour=0, minute=0, second=0, microsecond=0)


def day_of(moment: datetime) -> date:
    """Return which day a moment is for the company."""
    return moment.astimezone(ZoneInfo(usual_zone())).date()
