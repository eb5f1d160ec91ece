"""The radar page and what can be decided on it."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kulanz.core.report import STAGES
from kulanz.desk import access
from kulanz.desk.queries.holds import troubles
from kulanz.desk.queries.radar import RadarFilter, radar, silent
from kulanz.desk.queries.settings import views_of
from kulanz.desk.queries.sources import source_choices
from kulanz.desk.rules.alarms import SILENT_FOR
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import attention
from kulanz.desk.services.undoing import undo_decision
from kulanz.desk.web.deeds import decided, number, offset, seen
from kulanz.desk.web.later import until
from kulanz.desk.web.pages import DeskRequest, act, back, page, undoable

REFRESH_S: Final = 20
SPANS: Final = {
    1: gettext_lazy("said in the last day"),
    SILENT_FOR.days: gettext_lazy("said in the last two weeks"),
    91: gettext_lazy("said in the last quarter"),
    0: gettext_lazy("said at any time"),
}
"""Days within which something was said, 0 for any; in words."""


@page(Right.SEE_RADAR)
def show(request: DeskRequest) -> HttpResponse:
    """The ranked list; asked again every few seconds, only the list itself is sent."""
    wanted, now = _filter(request), timezone.now()
    found = radar(wanted, lang=get_language() or "en", now=now, offset=offset(request, "from"))
    template = "parts/radar_list.html" if request.headers.get("HX-Request") else "radar.html"
    context = {
        "page": found,
        "wanted": wanted,
        "silent": silent(wanted, now=now),
        "at_any_time": _at_any_time(request),
        "spans": SPANS.items(),
        "stages": STAGES[1:],
        "sources": source_choices(),
        "refresh_s": REFRESH_S,
        "may_work": request.actor.may(Right.WORK_ISSUES),
        "views": views_of(request.actor.member_id),
        "may_share": request.actor.may(Right.LEAD_ISSUES),
        "here": request.get_full_path(),
        "troubles": troubles(now) if request.actor.may(Right.SEE_CASES) else {},
    }
    return render(request, template, context)


@act(Right.WORK_ISSUES)
def false_alarm(request: DeskRequest, pk: int) -> HttpResponse:
    thread = access.thread(request.actor, pk)
    reason = request.POST.get("reason", "")
    marked = attention.false_alarm(thread=thread, reason=reason, **decided(request))
    told = _("Marked as a false alarm: %(title)s. You find it under “Put aside”.") % {"title": thread}
    undoable(request, told, reverse("thread_undo", args=[pk]), marked.version)
    return back(request, reverse("radar"))


@act(Right.WORK_ISSUES)
def snooze(request: DeskRequest, pk: int) -> HttpResponse:
    thread, now = access.thread(request.actor, pk), timezone.now()
    reason = request.POST.get("reason", "")
    snoozed = attention.snooze(
        actor=request.actor,
        thread=thread,
        seen=seen(request),
        until=until(request, now),
        reason=reason,
        now=now,
    )
    told = _("Put aside: %(title)s. You find it under “Put aside”.") % {"title": thread}
    undoable(request, told, reverse("thread_undo", args=[pk]), snoozed.version)
    return back(request, reverse("radar"))


@act(Right.WORK_ISSUES)
def restore(request: DeskRequest, pk: int) -> HttpResponse:
    attention.restore(thread=access.thread(request.actor, pk), **decided(request))
    messages.success(request, _("It is back on the radar."))
    return back(request, reverse("radar"))


@act(Right.WORK_ISSUES)
def undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Undo that the conversation was put aside: it is as it was before."""
    thread, now = access.thread(request.actor, pk), timezone.now()
    undone = undo_decision(actor=request.actor, thread=thread, seen=seen(request), now=now)
    if undone.state == "open" or (undone.until is not None and undone.until <= now):
        messages.success(request, _("It is back on the radar."))
    else:
        messages.success(request, _("Undone: it is put aside as before."))
    return back(request, reverse("radar"))


def _filter(request: DeskRequest) -> RadarFilter:
    stage = request.GET.get("stage", "")
    mine, days = request.GET.get("owner") == "me", number(request.GET.get("days", ""))
    return RadarFilter(
        stage=stage if stage in STAGES else "",
        source=number(request.GET.get("source", "")),
        owner=request.actor.member_id if mine else None,
        unowned=request.GET.get("owner") == "nobody",
        aside=request.GET.get("aside") == "1",
        words=request.GET.get("words", "")[:200],
        days=SILENT_FOR.days if days not in SPANS else days,
    )


def _at_any_time(request: DeskRequest) -> str:
    """The radar's address with the same filter, whenever something was said."""
    query = request.GET.copy()
    query.pop("from", None)
    query["days"] = "0"
    return f"{reverse('radar')}?{query.urlencode()}"
