"""Pages of the webhook targets; a secret is shown once, when it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kulanz.desk import access
from kulanz.desk.queries.settings import targets
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.targets import new_target_secret, remove_target, save_target
from kulanz.desk.services.webhooks import KINDS
from kulanz.desk.web.deeds import decided
from kulanz.desk.web.pages import DeskRequest, act
from kulanz.desk.web.setup.nouns import Noun, Save, SetupForm
from kulanz.desk.web.setup.secrets import shown_once

if TYPE_CHECKING:
    from kulanz.desk.models import WebhookTarget


class TargetForm(SetupForm):
    """Who is told of what by HTTP."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy(
            "Such as https://example.org/hooks; the deliveries are signed (Standard Webhooks)."
        ),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What is told (none chosen: everything)"),
        choices=[(kind, kind) for kind in KINDS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    active = forms.BooleanField(label=gettext_lazy("Active"), required=False, initial=True)


def _initial(target: WebhookTarget) -> dict[str, Any]:
    return {name: getattr(target, name) for name in ("name", "url", "kinds", "active")}


def _save(asked: Save[WebhookTarget]) -> tuple[WebhookTarget, str]:
    return save_target(target=asked.row, **asked.values, **asked.decided)


def _shown(request: DeskRequest, saved: tuple[WebhookTarget, str]) -> HttpResponse | None:
    target, secret = saved
    return _page(request, target.name, secret) if secret else None


@act(Right.SET_SOURCES)
def new_secret(request: DeskRequest, pk: int) -> HttpResponse:
    target = access.webhook_target(request.actor, pk)
    secret = new_target_secret(target=target, **decided(request))
    return _page(request, target.name, secret)


def _page(request: DeskRequest, name: str, secret: str) -> HttpResponse:
    help_text = _("Enter it at the receiving end. It signs every delivery.")
    return shown_once(request, title=name, secret=secret, help_text=help_text, back="targets")


TARGETS: Final[Noun[WebhookTarget]] = Noun(
    name="targets",
    title=gettext_lazy("Webhooks"),
    intro=gettext_lazy(
        "Other systems are told what happens, with ids and addresses and without private text."
    ),
    new_title=gettext_lazy("New webhook"),
    right=Right.SET_SOURCES,
    form=TargetForm,
    rows=lambda offset: targets(offset=offset),
    find=access.webhook_target,
    initial=_initial,
    save=_save,
    remove=lambda row, by: remove_target(target=row, **by),
    after=_shown,
    list_template="setup/targets.html",
    form_template="setup/target.html",
)
