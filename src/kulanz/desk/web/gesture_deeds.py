"""What can be done about goodwill with a form on the page of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.rules.amounts import amount
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import assessing, gesture_orders, gestures, kindness
from kulanz.desk.services.assessing import Judgement
from kulanz.desk.services.gesture_orders import Wanted
from kulanz.desk.services.gestures import Offer
from kulanz.desk.web.case_deeds import on_case
from kulanz.desk.web.cases import rendered
from kulanz.desk.web.deeds import Deed, Kept, Place
from kulanz.desk.web.hold_deeds import day_in, say

if TYPE_CHECKING:
    from kulanz.desk.models import Case, Gesture

on_gesture: Place[Gesture] = Place(
    access.gesture,
    lambda row: reverse("case", args=[row.case_id]) + "#gestures",
    lambda request, row, kept: rendered(request, row.case, kept),
)


@on_case.deed(Right.WORK_CASES)
def assess(deed: Deed[Case]) -> str:
    assessing.assess(
        case=deed.row,
        said=Judgement(
            fault=deed.text("fault"),
            why=deed.text("why"),
            concerned=access.colleagues(deed.actor, deed.numbers("concerned")),
            defect=deed.text("defect"),
        ),
        **deed.decided,
    )
    deed.told(_("Saved."))
    return on_case.address(deed.row) + "#gestures"


@on_case.deed(Right.WORK_CASES)
def propose(deed: Deed[Case]) -> str:
    gestures.propose(case=deed.row, offer=_offer(deed), **deed.by)
    deed.told(_("Proposed."))
    return on_case.address(deed.row) + "#gestures"


@on_gesture.deed(Right.WORK_CASES)
def edit(deed: Deed[Gesture]) -> None:
    gestures.edit(gesture=deed.row, offer=_offer(deed), **deed.decided)
    deed.told(_("Saved."))


@on_gesture.deed(Right.WORK_CASES)
def grant(deed: Deed[Gesture]) -> None:
    gestures.grant(gesture=deed.row, **deed.decided)


@on_gesture.deed(Right.APPROVE)
def approve(deed: Deed[Gesture]) -> None:
    gestures.approve(gesture=deed.row, **deed.decided)


@on_gesture.deed(Right.APPROVE)
def decline(deed: Deed[Gesture]) -> None:
    gestures.decline(gesture=deed.row, reason=deed.text("reason"), **deed.decided)


@on_gesture.deed(Right.WORK_CASES)
def carry_out(deed: Deed[Gesture]) -> None:
    gestures.carry_out(gesture=deed.row, proof=deed.text("proof"), **deed.decided)


@on_gesture.deed(Right.WORK_CASES)
def order(deed: Deed[Gesture]) -> HttpResponse | None:
    """Have billing carry it out, or ask what it would do; the form's button says which."""
    wanted = _wanted(deed)
    if deed.text("do") == "try":
        say(deed, gesture_orders.foretold(gesture=deed.row, wanted=wanted, **deed.by))
        kept = Kept("gesture_order", deed.row.pk, deed.request.POST.dict())
        return rendered(deed.request, deed.row.case, kept)
    gesture_orders.order(gesture=deed.row, wanted=wanted, **deed.decided)
    deed.told(_("Ordered. It is carried out once billing says so."))
    return None


@on_gesture.deed(Right.LEAD_CASES)
def withdraw(deed: Deed[Gesture]) -> None:
    gesture_orders.withdraw(gesture=deed.row, reason=deed.text("reason"), **deed.decided)


@on_gesture.deed(Right.WORK_CASES)
def accept(deed: Deed[Gesture]) -> None:
    gestures.accept(gesture=deed.row, answer=deed.text("answer"), **deed.decided)


@on_gesture.deed(Right.WORK_CASES)
def refuse(deed: Deed[Gesture]) -> None:
    gestures.refuse(gesture=deed.row, answer=deed.text("answer"), **deed.decided)


@on_gesture.deed(Right.WORK_CASES)
def revoke(deed: Deed[Gesture]) -> None:
    gestures.revoke(gesture=deed.row, reason=deed.text("reason"), **deed.decided)


@on_gesture.deed(Right.WORK_CASES)
def same(deed: Deed[Gesture]) -> str:
    """Propose the same for somebody whom the page of the gesture names."""
    case, account, person = (_chosen(deed, name) for name in ("case", "account", "person"))
    made = kindness.propose_same(
        gesture=deed.row,
        case=access.case(deed.actor, case) if case else None,
        account=access.account(deed.actor, account) if account else None,
        person=access.person(deed.actor, person) if person else None,
        **deed.by,
    )
    deed.told(_("Proposed."))
    return reverse("case", args=[made.case_id]) + "#gestures"


def _wanted(deed: Deed[Gesture]) -> Wanted:
    return Wanted(
        claim=access.claim(deed.actor, deed.number("claim")),
        until=day_in(deed, "until") if deed.text("until") else None,
        reason=deed.text("reason"),
    )


def _chosen(deed: Deed[Gesture], name: str) -> int | None:
    return deed.number(name) if deed.text(name) else None


def _offer(deed: Deed[Case] | Deed[Gesture]) -> Offer:
    """What the form says; a cost that was left out is the value."""
    currency = deed.text("currency").upper()
    return Offer(
        kind=deed.text("kind"),
        name=deed.text("name"),
        value=amount(deed.text("value"), currency),
        cost=amount(deed.text("cost") or deed.text("value"), currency),
        why=deed.text("why"),
    )
