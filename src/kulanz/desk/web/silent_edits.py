"""Silent edits: what was changed at sources without a word. People add notes; nobody can take one away."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.conf import conf
from kulanz.desk.queries.sentinel import log_begun_at, silent_edits
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.sentinel import annotate
from kulanz.desk.web.deeds import offset
from kulanz.desk.web.pages import DeskRequest, act, by, page


@page(Right.SEE_RADAR)
def show(request: DeskRequest) -> HttpResponse:
    context = {
        "page": silent_edits(offset=offset(request, "from")),
        "begun": log_begun_at(),
        "public": conf().public_pages,
        "may_judge": request.actor.may(Right.JUDGE_MEASURES),
        "may_note": request.actor.may(Right.WORK_ISSUES),
    }
    return render(request, "silent_edits.html", context)


@act(Right.WORK_ISSUES)
def note(request: DeskRequest, pk: int) -> HttpResponse:
    """Say something about what was found, for everybody."""
    annotate(edit=access.silent_edit(request.actor, pk), note=request.POST.get("note", ""), **by(request))
    messages.success(request, _("The note is in the public log."))
    return HttpResponseRedirect(f"{reverse('silent_edits')}#edit-{pk}")


urlpatterns: Final[list[Any]] = [
    path("silent-edits", show, name="silent_edits"),
    path("silent-edits/<int:pk>/note", note, name="silent_edit_note"),
]
