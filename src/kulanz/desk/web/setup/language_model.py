"""The page on which an administrator names the company's language model, switches it on and tries it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kulanz.desk.queries.language_model import language_model
from kulanz.desk.rules.language_model import LONGEST_ADDRESS, LONGEST_NAME, SECONDS
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.model_settings import (
    LONGEST_KEY,
    Wanted,
    set_language_model,
    try_language_model,
)
from kulanz.desk.web.deeds import decided
from kulanz.desk.web.pages import DeskRequest, act, by, page
from kulanz.desk.web.setup.nouns import set_once


class ModelForm(forms.Form):
    """Where the model is asked, what it is called there, and whether it may be."""

    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=LONGEST_ADDRESS,
        help_text=gettext_lazy(
            "Of a service that speaks the protocol of OpenAI, such as http://localhost:11434/v1. One in your "
            "own network has to be allowed by the setting KULANZ_ALLOW_PRIVATE."
        ),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Name of the model"), max_length=LONGEST_NAME,
        help_text=gettext_lazy("As the service calls it."),
    )  # fmt: skip
    key = forms.CharField(
        label=gettext_lazy("Key"), max_length=LONGEST_KEY, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "Empty keeps the key that is there, as long as the address stays the same. It is kept sealed."
        ),
    )  # fmt: skip
    no_key = forms.BooleanField(label=gettext_lazy("Ask without a key"), required=False)
    seconds = forms.IntegerField(
        label=gettext_lazy("Seconds until an answer counts as missing"),
        min_value=SECONDS[0],
        max_value=SECONDS[-1],
        initial=30,
    )
    active = forms.BooleanField(
        label=gettext_lazy("Switched on"), required=False,
        help_text=gettext_lazy("Members then see the buttons “Suggest an answer” and “Summarise”."),
    )  # fmt: skip


@page(Right.SET_SOURCES)
def show(request: DeskRequest) -> HttpResponse:
    row = language_model()
    names = ("address", "name", "seconds", "active")
    return _page(request, ModelForm(initial={name: getattr(row, name) for name in names} if row else None))


@act(Right.SET_SOURCES)
def save(request: DeskRequest) -> HttpResponse:
    def keep(form: ModelForm) -> None:
        set_language_model(wanted=_read(form.cleaned_data), **decided(request))

    return set_once(request, ModelForm(request.POST), keep, _page, "language_model")


@act(Right.SET_SOURCES)
def try_out(request: DeskRequest) -> HttpResponse:
    found = try_language_model(**by(request))
    messages.success(request, _("It answered: “%(words)s”") % {"words": found.text[:300]})
    return HttpResponseRedirect(reverse("language_model"))


def _read(given: dict[str, Any]) -> Wanted:
    typed = given["key"].strip()
    return Wanted(
        active=given["active"],
        address=given["address"],
        name=given["name"],
        seconds=given["seconds"],
        key="" if given["no_key"] else typed or None,
    )


def _page(request: DeskRequest, form: ModelForm, status: int = 200) -> HttpResponse:
    return render(
        request, "setup/language_model.html", {"form": form, "row": language_model()}, status=status
    )
