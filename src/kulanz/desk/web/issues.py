"""The list of issues, and the page of one issue."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from kulanz.core.report import STAGES
from kulanz.desk import access
from kulanz.desk.queries import issues as queries
from kulanz.desk.queries.cases import cases_of_issue, replies_in
from kulanz.desk.queries.issues import IssueFilter, RoleRow
from kulanz.desk.queries.language_model import offered_model
from kulanz.desk.queries.members import member_choices
from kulanz.desk.queries.paging import Paged
from kulanz.desk.queries.presence import onlookers
from kulanz.desk.queries.settings import every_playbook, every_team
from kulanz.desk.queries.timeline import issue_timeline
from kulanz.desk.rules.machines import ISSUE, WITHDRAWN
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import presence
from kulanz.desk.web import wording
from kulanz.desk.web.at_stake import issue_stake, standings
from kulanz.desk.web.deeds import NOTHING_KEPT, Kept, chosen, history, offset
from kulanz.desk.web.pages import DeskRequest, page

REFRESH_S: Final = 20


@page(Right.SEE_RADAR)
def listed(request: DeskRequest) -> HttpResponse:
    """Issues that are not closed, the gravest first; others by the filter."""
    wanted = _filter(request)
    context = {
        "page": queries.issues(wanted, offset=offset(request, "from")),
        "wanted": wanted,
        "states": [each for each in wording.choices("issue_state") if each[0] in queries.LISTED],
        "severities": wording.choices("severity"),
        "stages": wording.choices("stage"),
        "may_see_months": request.actor.may(Right.SEE_CASES),
    }
    return render(request, "issues.html", context)


@page(Right.SEE_RADAR)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Everything about one issue."""
    return rendered(request, access.issue(request.actor, pk))


@page(Right.SEE_RADAR)
def looked_at(request: DeskRequest, pk: int) -> HttpResponse:
    """Who else looks at the issue; asked again every few seconds by an open page."""
    row, now = access.issue(request.actor, pk), timezone.now()
    presence.look(actor=request.actor, row=row, now=now)
    return render(request, "parts/onlookers.html", {"onlookers": onlookers(request.actor, row, now=now)})


def rendered(request: DeskRequest, row: Any, kept: Kept = NOTHING_KEPT) -> HttpResponse:
    """Make an issue's page, with the words of a form that was refused."""
    actor, now = request.actor, timezone.now()
    presence.look(actor=actor, row=row, now=now)
    context = {
        "issue": row,
        "row_pk": row.pk,
        "kept": kept,
        "path": reverse("issue", args=[row.pk]),
        "refresh_s": REFRESH_S,
        "affected": queries.affected_in([row.pk])[row.pk],
        "onlookers": onlookers(actor, row, now=now),
        "threads": queries.threads_of(row, offset=offset(request, "threads_from")),
        "tasks": queries.tasks_of(row, offset=offset(request, "tasks_from")),
        "notes": queries.notes_of(row, offset=offset(request, "notes_from")),
        "timeline": history(request, lambda after: issue_timeline(actor, row, after=after)),
        **_people(request, row),
        **_offered(request, row),
        **issue_stake(request, row, kept),
    }
    return render(request, "issue.html", context)


def _people(request: DeskRequest, row: Any) -> dict[str, Any]:
    """Who is in the issue, for those who may see people; cases and answers for those who may see cases."""
    actor = request.actor
    found: dict[str, Any] = {"people": None, "cases": None, "show_case": actor.may(Right.SEE_CASES)}
    if actor.may(Right.SEE_PEOPLE):
        people: Paged[RoleRow] = queries.roles_in(row, offset=offset(request, "people_from"))
        without_role = queries.without_role_in(row)
        found |= {"people": people, "roles": wording.choices("role")}
        found |= {"without_role": without_role, "everybody": people.total + without_role}
        found["standings"] = standings(request, (each.held.account.person for each in people.rows))
    if actor.may(Right.SEE_CASES):
        found["cases"] = cases_of_issue(row.pk, offset=offset(request, "cases_from"))
        found["replies"] = replies_in(row, offset=offset(request, "answers_from"))
    return found


def _offered(request: DeskRequest, row: Any) -> dict[str, Any]:
    """What can be done: the buttons come from the table of states, the choices from the rights."""
    actor = request.actor
    actions = {each.action for each in ISSUE.actions(row.state, actor.roles)}
    there = row.state != WITHDRAWN
    works = there and actor.may(Right.WORK_ISSUES)
    watchers = queries.watchers_of(row)
    return {
        "actions": actions,
        "may_work": works,
        "language_model": offered_model() if works else "",
        "may_see_people": actor.may(Right.SEE_PEOPLE),
        "may_work_cases": there and actor.may(Right.WORK_CASES) and actor.may(Right.SEE_PEOPLE),
        "watchers": watchers,
        "may_watch": there and actor.may(Right.SEE_RADAR),
        "watching": any(pk == actor.member_id for pk, _ in watchers),
        "colleagues": member_choices(Right.WORK_ISSUES) if works else (),
        "others": queries.issue_choices(but=row) if "merge" in actions else (),
        "accounts": queries.account_choices(row) if works and actor.may(Right.SEE_PEOPLE) else (),
        "playbooks": every_playbook() if works else (),
        "teams": every_team() if "edit" in actions else (),
        "severities": wording.choices("severity"),
        "stages": wording.choices("stage"),
        "outcomes": wording.choices("outcome"),
    }


def _filter(request: DeskRequest) -> IssueFilter:
    owner = request.GET.get("owner", "")
    return IssueFilter(
        state=chosen(request, "state", queries.LISTED.__contains__),
        severity=chosen(request, "severity", wording.WORDS["severity"].__contains__),
        stage=chosen(request, "stage", STAGES.__contains__),
        owner=request.actor.member_id if owner == "me" else None,
        unowned=owner == "nobody",
        words=request.GET.get("words", "")[:200].strip(),
    )
