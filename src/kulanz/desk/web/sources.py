"""Pages of the sources: how each is doing, adding one, and the page of one."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kulanz.desk import access
from kulanz.desk.queries.sources import hooks_of, source_detail, takes_signed
from kulanz.desk.queries.sources import sources as listing
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.hooks import PUSH
from kulanz.desk.rules.machines import SOURCE
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import sources as services
from kulanz.desk.services.outside import outside
from kulanz.desk.web.deeds import NOTHING_KEPT, REFUSED, Deed, Kept, Place, decided, offset
from kulanz.desk.web.pages import DeskRequest, act, by, page
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.source_forms import (
    MINUTE,
    key_fields,
    known_kind,
    takes_answers,
    typed_words,
    wanted_of,
)
from kulanz.desk.web.source_words import DESCRIBED
from kulanz.sources.connectors import CONNECTORS

_DEFAULTS: Final = {"minutes": "5", "budget": "5000"}
REFRESH_S: Final = 10


@page(Right.SEE_RADAR)
def listed(request: DeskRequest) -> HttpResponse:
    """All sources by name."""
    context = {
        "page": listing(now=timezone.now(), offset=offset(request, "from")),
        "may_set": request.actor.may(Right.SET_SOURCES),
    }
    return render(request, "sources.html", context)


@page(Right.SEE_RADAR)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Everything about one source; while it is read, the progress alone is asked for again."""
    source = access.source(request.actor, pk)
    if request.headers.get("HX-Request"):
        context = {"detail": source_detail(source, now=timezone.now()), "source": source}
        return render(request, "parts/source_health.html", {**context, "refresh_s": REFRESH_S})
    return rendered(request, source)


@page(Right.SET_SOURCES)
def new(request: DeskRequest) -> HttpResponse:
    """Choose a kind of source, then fill in its form."""
    kind = request.GET.get("kind", "")
    if kind not in DESCRIBED:
        return render(request, "source_kinds.html", {"kinds": DESCRIBED})
    return _form(request, kind, _DEFAULTS)


@act(Right.SET_SOURCES)
def add(request: DeskRequest) -> HttpResponse:
    kind = known_kind(request.POST.get("connector", ""))
    try:
        wanted = wanted_of(request, kind)
        source = services.add(wanted=wanted, world=outside(), **by(request))
    except RuleError as error:
        messages.error(request, refusal(error))
        return _form(request, kind, typed_words(request), status=REFUSED)
    messages.success(request, _("The source was added."))
    return HttpResponseRedirect(reverse("source", args=[source.pk]))


@act(Right.SET_SOURCES)
def try_new(request: DeskRequest) -> HttpResponse:
    """Try what the form says, and show the form again; with htmx the result alone."""
    kind = known_kind(request.POST.get("connector", ""))
    tried = _tried(request, kind, None)
    if request.headers.get("HX-Request"):
        return render(request, "parts/source_tried.html", {"tried": tried})
    return _form(request, kind, typed_words(request), tried=tried)


def rendered(request: DeskRequest, source: Any, kept: Kept = NOTHING_KEPT, **more: Any) -> HttpResponse:
    """Make a source's page, with the words of a form that was refused."""
    may_set = request.actor.may(Right.SET_SOURCES)
    context = {
        "source": source,
        "row_pk": source.pk,
        "kept": kept,
        "path": reverse("source", args=[source.pk]),
        "refresh_s": REFRESH_S,
        "detail": source_detail(source, now=timezone.now(), offset=offset(request, "from")),
        "hooks": hooks_of(source) if may_set else (),
        "takes_signed": may_set and takes_signed(source),
        "buttons": _buttons(source),
        "actions": {each.action for each in SOURCE.actions(source.state, request.actor.roles)},
        "fields": key_fields(source.connector),
        "takes_answers": takes_answers(source.connector),
        "words": kept.of("source_edit", source.pk) or _words_of(source),
        "described": DESCRIBED.get(source.connector),
        "pushed": source.connector == PUSH,
        **more,
    }
    return render(request, "source.html", context)


