"""What people ask for about their own data: the list with its deadlines, and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.queries.data_requests import data_requests
from kulanz.desk.rules.machines import DATA_REQUEST
from kulanz.desk.rules.my_data import SOON
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import data_requests as services
from kulanz.desk.web.deeds import NOTHING_KEPT, Deed, Kept, Place, chosen, offset
from kulanz.desk.web.own_data_words import STATES
from kulanz.desk.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from kulanz.desk.models import DataRequest


@page(Right.LEAD_CASES)
def listed(request: DeskRequest) -> HttpResponse:
    """Requests that wait for an answer, the nearest deadline first; or those of another state."""
    return _rendered(request)


def _rendered(request: DeskRequest, _row: Any = None, kept: Kept = NOTHING_KEPT) -> HttpResponse:
    """Make the list, with the words of a form that was refused."""
    now, state = timezone.now(), chosen(request, "state", DATA_REQUEST.states.__contains__)
    found = data_requests(state, offset=offset(request, "from"))
    context = {
        "page": found,
        "words": services.words_of(actor=request.actor, requests=list(found.rows), now=now),
        "state": state or DATA_REQUEST.initial,
        "states": [(code, str(name)) for code, name in STATES.items()],
        "now": now,
        "soon": now + SOON,
        "kept": kept,
        "row_pk": kept.pk,
    }
    return render(request, "data_requests.html", context)


on_request: Place[DataRequest] = Place(
    access.data_request,
    lambda _row: reverse("data_requests"),
    _rendered,
)


@on_request.deed(Right.LEAD_CASES)
def extend(deed: Deed[DataRequest]) -> None:
    services.extend(request=deed.row, reason=deed.text("reason"), **deed.decided)
    deed.told(_("The deadline is two months later, and the person is told why."))


@on_request.deed(Right.LEAD_CASES)
def grant(deed: Deed[DataRequest]) -> None:
    services.grant(request=deed.row, answer=deed.text("answer"), **deed.decided)
    deed.told(_("Answered: the person is told that it is done."))


@on_request.deed(Right.LEAD_CASES)
def refuse(deed: Deed[DataRequest]) -> None:
    services.refuse(request=deed.row, reason=deed.text("reason"), **deed.decided)
    deed.told(_("Answered: the person is told why not."))


urlpatterns: Final[list[Any]] = [
    path("data-requests", listed, name="data_requests"),
    path("data-requests/<int:pk>/extend", extend, name="data_request_extend"),
    path("data-requests/<int:pk>/grant", grant, name="data_request_grant"),
    path("data-requests/<int:pk>/refuse", refuse, name="data_request_refuse"),
]
