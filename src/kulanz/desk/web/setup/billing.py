"""Pages of the billing systems: how each is doing, connecting one, and the page of one."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kulanz.desk import access
from kulanz.desk.queries.billing import billing_row, billing_systems, hook_address
from kulanz.desk.rules.billing import CSV, WEBHOOK, kind_named
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import billing_systems as services
from kulanz.desk.services.billing_adapters import inbox_path
from kulanz.desk.web.deeds import NOTHING_KEPT, REFUSED, Deed, Kept, Place, decided, offset
from kulanz.desk.web.pages import DeskRequest, act, by, page
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.setup.billing_forms import DESCRIBED, HEALTH, SECRETS, BillingForm, form_of, is_asked

_OK: Final = 200


@page(Right.SET_SOURCES)
def listed(request: DeskRequest) -> HttpResponse:
    """All billing systems by name."""
    found = billing_systems(now=timezone.now(), offset=offset(request, "from"))
    rows = [
        {"row": row, "kind": DESCRIBED[row.system.adapter], "health": HEALTH[row.health]}
        for row in found.rows
    ]
    return render(request, "setup/billing.html", {"page": found, "rows": rows})


@page(Right.SET_SOURCES)
def new(request: DeskRequest) -> HttpResponse:
    """Choose a kind of billing system, then fill in its form."""
    kind = request.GET.get("kind", "")
    if kind not in DESCRIBED:
        return render(request, "setup/billing_kinds.html", {"kinds": DESCRIBED})
    return _new_page(request, BillingForm(kind))


@never_cache
@act(Right.SET_SOURCES)
def add(request: DeskRequest) -> HttpResponse:
    form = _typed(request)
    if not form.is_valid():
        return _new_page(request, form, REFUSED)
    try:
        system, made = services.add(wanted=form.wanted(), **by(request))
    except RuleError as error:
        form.add_error(None, refusal(error))
        return _new_page(request, form, REFUSED)
    messages.success(request, _("The billing system was connected."))
    if made:
        return rendered(request, system, made=made)
    return HttpResponseRedirect(reverse("billing_system", args=[system.pk]))


@act(Right.SET_SOURCES)
def try_new(request: DeskRequest) -> HttpResponse:
    """Ask a billing system as the form says, and show the form again; with htmx the result alone."""
    form = _typed(request)
    tried = _tried(request, form)
    if request.headers.get("HX-Request"):
        return _tried_part(request, tried)
    return _new_page(request, form, tried=tried)


def rendered(request: DeskRequest, system: Any, kept: Kept = NOTHING_KEPT, **more: Any) -> HttpResponse:
    """Make a billing system's page, with the words of a form that was refused."""
    row = billing_row(system, now=timezone.now())
    typed = kept.of("billing_edit", system.pk)
    context = {
        "system": system,
        "row": row,
        "row_pk": system.pk,
        "row_version": system.version,
        "kept": kept,
        "kind": DESCRIBED[system.adapter],
        "health": HEALTH[row.health],
        "asked": is_asked(system.adapter),
        "hook": hook_address(system),
        "folder": inbox_path(system) if system.adapter == CSV else None,
        "secrets": [(name, SECRETS[name]) for name in kind_named(system.adapter).secrets],
        "renewed": system.adapter == WEBHOOK,
        "form": form_of(system) if typed is None else BillingForm(system.adapter, typed, kept=system),
        **more,
    }
    context["made"] = [(SECRETS[name], secret) for name, secret in more.get("made", {}).items()]
    return render(request, "setup/billing_system.html", context)


SYSTEMS: Final = Place(access.billing_system, lambda row: reverse("billing_system", args=[row.pk]), rendered)


@page(Right.SET_SOURCES)
def show(request: DeskRequest, pk: int) -> HttpResponse:
    return rendered(request, access.billing_system(request.actor, pk))


