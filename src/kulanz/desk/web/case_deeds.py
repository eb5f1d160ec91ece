"""What can be done to a case and its promises with a form."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import cases, promises
from kulanz.desk.services.holds import End
from kulanz.desk.web.cases import rendered
from kulanz.desk.web.deeds import Deed, Place
from kulanz.desk.web.issue_deeds import keep_note

if TYPE_CHECKING:
    from kulanz.desk.models import Case, Promise

on_case: Place[Case] = Place(access.case, lambda row: reverse("case", args=[row.pk]), rendered)
on_promise: Place[Promise] = Place(
    access.promise,
    lambda row: reverse("case", args=[row.case_id]) + "#promises",
    lambda request, row, kept: rendered(request, row.case, kept),
)


@on_case.deed(Right.WORK_CASES)
def assign(deed: Deed[Case]) -> None:
    contact = access.colleague(deed.actor, deed.number("contact"), Right.WORK_CASES)
    cases.assign(case=deed.row, contact=contact, **deed.decided)


@on_case.deed(Right.WORK_CASES)
def edit(deed: Deed[Case]) -> None:
    cases.edit(case=deed.row, title=deed.text("title"), email=deed.text("email"), **deed.decided)
    deed.told(_("Saved."))


@on_case.deed(Right.WORK_CASES)
def resolve(deed: Deed[Case]) -> None:
    cases.resolve(case=deed.row, outcome=deed.text("outcome"), **deed.decided)
    deed.told(_("The case is settled."))


@on_case.deed(Right.WORK_CASES)
def reopen(deed: Deed[Case]) -> None:
    cases.reopen(case=deed.row, reason=deed.text("reason"), **deed.decided)


@on_case.deed(Right.WORK_CASES)
def close(deed: Deed[Case]) -> None:
    end = End(next_step=deed.text("next_step"), words=deed.text("words")) if deed.text("next_step") else None
    cases.close(case=deed.row, end=end, **deed.decided)


@on_case.deed(Right.WORK_CASES)
def promise(deed: Deed[Case]) -> str:
    promises.make(
        case=deed.row,
        by=access.colleague(deed.actor, deed.number("by"), Right.WORK_CASES),
        what=deed.text("what"),
        worktime=timedelta(hours=deed.number("hours")),
        calendar=access.calendar(deed.actor, deed.number("calendar")),
        **deed.by,
    )
    return on_case.address(deed.row) + "#promises"


@on_case.deed(Right.WORK_CASES)
def write_note(deed: Deed[Case]) -> str:
    keep_note(deed)
    return on_case.address(deed.row) + "#notes"


@on_promise.deed(Right.WORK_CASES)
def pause(deed: Deed[Promise]) -> None:
    promises.pause(promise=deed.row, reason=deed.text("reason"), **deed.decided)


@on_promise.deed(Right.WORK_CASES)
def resume(deed: Deed[Promise]) -> None:
    promises.resume(promise=deed.row, **deed.decided)


@on_promise.deed(Right.WORK_CASES)
def keep(deed: Deed[Promise]) -> None:
    promises.keep(promise=deed.row, **deed.decided)
    deed.told(_("Kept. Thank you."))


@on_promise.deed(Right.LEAD_CASES)
def withdraw(deed: Deed[Promise]) -> None:
    promises.withdraw(promise=deed.row, reason=deed.text("reason"), **deed.decided)
