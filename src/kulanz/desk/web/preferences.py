"""What members choose for themselves, and the filters of the radar they keep."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kulanz.desk import access
from kulanz.desk.queries.members import member_by_id
from kulanz.desk.queries.settings import views_of
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.notifying import as_shown, send_test
from kulanz.desk.services.preferences import Preferences, remove_view, save_view, set_preferences
from kulanz.desk.web.deeds import REFUSED
from kulanz.desk.web.pages import DeskRequest, act, by, page
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.setup.forms import LANGUAGES, zones
from kulanz.desk.web.setup.nouns import SetupForm

_OWN: Final = ("language", "theme", "time_zone", "email_alerts")


class PreferencesForm(SetupForm):
    """Language, looks, time zone, and how messages come."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=(("auto", gettext_lazy("as the browser says")), *LANGUAGES)
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Looks"),
        choices=(
            ("auto", gettext_lazy("as the device says")),
            ("light", gettext_lazy("light")),
            ("dark", gettext_lazy("dark")),
        ),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zones)
    email_alerts = forms.ChoiceField(
        label=gettext_lazy("Messages by e-mail"),
        choices=(
            ("immediate", gettext_lazy("at once")),
            ("digest", gettext_lazy("once a day, at nine; what is urgent at once")),
            ("off", gettext_lazy("never")),
        ),
    )
    notify_url = forms.CharField(
        label=gettext_lazy("Messages to a device or a chat"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("An address as Apprise reads them, such as ntfys://ntfy.example.org/mine."),
    )


@page(Right.SEE_RADAR)
def show(request: DeskRequest) -> HttpResponse:
    member = member_by_id(request.actor.member_id)
    now_set = {name: getattr(member, name) for name in _OWN}
    now_set["notify_url"] = as_shown(member.sealed_notify_url)
    return _page(request, PreferencesForm(initial=now_set))


@act(Right.SEE_RADAR)
def save(request: DeskRequest) -> HttpResponse:
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return _page(request, form, REFUSED)
    member = member_by_id(request.actor.member_id)
    chosen = Preferences(**form.values())
    try:
        set_preferences(member=member, chosen=chosen, **by(request))
    except RuleError as error:
        form.add_error(None, refusal(error))
        return _page(request, form, REFUSED)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("preferences"))


@act(Right.SEE_RADAR)
def test(request: DeskRequest) -> HttpResponse:
    """Have a message sent to the address that was saved."""
    send_test(member=member_by_id(request.actor.member_id), **by(request))
    messages.success(request, _("A test is on its way."))
    return HttpResponseRedirect(reverse("preferences"))


@act(Right.SEE_RADAR)
def keep_view(request: DeskRequest) -> HttpResponse:
    """Keep the radar's filter as it is, for oneself or for everybody."""
    here = urlsplit(request.POST.get("query", ""))
    shared = request.POST.get("shared") == "1"
    name = request.POST.get("name", "")
    save_view(name=name, query=here.query, shared=shared, **by(request))
    messages.success(request, _("The view is kept."))
    return HttpResponseRedirect(f"{reverse('radar')}?{here.query}")


@act(Right.SEE_RADAR)
def forget_view(request: DeskRequest, pk: int) -> HttpResponse:
    remove_view(view=access.saved_view(request.actor, pk), **by(request))
    messages.success(request, _("Removed."))
    return HttpResponseRedirect(reverse("preferences"))


def _page(request: DeskRequest, form: PreferencesForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "views": views_of(request.actor.member_id),
        "may_share": request.actor.may(Right.LEAD_ISSUES),
        "testable": bool(member_by_id(request.actor.member_id).sealed_notify_url),
    }
    return render(request, "preferences.html", context, status=status)
