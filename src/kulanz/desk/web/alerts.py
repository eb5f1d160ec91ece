"""Alarms: what was raised and why, and whether it was right; also by a link from a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kulanz.desk import access
from kulanz.desk.queries.alerts import VERDICT_FILTERS, alerts, policy_choices, rated
from kulanz.desk.queries.members import member_by_id
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.reasons import sentences
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.alarm_texts import read_link
from kulanz.desk.services.alerting import judge
from kulanz.desk.web.deeds import CONFLICT, chosen, decided, number, offset, seen
from kulanz.desk.web.pages import DeskRequest, act, back, page
from kulanz.desk.web.refusals import refusal

if TYPE_CHECKING:
    from kulanz.desk.models import Alert


@page(Right.SEE_RADAR)
def show(request: DeskRequest) -> HttpResponse:
    """The list of alarms, with the false-alarm rates of all policies."""
    now = timezone.now()
    verdict = chosen(request, "verdict", VERDICT_FILTERS.__contains__)
    policy = number(request.GET.get("policy", ""))
    context = {
        "page": alerts(verdict=verdict, policy=policy, lang=_lang(), offset=offset(request, "from")),
        "verdict": verdict,
        "policy": policy,
        "policies": policy_choices(),
        "rate": rated(now).rate,
        "may_judge": request.actor.may(Right.WORK_ISSUES),
        "may_set": request.actor.may(Right.SET_POLICIES),
        "here": request.get_full_path(),
    }
    return render(request, "alerts.html", context)


@act(Right.WORK_ISSUES)
def verdict(request: DeskRequest, pk: int) -> HttpResponse:
    alert = access.alert(request.actor, pk)
    said, why = request.POST.get("verdict", ""), request.POST.get("why", "")
    judge(alert=alert, verdict=said, why=why, **decided(request))
    messages.success(request, _("Noted. Thank you: verdicts make the alarms better."))
    return back(request, reverse("alerts"))


@never_cache
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Judge an alarm by the link of a mail. Looking changes nothing: mail scanners follow links."""
    try:
        alert_id, member_id = read_link(token)
        member = member_by_id(member_id)
        actor = access.actor_of(member)
        actor.need(Right.WORK_ISSUES)
        alert = access.alert(actor, alert_id)
        clash = request.method == "POST" and not _judged(request, actor, alert)
    except RuleError as error:
        raise Http404(refusal(error)) from error
    context = {
        "alert": alert,
        "member": member,
        "reasons": sentences(alert.reasons, _lang(), now=alert.raised_at),
        "judged": request.method == "POST" and not clash,
        "clash": clash,
        "why": request.POST.get("why", alert.why),
    }
    answer = render(request, "alert_by_link.html", context, status=CONFLICT if clash else 200)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _judged(request: HttpRequest, actor: Actor, alert: Alert) -> bool:
    """Judge as the form says; False where somebody else was faster, and the alarm is read again."""
    said, why = request.POST.get("verdict", ""), request.POST.get("why", "")
    try:
        judge(actor=actor, alert=alert, seen=seen(request), verdict=said, why=why, now=timezone.now())
    except ConflictError:
        alert.refresh_from_db()
        return False
    return True


def _lang() -> str:
    return get_language() or "en"
