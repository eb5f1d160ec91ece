"""The list of what waits for the member's decision."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kulanz.desk.queries.waiting import waiting
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.gesture_words import views_of
from kulanz.desk.web.deeds import offset
from kulanz.desk.web.pages import DeskRequest, page

HEADINGS: Final = {
    "replies": gettext_lazy("Answers to approve"),
    "gestures": gettext_lazy("Gestures to decide on"),
    "wishes": gettext_lazy("Customers who ask for another person"),
    "measures": gettext_lazy("Measures that need a second person"),
    "appeals": gettext_lazy("Appeals"),
    "holds": gettext_lazy("Paused dunning to decide on"),
    "merges": gettext_lazy("Perhaps the same person"),
}
"""By kind; its rows are shown by the template ``parts/waiting_<kind>.html``."""


@page(Right.SEE_RADAR)
def listed(request: DeskRequest) -> HttpResponse:
    """All that the member may decide on, by kind."""
    now = timezone.now()
    found = waiting(request.actor, lambda kind: offset(request, f"{kind}_from"), now=now)
    asked = [each.row for each in found["gestures"].rows] if "gestures" in found else []
    views = views_of(actor=request.actor, gestures=asked, now=now) if asked else []
    context = {
        "said": {view.gesture.pk: view.words for view in views},
        "decides": bool(found),
        "kinds": [
            (kind, HEADINGS[kind], rows, f"parts/waiting_{kind}.html", f"{kind}_from")
            for kind, rows in found.items()
            if rows.total
        ],
    }
    return render(request, "waiting.html", context)
