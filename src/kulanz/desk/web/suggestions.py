"""Who may be the same person, on one page: look, merge or tell apart, and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kulanz.desk import access
from kulanz.desk.queries import people as queries
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import comparing
from kulanz.desk.web.deeds import NOTHING_KEPT, Deed, Kept, Place, chosen, offset
from kulanz.desk.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from kulanz.desk.models import Resemblance

TABS: Final = {
    "": gettext_lazy("To decide"),
    "apart": gettext_lazy("Told apart"),
    "merged": gettext_lazy("Merged"),
}


@page(Right.SEE_PEOPLE)
def listed(request: DeskRequest) -> HttpResponse:
    """Suggestions to decide, those told apart, and merges."""
    return _rendered(request)


def _rendered(request: DeskRequest, row: object = None, kept: Kept = NOTHING_KEPT) -> HttpResponse:  # noqa: ARG001 - its forms hold no words
    shown, start = chosen(request, "show", TABS.__contains__), offset(request, "from")
    merged = shown == "merged"
    context = {
        "tabs": TABS.items(),
        "shown": shown,
        "path": reverse("suggestions"),
        "merges": queries.merges(offset=start) if merged else None,
        "page": None if merged else queries.resemblances(dismissed=shown == "apart", offset=start),
        "may_work": request.actor.may(Right.WORK_ISSUES),
        "here": f"{reverse('suggestions')}?{request.GET.urlencode()}",
    }
    return render(request, "suggestions.html", context)


on_suggestion: Place[Resemblance] = Place(access.resemblance, lambda row: reverse("suggestions"), _rendered)  # noqa: ARG005


@on_suggestion.deed(Right.WORK_ISSUES)
def tell_apart(deed: Deed[Resemblance]) -> None:
    comparing.tell_apart(resemblance=deed.row, **deed.decided)
    deed.told(_("They are two. You find them under “Told apart”, and can take it back there."))


@on_suggestion.deed(Right.WORK_ISSUES)
def suggest_again(deed: Deed[Resemblance]) -> None:
    comparing.suggest_again(resemblance=deed.row, **deed.decided)
    deed.told(_("It is suggested again."))
