"""The first page of the settings: what there is to set, and what a member may."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from kulanz.desk.rules.roles import Right
from kulanz.desk.web.pages import DeskRequest, page

# name of the address, title, what it is for, and the right without which it is not offered
SECTIONS: Final = (
    ("policies", _("Alarms"), _("When an alarm is raised, and whom it reaches."), Right.SET_POLICIES),
    ("calendars", _("Calendars"), _("Opening hours, public holidays, days off."), Right.SET_POLICIES),
    ("playbooks", _("Playbooks"), _("Checklists that issues begin with."), Right.SET_POLICIES),
    ("templates", _("Templates"), _("Beginnings of letters."), Right.SET_POLICIES),
    (
        "rules",
        _("Rules"),
        _("What holds in the community, published version by version."),
        Right.SET_POLICIES,
    ),
    ("teams", _("Teams"), _("Who works together, and who leads."), Right.SET_POLICIES),
    ("limits", _("Limits of gestures"), _("What each role may approve."), Right.SET_POLICIES),
    ("budgets", _("Budgets of teams"), _("What a team may spend on gestures a month."), Right.SET_POLICIES),
    ("identities", _("Who speaks for the company"), _("Names, domains and accounts."), Right.SET_POLICIES),
    ("rates", _("Rates"), _("What a reading, an hour and a customer are worth."), Right.SET_POLICIES),
    ("findings", _("Draft check"), _("How often its findings were wrong."), Right.SET_POLICIES),
    (
        "approval_rules",
        _("Approval of answers"),
        _("Which answers a second person reads."),
        Right.SET_POLICIES,
    ),
    ("hold_rules", _("Paused dunning"), _("When it is proposed, reviewed and missed."), Right.SET_POLICIES),
    ("retention", _("Retention"), _("How long which data is kept."), Right.SET_POLICIES),
    ("members", _("Members"), _("Who may log in, and what they may do."), Right.SET_MEMBERS),
    ("targets", _("Webhooks"), _("Which systems are told what happens."), Right.SET_SOURCES),
    ("billing", _("Billing systems"), _("Where claims come from and holds are ordered."), Right.SET_SOURCES),
    (
        "language_model",
        _("Language model"),
        _("Suggests and summarises, if you want one."),
        Right.SET_SOURCES,
    ),
    ("examples", _("Labelled examples"), _("Outcomes to measure and to train with."), Right.SET_SOURCES),
    ("audit", _("Audit trail"), _("Who did what, when and why."), Right.SEE_AUDIT),
    ("tokens", _("API tokens"), _("Keys with which programs use the desk."), Right.SEE_RADAR),
)


@page(Right.SEE_RADAR)
def show(request: DeskRequest) -> HttpResponse:
    offered = [each[:3] for each in SECTIONS if request.actor.may(each[3])]
    return render(request, "setup/home.html", {"sections": offered})
