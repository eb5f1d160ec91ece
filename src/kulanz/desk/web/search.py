"""The search over everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from kulanz.desk.queries.search import MOST, Found, Hit, search
from kulanz.desk.rules.roles import Right
from kulanz.desk.web.deeds import chosen, offset
from kulanz.desk.web.pages import DeskRequest, page

LONGEST: Final = 200
NAMES: Final[Mapping[str, Lazy]] = {
    "threads": _("Conversations"),
    "posts": _("Posts"),
    "issues": _("Issues"),
    "cases": _("Cases"),
    "people": _("People"),
    "accounts": _("Accounts"),
}
_ADDRESSES: Final = {
    "threads": "thread",
    "posts": "post",
    "issues": "issue",
    "cases": "case",
    "people": "person",
}
# what the states of a kind are called: see kulanz.desk.web.wording
_STATES: Final = {
    "threads": "stage",
    "issues": "issue_state",
    "cases": "case_state",
    "people": "person_role",
}


@page(Right.SEE_RADAR)
def show(request: DeskRequest) -> HttpResponse:
    """What was found, a tab for each kind."""
    words = request.GET.get("q", "")[:LONGEST].strip()
    kind = chosen(request, "kind", NAMES.__contains__)
    found = search(request.actor, words, kind=kind, offset=offset(request, "from"))
    context = {
        "words": words,
        "found": found,
        "most": MOST,
        "more": any(each.more for each in found.tallies if each.kind == found.kind),
        "tabs": _tabs(found, words),
        "rows": [(hit, _address(hit)) for hit in found.page.rows],
        "states": _STATES.get(found.kind, ""),
    }
    return render(request, "search.html", context)


def _tabs(found: Found, words: str) -> list[dict[str, Any]]:
    return [
        {
            "name": NAMES[each.kind],
            "count": each.count,
            "more": each.more,
            "url": f"?{urlencode({'q': words, 'kind': each.kind})}",
            "current": each.kind == found.kind,
        }
        for each in found.tallies
    ]


def _address(hit: Hit) -> str:
    if hit.kind in _ADDRESSES:
        return reverse(_ADDRESSES[hit.kind], args=[hit.pk])
    return f"{reverse('people')}?{urlencode({'accounts': '1', 'words': hit.title})}"
