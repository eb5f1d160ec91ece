"""The page on which the company says when dunning is paused, and when people are asked and alarmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from kulanz.desk.queries.holds import hold_rules, hold_rules_version
from kulanz.desk.rules.figures import money_in
from kulanz.desk.rules.holds import Rules
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.holds import set_hold_rules
from kulanz.desk.templatetags.values import typed
from kulanz.desk.web.deeds import decided
from kulanz.desk.web.pages import DeskRequest, act, page
from kulanz.desk.web.setup.nouns import set_once


class HoldRulesForm(forms.Form):
    """When holds are proposed, confirmed by themselves, reviewed and missed."""

    propose = forms.BooleanField(
        label=gettext_lazy("Propose to pause dunning when an open case’s customer is being dunned"),
        required=False,
    )
    confirm_below = forms.CharField(
        label=gettext_lazy("Pause without a person below"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "An amount for each currency, one a line, such as 20.00 EUR. Nothing here means that a person "
            "always decides."
        ),
    )  # fmt: skip
    review_days = forms.IntegerField(
        label=gettext_lazy("Days until the contact is asked"), min_value=1, max_value=366
    )
    unconfirmed_hours = forms.IntegerField(
        label=gettext_lazy("Hours until it alarms that billing has not confirmed"), min_value=1, max_value=720
    )
    check_hours = forms.IntegerField(
        label=gettext_lazy("Hours between two questions to billing how it stands"),
        min_value=1,
        max_value=168,
    )


@page(Right.SET_POLICIES)
def show(request: DeskRequest) -> HttpResponse:
    return _page(request, HoldRulesForm(initial=_initial(hold_rules())))


@act(Right.SET_POLICIES)
def save(request: DeskRequest) -> HttpResponse:
    def keep(form: HoldRulesForm) -> None:
        set_hold_rules(rules=_read(form.cleaned_data), **decided(request))

    return set_once(request, HoldRulesForm(request.POST), keep, _page, "hold_rules")


def _read(given: dict[str, Any]) -> Rules:
    lines = [line for line in given["confirm_below"].splitlines() if line.strip()]
    return Rules(**{**given, "confirm_below": tuple(money_in(line) for line in lines)})


def _initial(kept: Rules) -> dict[str, Any]:
    names = ("propose", "review_days", "unconfirmed_hours", "check_hours")
    limits = "\n".join(typed(limit) for limit in kept.confirm_below)
    return {**{name: getattr(kept, name) for name in names}, "confirm_below": limits}


def _page(request: DeskRequest, form: HoldRulesForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "rules_version": hold_rules_version()}
    return render(request, "setup/hold_rules.html", context, status=status)