@SYSTEMS.deed(Right.SET_SOURCES)
def edit(deed: Deed[Any]) -> None:
    form = BillingForm(deed.row.adapter, deed.request.POST, kept=deed.row)
    if not form.is_valid():
        raise RuleError("the fields are not as expected: each says what is")
    services.edit(system=deed.row, wanted=form.wanted(), **deed.decided)
    deed.told(_("Saved."))


@act(Right.SET_SOURCES)
def try_out(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask a billing system as its form says; secrets that were left empty are the kept ones."""
    system = access.billing_system(request.actor, pk)
    form = BillingForm(system.adapter, request.POST, kept=system)
    tried = _tried(request, form)
    if request.headers.get("HX-Request"):
        return _tried_part(request, tried)
    return rendered(request, system, Kept("billing_edit", pk, request.POST.dict()), tried=tried)


@SYSTEMS.deed(Right.SET_SOURCES)
def pause(deed: Deed[Any]) -> None:
    services.pause(system=deed.row, **deed.decided)
    deed.told(_("The billing system is paused."))


@SYSTEMS.deed(Right.SET_SOURCES)
def resume(deed: Deed[Any]) -> None:
    services.resume(system=deed.row, **deed.decided)
    deed.told(_("The billing system is read again."))


@SYSTEMS.deed(Right.SET_SOURCES)
def read_now(deed: Deed[Any]) -> None:
    services.read_now(system=deed.row, **deed.by)
    deed.told(_("The billing system is read as soon as a worker is free."))


@never_cache
@act(Right.SET_SOURCES)
def renew(request: DeskRequest, pk: int) -> HttpResponse:
    """Make a new secret, and show it on this one answer."""
    system, name = access.billing_system(request.actor, pk), request.POST.get("secret", "")
    secret = services.renew_secret(system=system, name=name, **decided(request))
    return rendered(request, system, made={name: secret})


@SYSTEMS.deed(Right.SET_SOURCES)
def remove(deed: Deed[Any]) -> str:
    reason = deed.text("reason")
    services.remove(system=deed.row, reason=reason, **deed.decided)
    deed.told(_("The billing system was removed."))
    return reverse("billing")


urlpatterns = [
    path("setup/billing", listed, name="billing"),
    path("setup/billing/new", new, name="billing_new"),
    path("setup/billing/add", add, name="billing_add"),
    path("setup/billing/try", try_new, name="billing_try_new"),
    path("setup/billing/<int:pk>", show, name="billing_system"),
    path("setup/billing/<int:pk>/edit", edit, name="billing_edit"),
    path("setup/billing/<int:pk>/try", try_out, name="billing_try"),
    path("setup/billing/<int:pk>/pause", pause, name="billing_pause"),
    path("setup/billing/<int:pk>/resume", resume, name="billing_resume"),
    path("setup/billing/<int:pk>/read-now", read_now, name="billing_read_now"),
    path("setup/billing/<int:pk>/secret", renew, name="billing_renew"),
    path("setup/billing/<int:pk>/remove", remove, name="billing_remove"),
]


def _typed(request: DeskRequest) -> BillingForm:
    return BillingForm(request.POST.get("adapter", ""), request.POST)


def _tried(request: DeskRequest, form: BillingForm) -> services.Tried:
    if not form.is_valid():
        errors = [f"{form.fields[name].label}: {each}" for name, all_ in form.errors.items() for each in all_]
        return services.Tried(works=False, error=" ".join(errors))
    try:
        return services.try_out(wanted=form.wanted(), system=form.kept, **by(request))
    except RuleError as error:
        return services.Tried(works=False, error=refusal(error))


def _tried_part(request: DeskRequest, tried: services.Tried) -> HttpResponse:
    return render(request, "parts/billing_tried.html", {"tried": tried})


def _new_page(
    request: DeskRequest, form: BillingForm, status: int = _OK, tried: services.Tried | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "adapter": form.adapter,
        "kind": DESCRIBED[form.adapter],
        "asked": is_asked(form.adapter),
        "tried": tried,
        "row_version": 0,
    }
    return render(request, "setup/billing_new.html", context, status=status)
