"""The page that says how long which data is kept."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kulanz.desk.queries.settings import retention
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.retaining import set_retention
from kulanz.desk.services.retention import would_go
from kulanz.desk.web.deeds import CONFLICT, REFUSED, decided, number
from kulanz.desk.web.pages import DeskRequest, act, by, page
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.wording import WORDS

_KEPT: Final = {
    "raw": gettext_lazy("To read them again after a fault."),
    "posts": gettext_lazy("Those of open issues and cases stay."),
    "people": gettext_lazy("Those without an open case whom nothing was heard of since; their posts stay."),
    "customers": gettext_lazy("Of those without an open case whom no system has told of since."),
    "cases": gettext_lazy("With messages, promises and notes."),
    "requests": gettext_lazy("As long as you may have to show that they were answered."),
    "events": gettext_lazy("The audit trail."),
    "deliveries": gettext_lazy("Those that went out or were given up; 90 days where nothing was ever set."),
    "idempotency": gettext_lazy("A few days are enough."),
}
"""What goes and stays of a class, or what it is for."""


@page(Right.SET_POLICIES)
def show(request: DeskRequest) -> HttpResponse:
    return _page(request)


@act(Right.SET_POLICIES)
def save(request: DeskRequest) -> HttpResponse:
    name, text = request.POST.get("class", ""), request.POST.get("days", "").strip()
    try:
        days = _days(text)
        if request.POST.get("do") == "preview":
            return _page(request, {name: text}, would=_would(request, name, days))
        set_retention(data_class=name, days=days, **decided(request))
    except RuleError as error:
        messages.error(request, refusal(error))
        answer = _page(request, {name: text})
        answer.status_code = CONFLICT if isinstance(error, ConflictError) else REFUSED
        return answer
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("retention"))


def _days(text: str) -> int | None:
    found = number(text)
    if text and found is None:
        raise RuleError(_("Expected a number of days, or nothing to keep it for good."))
    return found


def _would(request: DeskRequest, name: str, days: int | None) -> tuple[str, int]:
    """Return a class and how many of its rows would go."""
    count = would_go(data_class=name, days=days, **by(request)) if days is not None else 0
    return name, count


def _page(
    request: DeskRequest,
    typed: Mapping[str, str] = MappingProxyType({}),
    would: tuple[str, int] = ("", 0),
) -> HttpResponse:
    """Return the page; what was typed for a class and not saved stays in its field.

    ``would`` says of a class how many rows would go.
    """
    rows = [
        (
            row,
            WORDS["data_class"][row.data_class],
            _KEPT[row.data_class],
            typed.get(row.data_class, row.days or ""),
        )
        for row in retention()
    ]
    context = {"rows": rows, "asked": would[0], "would": would[1]}
    return render(request, "setup/retention.html", context)
