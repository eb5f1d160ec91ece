"""The list of cases, and the page of one case."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from kulanz.desk import access
from kulanz.desk.queries import cases as queries
from kulanz.desk.queries.approving import approvers_of
from kulanz.desk.queries.cases import CaseFilter
from kulanz.desk.queries.closing import answers_by_month
from kulanz.desk.queries.issues import notes_of
from kulanz.desk.queries.language_model import offered_model
from kulanz.desk.queries.letters import letter_choices
from kulanz.desk.queries.members import calendar_choices, member_choices
from kulanz.desk.queries.presence import onlookers
from kulanz.desk.queries.timeline import case_timeline
from kulanz.desk.rules.machines import CASE, PROMISE, REPLY
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.status_pages import LEVELS
from kulanz.desk.services import presence
from kulanz.desk.services.calendars import usual_calendar
from kulanz.desk.services.mail import can_send
from kulanz.desk.services.private import ways_of
from kulanz.desk.web import wording
from kulanz.desk.web.at_stake import case_stake
from kulanz.desk.web.deeds import NOTHING_KEPT, Kept, chosen, history, offset, possible
from kulanz.desk.web.drafting import Panel
from kulanz.desk.web.gestures import goodwill
from kulanz.desk.web.holds import dunning
from kulanz.desk.web.pages import DeskRequest, page
from kulanz.desk.web.status_pages import status_page

REFRESH_S: Final = 20


@page(Right.SEE_CASES)
def listed(request: DeskRequest) -> HttpResponse:
    """Cases that are not closed, those whose promise ends first before the others."""
    wanted = CaseFilter(
        state=chosen(request, "state", CASE.states.__contains__),
        contact=request.actor.member_id if request.GET.get("contact") == "me" else None,
        late=request.GET.get("late") == "1",
        words=request.GET.get("words", "")[:200].strip(),
    )
    context = {
        "page": queries.cases(wanted, offset=offset(request, "from")),
        "wanted": wanted,
        "states": wording.choices("case_state"),
        "answers": answers_by_month(timezone.now()),
        "levels": LEVELS,
    }
    return render(request, "cases.html", context)


@page(Right.SEE_CASES)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Everything about one case."""
    return rendered(request, access.case(request.actor, pk))


@page(Right.SEE_CASES)
def looked_at(request: DeskRequest, pk: int) -> HttpResponse:
    """Who else looks at the case; asked again every few seconds by an open page."""
    row, now = access.case(request.actor, pk), timezone.now()
    presence.look(actor=request.actor, row=row, now=now)
    return render(request, "parts/onlookers.html", {"onlookers": onlookers(request.actor, row, now=now)})


def rendered(
    request: DeskRequest, row: Any, kept: Kept = NOTHING_KEPT, panel: Panel | None = None
) -> HttpResponse:
    """Make a case's page, with the words of a form that was refused or a draft that was checked."""
    actor, now = request.actor, timezone.now()
    presence.look(actor=actor, row=row, now=now)
    at_stake = case_stake(request, row, kept)
    found = at_stake.get("at_stake")
    context = {
        "case": row,
        "row_pk": row.pk,
        "kept": kept,
        "panel": panel,
        "path": reverse("case", args=[row.pk]),
        "refresh_s": REFRESH_S,
        "onlookers": onlookers(actor, row, now=now),
        "conversation": queries.messages_of(row, offset=offset(request, "messages_from")),
        "unread_topics": queries.unread_topics_of(row),
        "notes": notes_of(row, offset=offset(request, "notes_from")),
        "timeline": history(request, lambda after: case_timeline(actor, row, after=after)),
        **_under_way(request, row),
        **_offered(request, row),
        **at_stake,
        **dunning(request, row, found),
        **goodwill(request, row, found),
        **status_page(request, row),
    }
    return render(request, "case.html", context)


def _under_way(request: DeskRequest, row: Any) -> dict[str, Any]:
    """Promises and answers, each with what can be done to it now."""
    promises = queries.promises_of(row, offset=offset(request, "promises_from"))
    replies = queries.replies_of(row, offset=offset(request, "replies_from"))
    return {
        "promises": promises,
        "promise_actions": [(each, possible(request.actor, PROMISE, each.state)) for each in promises.rows],
        "replies": replies,
        "approvers": approvers_of(replies.rows),
        "reply_actions": [(each, possible(request.actor, REPLY, each.state)) for each in replies.rows],
    }


def _offered(request: DeskRequest, row: Any) -> dict[str, Any]:
    """What can be done: the buttons come from the table of states, the choices from the rights."""
    actor = request.actor
    works = actor.may(Right.WORK_CASES)
    if works:
        usual_calendar(now=timezone.now())
    return {
        "actions": possible(request.actor, CASE, row.state),
        "may_work": works,
        "may_see_people": actor.may(Right.SEE_PEOPLE),
        "may_see_values": actor.may(Right.SEE_VALUES),
        "letters": letter_choices(row) if works else (),
        "language_model": offered_model() if works else "",
        "sends_mail": can_send(),
        "private_ways": [(f"private-{each.pk}", each) for each in ways_of(row)] if works else (),
        "colleagues": member_choices(Right.WORK_CASES) if works else (),
        "calendars": calendar_choices() if works else (),
    }
