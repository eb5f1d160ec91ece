"""What can be done about dunning with a form on the page of a case."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from kulanz.billing import Confirmation, GestureConfirmation
from kulanz.desk import access
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import hold_views, holds
from kulanz.desk.services.holds import End, Plan
from kulanz.desk.web.billing_words import billing_said
from kulanz.desk.web.case_deeds import on_case
from kulanz.desk.web.cases import rendered
from kulanz.desk.web.deeds import Deed, Kept, Place, number

if TYPE_CHECKING:
    from kulanz.desk.models import Case, Hold

on_hold: Place[Hold] = Place(
    access.hold,
    lambda row: reverse("case", args=[row.case_id]) + f"#hold-{row.pk}",
    lambda request, row, kept: rendered(request, row.case, kept),
)


@on_case.deed(Right.WORK_CASES)
def hold(deed: Deed[Case]) -> str | HttpResponse:
    """Pause dunning, propose it, or ask billing what it would do; the form's button says which."""
    plan, do = _plan(deed), deed.text("do")
    if do == "try":
        said = hold_views.foreseen(case=deed.row, plan=plan, **deed.by)
        say(deed, said)
        return rendered(deed.request, deed.row, Kept("case_hold", deed.row.pk, deed.request.POST.dict()))
    make = holds.propose if do == "propose" else holds.place_new
    made = make(case=deed.row, plan=plan, **deed.by)
    deed.told(_("Proposed.") if do == "propose" else _ordered(made))
    return on_hold.address(made)


@on_hold.deed(Right.WORK_CASES)
def place(deed: Deed[Hold]) -> None:
    deed.told(_ordered(holds.place(hold=deed.row, **deed.decided)))


@on_hold.deed(Right.WORK_CASES)
def try_out(deed: Deed[Hold]) -> None:
    """Ask billing what it would do, and change nothing."""
    say(deed, hold_views.asked(hold=deed.row, act="place", **deed.by))


@on_hold.deed(Right.WORK_CASES)
def edit(deed: Deed[Hold]) -> None:
    holds.edit(
        hold=deed.row,
        review_on=day_in(deed, "review_on"),
        reason=deed.text("reason"),
        note=deed.text("note"),
        **deed.decided,
    )
    deed.told(_("Saved."))


@on_hold.deed(Right.WORK_CASES)
def decline(deed: Deed[Hold]) -> None:
    holds.decline(hold=deed.row, reason=deed.text("reason"), **deed.decided)


@on_hold.deed(Right.WORK_CASES)
def review(deed: Deed[Hold]) -> None:
    holds.review(
        hold=deed.row, review_on=day_in(deed, "review_on"), reason=deed.text("reason"), **deed.decided
    )
    deed.told(_("It goes on."))


@on_hold.deed(Right.WORK_CASES)
def release(deed: Deed[Hold]) -> None:
    end = End(next_step=deed.text("next_step"), words=deed.text("words"))
    made = holds.release(hold=deed.row, end=end, reason=deed.text("reason"), **deed.decided)
    by_hand = _("Ended. Have it ended at billing by hand, and say here that it is.")
    deed.told(_("Ended. Billing has to confirm it.") if made.system_id else by_hand)


@on_hold.deed(Right.WORK_CASES)
def by_hand(deed: Deed[Hold]) -> None:
    holds.confirm_by_hand(hold=deed.row, proof=deed.text("proof"), **deed.decided)


def _plan(deed: Deed[Case]) -> Plan:
    """What the form names: a claim, or all of a customer's."""
    kind, _dash, text = deed.text("what").partition("-")
    pk = number(text) or 0
    claim = access.claim(deed.actor, pk) if kind == "claim" else None
    customer = claim.customer if claim else access.customer(deed.actor, pk)
    return Plan(
        customer=customer,
        claim=claim,
        reason=deed.text("reason"),
        note=deed.text("note"),
        review_on=day_in(deed, "review_on"),
    )


def day_in(deed: Deed[Any], name: str) -> date:
    """Return a day that was typed into a field; raise RuleError for what is none."""
    text = deed.text(name)
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise RuleError("day: expected one such as 2026-12-24, got %(text)r", text=text[:40])
    return day


def _ordered(made: Hold) -> str:
    by_hand = _("Placed. Have dunning paused at billing by hand, and say here that it is.")
    return _("Ordered. Billing has to confirm it.") if made.system_id else by_hand


def say(deed: Deed[Any], said: Confirmation | GestureConfirmation) -> None:
    """Show what billing would do."""
    words = _("Billing was asked, and nothing was changed. It says: %(text)s")
    messages.info(deed.request, words % {"text": billing_said(said.text or said.state)})