SOURCES: Final = Place(access.source, lambda row: reverse("source", args=[row.pk]), rendered)


@SOURCES.deed(Right.SET_SOURCES)
def edit(deed: Deed[Any]) -> None:
    wanted = wanted_of(deed.request, deed.row.connector)
    services.edit(source=deed.row, wanted=wanted, world=outside(), **deed.decided)
    deed.told(_("Saved."))


@SOURCES.deed(Right.SET_SOURCES)
def pause(deed: Deed[Any]) -> None:
    services.pause(source=deed.row, **deed.decided)
    deed.told(_("The source is paused."))


@SOURCES.deed(Right.SET_SOURCES)
def resume(deed: Deed[Any]) -> None:
    services.resume(source=deed.row, **deed.decided)
    deed.told(_("The source is read again."))


@SOURCES.deed(Right.SET_SOURCES)
def retry(deed: Deed[Any]) -> None:
    services.retry(source=deed.row, **deed.decided)
    deed.told(_("The source is tried again."))


@SOURCES.deed(Right.SET_SOURCES)
def read_now(deed: Deed[Any]) -> None:
    services.read_now(source=deed.row, **deed.by)
    deed.told(_("The source is read as soon as a worker is free."))


@SOURCES.deed(Right.SET_SOURCES)
def remove(deed: Deed[Any]) -> str:
    reason = deed.text("reason")
    services.remove(source=deed.row, reason=reason, **deed.decided)
    deed.told(_("The source was removed with everything that was read from it."))
    return reverse("sources")


@act(Right.SET_SOURCES)
def try_out(request: DeskRequest, pk: int) -> HttpResponse:
    """Try a source as its form says; keys that were left empty are the kept ones."""
    source = access.source(request.actor, pk)
    tried = _tried(request, source.connector, source)
    if request.headers.get("HX-Request"):
        return render(request, "parts/source_tried.html", {"tried": tried})
    return rendered(request, source, Kept("source_edit", pk, typed_words(request)), tried=tried)


@never_cache
@act(Right.SET_SOURCES)
def rotate(request: DeskRequest, pk: int) -> HttpResponse:
    """Make a new secret, and show it on this one answer."""
    source = access.source(request.actor, pk)
    secret = services.rotate_secret(source=source, **decided(request))
    return rendered(request, source, secret=secret)


def _buttons(source: Any) -> list[tuple[str, str, str]]:
    """The actions that need no words: name, address and label."""
    labels = (
        ("read_now", "source_read_now", _("Read now")),
        ("pause", "source_pause", _("Pause")),
        ("resume", "source_resume", _("Read on")),
        ("retry", "source_retry", _("Try again")),
    )
    shown = [each for each in labels if source.connector in CONNECTORS or each[0] != "read_now"]
    return [(action, reverse(name, args=[source.pk]), label) for action, name, label in shown]


def _words_of(source: Any) -> dict[str, str]:
    """What the form of a source begins with."""
    minutes = max(source.interval_s // MINUTE, 1)
    words = {"name": source.name, "address": source.address, "budget": str(source.budget_per_day)}
    return {**words, "minutes": str(minutes)}


def _tried(request: DeskRequest, kind: str, source: Any) -> services.Tried:
    try:
        wanted = wanted_of(request, kind)
        return services.try_out(actor=request.actor, wanted=wanted, world=outside(), source=source)
    except RuleError as error:
        return services.Tried(works=False, error=refusal(error))


def _form(
    request: DeskRequest,
    kind: str,
    words: dict[str, str],
    *,
    tried: services.Tried | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "kind": kind,
        "described": DESCRIBED[kind],
        "fields": key_fields(kind),
        "takes_answers": takes_answers(kind),
        "words": words,
        "tried": tried,
        "pushed": kind == PUSH,
    }
    return render(request, "source_new.html", context, status=status)
