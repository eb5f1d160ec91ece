"""People: the list, and the profile over somebody's accounts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from kulanz.desk import access
from kulanz.desk.queries import people as queries
from kulanz.desk.queries.cases import CaseFilter, cases
from kulanz.desk.queries.customers import proposed
from kulanz.desk.queries.data_requests import open_requests, posts_to_go
from kulanz.desk.queries.erasing import erasure_plan
from kulanz.desk.queries.standing import standing_of
from kulanz.desk.queries.timeline import person_timeline
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.naming import replaced_names
from kulanz.desk.services.opening import opened_of
from kulanz.desk.web import wording
from kulanz.desk.web.deeds import NOTHING_KEPT, Kept, chosen, history, offset
from kulanz.desk.web.pages import DeskRequest, by, page


@page(Right.SEE_PEOPLE)
def listed(request: DeskRequest) -> HttpResponse:
    """People by name, or the accounts that nobody has made a profile of."""
    words = request.GET.get("words", "")[:200].strip()
    role = chosen(request, "role", wording.WORDS["person_role"].__contains__)
    bare = request.GET.get("accounts") == "1"
    start = offset(request, "from")
    context = {
        "words": words,
        "role": role,
        "roles": wording.choices("person_role"),
        "bare": bare,
        "people": None if bare else queries.people(words, role, offset=start),
        "accounts": queries.accounts_without_profile(words, offset=start) if bare else None,
        "asked": open_requests() if request.actor.may(Right.LEAD_CASES) else 0,
        "may_answer": request.actor.may(Right.LEAD_CASES),
        "alike": queries.suggested(dismissed=False).count(),
        "may_see_values": request.actor.may(Right.SEE_VALUES),
        "doubtful": proposed().count() if request.actor.may(Right.SEE_VALUES) else 0,
        "may_work": request.actor.may(Right.WORK_ISSUES),
        "may_see_cases": request.actor.may(Right.SEE_CASES),
    }
    return render(request, "people.html", context)


@page(Right.SEE_PEOPLE)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Everything that is known of one person, and why it is kept."""
    return rendered(request, access.person(request.actor, pk))


@page(Right.LEAD_CASES)
def erasing(request: DeskRequest, pk: int) -> HttpResponse:
    """What goes and what stays when a person is erased, and the button that does it."""
    return rendered_erasing(request, access.person(request.actor, pk))


def rendered_erasing(request: DeskRequest, row: Any, kept: Kept = NOTHING_KEPT) -> HttpResponse:
    """Make the page, with the words of a form that was refused."""
    context = {
        "person": row,
        "row_pk": row.pk,
        "kept": kept,
        "plan": erasure_plan(row),
        "names": replaced_names(person=row, **by(request)),
        "left_out": request.POST.getlist("left_out"),
        "wants_posts_gone": posts_to_go(row),
    }
    return render(request, "person_erasing.html", context)


def rendered(request: DeskRequest, row: Any, kept: Kept = NOTHING_KEPT) -> HttpResponse:
    """Make a person's page, with the words of a form that was refused."""
    actor = request.actor
    sees_cases = actor.may(Right.SEE_CASES)
    left = row.merged_into_id is None and row.erased_at is None
    works = actor.may(Right.WORK_ISSUES) and left
    found = cases(CaseFilter(person=row.pk), offset=offset(request, "cases_from")) if sees_cases else None
    context = {
        "person": row,
        "row_pk": row.pk,
        "kept": kept,
        "path": reverse("person", args=[row.pk]),
        "accounts": queries.accounts_of(row, offset=offset(request, "accounts_from")),
        "issues": queries.roles_of(row, offset=offset(request, "issues_from")),
        "cases": found,
        "merges": queries.merges_of(row, offset=offset(request, "merges_from")),
        "suggestions": queries.suggestions(row) if works else (),
        "stored": queries.stored_about(row),
        "timeline": history(request, lambda after: person_timeline(row.pk, after=after)),
        "roles": wording.choices("person_role"),
        "may_work": works,
        "may_undo": actor.may(Right.WORK_ISSUES),
        "may_erase": left and actor.may(Right.LEAD_CASES),
        "may_open_case": works and row.role != "staff" and actor.may(Right.WORK_CASES),
        **_values(request, row),
    }
    return render(request, "person.html", context)


def _values(request: DeskRequest, row: Any) -> dict[str, Any]:
    """What the person is as a customer and to their community, for those who may see it."""
    if not request.actor.may(Right.SEE_VALUES):
        return {}
    now = timezone.now()
    return {
        "may_see_values": True,
        "may_remove_customers": request.actor.may(Right.SET_CUSTOMERS),
        "customers": opened_of(actor=request.actor, person=row, now=now),
        "known": standing_of(row, now=now),
    }
