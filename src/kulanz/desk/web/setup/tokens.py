"""Pages of the keys to the HTTP API; a key is shown once, when it is made."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kulanz.desk import access
from kulanz.desk.queries.tokens import tokens
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.scopes import Scope, usable
from kulanz.desk.services.tokens import LONGEST_DAYS, make_token, revoke
from kulanz.desk.web.deeds import REFUSED, offset
from kulanz.desk.web.pages import DeskRequest, act, by, page
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.setup.nouns import SetupForm
from kulanz.desk.web.setup.secrets import shown_once

SCOPE_WORDS: Final = {
    Scope.READ: gettext_lazy("read: radar, conversations, issues"),
    Scope.PEOPLE: gettext_lazy("people: profiles"),
    Scope.WORK: gettext_lazy("work: change issues"),
    Scope.CASES: gettext_lazy("cases: read and change cases"),
    Scope.MODERATE: gettext_lazy("moderate: measures and appeals"),
    Scope.CUSTOMERS: gettext_lazy("customers: their values and claims"),
    Scope.PUSH: gettext_lazy("push: send posts"),
    Scope.ADMIN: gettext_lazy("admin: settings"),
    Scope.AUDIT: gettext_lazy("audit: who changed what"),
    Scope.METRICS: gettext_lazy("metrics: how the desk is doing"),
    Scope.OWN: gettext_lazy("own: your preferences, views and sessions"),
}


class TokenForm(SetupForm):
    """What a key is for, what it permits, and how long."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=120,
        help_text=gettext_lazy("Such as: nightly report."),
    )
    scopes = forms.MultipleChoiceField(
        label=pgettext_lazy("token", "May"), widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days until it ends"), min_value=1, max_value=LONGEST_DAYS, initial=365
    )

    def __init__(self, *args: Any, offered: list[tuple[str, Any]], **given: Any) -> None:
        super().__init__(*args, **given)
        field: Any = self.fields["scopes"]
        field.choices = offered


@page(Right.SEE_RADAR)
def show(request: DeskRequest) -> HttpResponse:
    return _page(request, TokenForm(offered=_offered(request)))


@act(Right.SEE_RADAR)
def make(request: DeskRequest) -> HttpResponse:
    form = TokenForm(request.POST, offered=_offered(request))
    if not form.is_valid():
        return _page(request, form, REFUSED)
    try:
        token, text = make_token(**form.values(), **by(request))
    except RuleError as error:
        form.add_error(None, refusal(error))
        return _page(request, form, REFUSED)
    help_text = _("Send it as Authorization: Bearer, and keep it as you keep a password.")
    return shown_once(request, title=token.name, secret=text, help_text=help_text, back="tokens")


@act(Right.SEE_RADAR)
def end(request: DeskRequest, pk: int) -> HttpResponse:
    revoke(token=access.token(request.actor, pk), **by(request))
    messages.success(request, _("The token has ended."))
    return HttpResponseRedirect(reverse("tokens"))


def _offered(request: DeskRequest) -> list[tuple[str, Any]]:
    """The scopes that would let this member do anything."""
    return [(scope.value, SCOPE_WORDS[scope]) for scope in Scope if usable(scope, request.actor.roles)]


def _page(request: DeskRequest, form: TokenForm, status: int = 200) -> HttpResponse:
    found = tokens(request.actor, offset=offset(request, "from"))
    context = {"page": found, "form": form, "now": timezone.now(), "list_url": reverse("tokens")}
    return render(request, "setup/tokens.html", context, status=status)
