"""The audit trail as a page and as a table to take along."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from kulanz.desk.queries import audit as queries
from kulanz.desk.queries.audit import Audited, AuditFilter
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.auditing import table
from kulanz.desk.web import audit_words
from kulanz.desk.web.deeds import number, offset
from kulanz.desk.web.pages import DeskRequest, page

DESK: Final = "desk"
YEARS: Final = range(1970, 9999)

# where a row of a noun is looked at, and who may
_PAGES: Final[Mapping[str, tuple[str, Right]]] = {
    "case": ("case", Right.SEE_CASES),
    "defect": ("defect", Right.SEE_CASES),
    "gesture": ("gesture", Right.SEE_CASES),
    "issue": ("issue", Right.SEE_RADAR),
    "member": ("members_edit", Right.SET_MEMBERS),
    "person": ("person", Right.SEE_PEOPLE),
    "source": ("source", Right.SEE_RADAR),
    "thread": ("thread", Right.SEE_RADAR),
}
# nouns without a page of their own that may be gone: where all of them stand
_LISTS: Final[Mapping[str, tuple[str, Right]]] = {
    "alertpolicy": ("policies", Right.SET_POLICIES),
    "approvalpolicy": ("approval_rules", Right.SET_POLICIES),
    "apitoken": ("tokens", Right.SEE_RADAR),
    "billingsystem": ("billing", Right.SET_SOURCES),
    "calendar": ("calendars", Right.SET_POLICIES),
    "customer": ("customers", Right.SEE_VALUES),
    "customerimport": ("customer_imports", Right.SET_CUSTOMERS),
    "datarequest": ("data_requests", Right.LEAD_CASES),
    "gesturelimit": ("limits", Right.SET_POLICIES),
    "holdrules": ("hold_rules", Right.SET_POLICIES),
    "playbook": ("playbooks", Right.SET_POLICIES),
    "retention": ("retention", Right.SET_POLICIES),
    "staffidentity": ("identities", Right.SET_POLICIES),
    "stakerates": ("rates", Right.SET_POLICIES),
    "team": ("teams", Right.SET_POLICIES),
    "teambudget": ("budgets", Right.SET_POLICIES),
    "template": ("templates", Right.SET_POLICIES),
    "webhooktarget": ("targets", Right.SET_SOURCES),
}


@page(Right.SEE_AUDIT)
def show(request: DeskRequest) -> HttpResponse:
    """Every event that is wanted, the latest first."""
    wanted = _filter(request)
    found = queries.audited(request.actor, wanted, offset=offset(request, "from"))
    context = {
        "page": found,
        "lines": [_line(row, request.actor) for row in found.rows],
        "wanted": wanted,
        "what": f"{wanted.noun} {wanted.action}".strip(),
        "kinds": audit_words.kinds(),
        "members": queries.actors(),
        "may_name": request.actor.may(Right.SEE_PEOPLE),
    }
    return render(request, "setup/audit.html", context)


@page(Right.SEE_AUDIT)
def as_table(request: DeskRequest) -> HttpResponse:
    """The events as CSV, with pseudonyms unless names are asked for."""
    now, names = timezone.now(), request.GET.get("names") == "1"
    text = table(actor=request.actor, wanted=_filter(request), names=names, now=now)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{now:%Y-%m-%d}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _line(row: Audited, actor: Actor) -> dict[str, Any]:
    event = row.event
    return {
        "event": event,
        "sentence": audit_words.sentence(event.noun, event.action, str(event.actor or "")),
        "noun": audit_words.noun_word(event.noun),
        "name": row.name,
        "url": _address(row, actor),
    }


def _address(row: Audited, actor: Actor) -> str:
    """Return where an event can be looked at; nothing where there is no page, or not for the actor."""
    if row.noun in _PAGES and row.pk and row.name:
        name, right = _PAGES[row.noun]
        return reverse(name, args=[row.pk]) if actor.may(right) else ""
    if row.event.noun in _LISTS:
        name, right = _LISTS[row.event.noun]
        return reverse(name) if actor.may(right) else ""
    return ""


def _filter(request: DeskRequest) -> AuditFilter:
    noun, _, action = request.GET.get("what", "").partition(" ")
    who = request.GET.get("who", "")
    return AuditFilter(
        actor=number(who),
        by_desk=who == DESK,
        noun=noun if noun in audit_words.NOUNS else "",
        noun_id=number(request.GET.get("id", "")),
        action=action if f"{noun} {action}" in audit_words.SENTENCES else "",
        since=_day(request.GET.get("since", "")),
        until=_day(request.GET.get("until", "")),
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


urlpatterns: Final[list[Any]] = [
    path("setup/audit", show, name="audit"),
    path("setup/audit.csv", as_table, name="audit_csv"),
]
