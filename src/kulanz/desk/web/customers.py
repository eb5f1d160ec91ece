"""Customers: who may be whom, who is linked, who is not, and the forms that decide it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kulanz.desk import access
from kulanz.desk.queries import customers as queries
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import customers, matching
from kulanz.desk.services.opening import opened
from kulanz.desk.services.people import person_of
from kulanz.desk.web.deeds import NOTHING_KEPT, Deed, Kept, Place, chosen, offset
from kulanz.desk.web.pages import DeskRequest, by, page
from kulanz.desk.web.people_deeds import on_person

if TYPE_CHECKING:
    from kulanz.desk.models import Customer, CustomerMatch, Person

TABS: Final = {
    "": gettext_lazy("To decide"),
    "apart": gettext_lazy("Told apart"),
    "linked": gettext_lazy("Linked"),
    "unlinked": gettext_lazy("Linked to nobody"),
}


@page(Right.SEE_VALUES)
def listed(request: DeskRequest) -> HttpResponse:
    """Proposals to decide, those told apart, customers that are linked, and those that are not."""
    return _rendered(request)


def _rendered(request: DeskRequest, row: object = None, kept: Kept = NOTHING_KEPT) -> HttpResponse:  # noqa: ARG001 - its forms hold no words
    shown, start = chosen(request, "show", TABS.__contains__), offset(request, "from")
    words = request.GET.get("words", "")[:80].strip()
    rows = shown in ("linked", "unlinked")
    context = {
        "tabs": TABS.items(),
        "shown": shown,
        "words": words,
        "path": reverse("customers"),
        "here": f"{reverse('customers')}?{request.GET.urlencode()}",
        "page": queries.customers(words, linked=shown == "linked", offset=start) if rows else None,
        "waiting": queries.proposed().count(),
        "may_work": request.actor.may(Right.WORK_ISSUES),
        "may_import": request.actor.may(Right.SET_CUSTOMERS),
        **({} if rows else _proposals(request, dismissed=shown == "apart", start=start)),
    }
    return render(request, "customers.html", context)


def _proposals(request: DeskRequest, *, dismissed: bool, start: int) -> dict[str, Any]:
    """Proposals, with what is known of their customers: whoever decides has to see it, and is recorded."""
    found = queries.matches(dismissed=dismissed, offset=start)
    rows = list({match.customer_id: match.customer for match in found.rows}.values())
    known = {each.row.pk: each for each in opened(customers=rows, **by(request))}
    return {"matches": found, "pairs": [(match, known[match.customer_id]) for match in found.rows]}


on_customer: Place[Customer] = Place(access.customer, lambda row: reverse("customers"), _rendered)  # noqa: ARG005
on_match: Place[CustomerMatch] = Place(access.customer_match, lambda row: reverse("customers"), _rendered)  # noqa: ARG005


@on_match.deed(Right.SEE_VALUES)
def link(deed: Deed[CustomerMatch]) -> None:
    """Take a proposal; an account without a profile gets one."""
    match = deed.row
    person = match.person
    if person is None and match.account is not None:
        person = person_of(account=match.account, **deed.by)
    if person is not None:
        matching.link(customer=match.customer, person=person, **deed.decided)
        deed.told(_("Linked. You find it under “Linked”, and can take it back there."))


@on_match.deed(Right.SEE_VALUES)
def tell_apart(deed: Deed[CustomerMatch]) -> None:
    matching.tell_apart(match=deed.row, **deed.decided)
    deed.told(_("They are two. You find them under “Told apart”, and can take it back there."))


@on_match.deed(Right.SEE_VALUES)
def propose_again(deed: Deed[CustomerMatch]) -> None:
    matching.propose_again(match=deed.row, **deed.decided)
    deed.told(_("It is proposed again."))


@on_customer.deed(Right.SEE_VALUES)
def unlink(deed: Deed[Customer]) -> None:
    matching.unlink(customer=deed.row, **deed.decided)
    deed.told(_("The link is taken back, and is not made again by itself."))


@on_customer.deed(Right.SET_CUSTOMERS)
def remove(deed: Deed[Customer]) -> None:
    customers.remove(customer=deed.row, **deed.by)
    deed.told(_("Removed."))


@on_person.deed(Right.SEE_VALUES)
def link_person(deed: Deed[Person]) -> str:
    """Say by number which customer somebody is."""
    customer = access.customer_numbered(deed.actor, deed.text("number"))
    version = customer.version
    matching.link(customer=customer, seen=version, person=deed.row, **deed.by)
    deed.told(_("Linked."))
    return on_person.address(deed.row) + "#customers"


urlpatterns = [
    path("customers", listed, name="customers"),
    path("customers/<int:pk>/unlink", unlink, name="customer_unlink"),
    path("customers/<int:pk>/remove", remove, name="customer_remove"),
    path("customers/matches/<int:pk>/link", link, name="match_link"),
    path("customers/matches/<int:pk>/tell-apart", tell_apart, name="match_apart"),
    path("customers/matches/<int:pk>/again", propose_again, name="match_again"),
    path("people/<int:pk>/customer", link_person, name="person_customer"),
]
