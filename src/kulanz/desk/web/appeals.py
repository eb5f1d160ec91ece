"""The page of an appeal in the desk, and what can be done there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.queries import moderating as queries
from kulanz.desk.queries.paging import paged
from kulanz.desk.rules.machines import APPEAL
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import appeals
from kulanz.desk.web.deeds import NOTHING_KEPT, Deed, Kept, Place, offset, possible
from kulanz.desk.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from kulanz.desk.models import Appeal


@page(Right.JUDGE_MEASURES)
def listed(request: DeskRequest) -> HttpResponse:
    """Open appeals, those first that are due first."""
    found = queries.open_appeals().order_by("due_at", "pk")
    context = {"page": paged(found, list, offset=offset(request, "from")), "now": timezone.now()}
    return render(request, "appeals.html", context)


@page(Right.JUDGE_MEASURES)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    return rendered(request, access.appeal(request.actor, pk))


def rendered(request: DeskRequest, row: Any, kept: Kept = NOTHING_KEPT) -> HttpResponse:
    """Make an appeal's page, with the words of a form that was refused."""
    barred = request.actor.member_id in queries.barred_from_appeals(row.measure)
    actions = possible(request.actor, APPEAL, row.state)
    context = {
        "appeal": row,
        "measure": row.measure,
        "row_pk": row.pk,
        "kept": kept,
        "messages_of": list(row.messages.select_related("author")),
        "actions": actions - {"grant", "reject"} if barred else actions,
        "is_barred": barred,
        "late": row.state == "open" and row.due_at < timezone.now(),
    }
    return render(request, "appeal.html", context)


on_appeal: Place[Appeal] = Place(access.appeal, lambda row: reverse("appeal", args=[row.pk]), rendered)


@on_appeal.deed(Right.JUDGE_MEASURES)
def answer(deed: Deed[Appeal]) -> None:
    appeals.answer(appeal=deed.row, text=deed.text("text"), **deed.decided)
    deed.told(_("Answered."))


@on_appeal.deed(Right.JUDGE_MEASURES)
def grant(deed: Deed[Appeal]) -> None:
    appeals.grant(appeal=deed.row, reason=deed.text("reason"), **deed.decided)
    deed.told(_("Granted. The page of the measure says how far it is undone."))


@on_appeal.deed(Right.JUDGE_MEASURES)
def reject(deed: Deed[Appeal]) -> None:
    appeals.reject(appeal=deed.row, reason=deed.text("reason"), **deed.decided)


urlpatterns = [
    path("appeals", listed, name="appeals"),
    path("appeals/<int:pk>", show, name="appeal"),
    path("appeals/<int:pk>/answer", answer, name="appeal_answer"),
    path("appeals/<int:pk>/grant", grant, name="appeal_grant"),
    path("appeals/<int:pk>/reject", reject, name="appeal_reject"),
]
