"""The page that tells how often findings of the draft check were wrong."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from kulanz.core.drafts.wording import NAMES
from kulanz.desk.queries.drafts import finding_rates
from kulanz.desk.rules.roles import Right
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.web.pages import DeskRequest, page


@page(Right.SET_POLICIES)
def show(request: DeskRequest) -> HttpResponse:
    """Every finding that was shown in a draft that went out, those called wrong most often first."""
    names = NAMES[lang()]
    rows = [(names[rate.code], rate) for rate in finding_rates()]
    return render(request, "setup/findings.html", {"rows": rows})
