"""What can be done to a person's profile with a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import cases, people
from kulanz.desk.services.erasing import erase as erase_person
from kulanz.desk.web.deeds import Deed, Place
from kulanz.desk.web.pages import DeskRequest, act, by
from kulanz.desk.web.people import rendered, rendered_erasing

if TYPE_CHECKING:
    from kulanz.desk.models import Merge, Person

FIELDS = ("name", "role", "email", "customer_number", "note", "no_contact")

on_person: Place[Person] = Place(access.person, lambda row: reverse("person", args=[row.pk]), rendered)
on_erasing: Place[Person] = Place(
    access.person, lambda row: reverse("person", args=[row.pk]), rendered_erasing
)
on_merge: Place[Merge] = Place(
    access.merge,
    lambda row: reverse("person", args=[row.kept_id]),
    lambda request, row, kept: rendered(request, row.kept, kept),
)


@act(Right.WORK_ISSUES)
def make(request: DeskRequest, pk: int) -> HttpResponse:
    """Make a profile of an account, or go to the one it has."""
    person = people.person_of(account=access.account(request.actor, pk), **by(request))
    return HttpResponseRedirect(reverse("person", args=[person.pk]))


@on_person.deed(Right.WORK_ISSUES)
def edit(deed: Deed[Person]) -> None:
    wanted = {name: deed.text(name) for name in FIELDS}
    people.edit(person=deed.row, **wanted, **deed.decided)
    deed.told(_("Saved."))


@on_person.deed(Right.WORK_ISSUES)
def attach(deed: Deed[Person]) -> None:
    people.attach(person=deed.row, account=access.account(deed.actor, deed.number("account")), **deed.by)


@on_person.deed(Right.WORK_ISSUES)
def detach(deed: Deed[Person]) -> None:
    account = access.account(deed.actor, deed.number("account"))
    people.detach(person=deed.row, account=account, reason=deed.text("reason"), **deed.by)


@on_person.deed(Right.WORK_ISSUES)
def merge(deed: Deed[Person]) -> None:
    people.merge(
        person=deed.row,
        gone=access.person(deed.actor, deed.number("gone")),
        why=deed.text("why"),
        **deed.decided,
    )
    deed.told(_("The two profiles are one now. It can be undone below."))


@on_erasing.deed(Right.LEAD_CASES)
def erase(deed: Deed[Person]) -> None:
    erase_person(
        person=deed.row,
        reason=deed.text("reason"),
        left_out=deed.request.POST.getlist("left_out"),
        with_posts=deed.text("with_posts") == "1",
        **deed.decided,
    )
    deed.told(_("The person is erased. What others wrote is looked through within a few minutes."))


@on_person.deed(Right.WORK_CASES)
def open_case(deed: Deed[Person]) -> str:
    title = deed.text("title")
    case = cases.open_case(person=deed.row, issue=None, title=title, **deed.by)
    return reverse("case", args=[case.pk])


@on_merge.deed(Right.WORK_ISSUES)
def undo(deed: Deed[Merge]) -> None:
    people.undo(merge=deed.row, **deed.by)
    deed.told(_("The merge is undone."))
