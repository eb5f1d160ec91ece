"""The page on which the company says which answers need a second person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from kulanz.core.money import Money
from kulanz.desk.queries.approving import approval_rules, approval_rules_version, approvers_but
from kulanz.desk.rules.approvals import ApprovalRules
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.figures import money_in
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.approvals import set_approval_rules
from kulanz.desk.templatetags.values import typed
from kulanz.desk.web.deeds import decided
from kulanz.desk.web.pages import DeskRequest, act, page
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.setup.nouns import set_once

_SWITCHES = ("hardened", "third", "public", "legal")


class ApprovalForm(forms.Form):
    """What asks for a second person."""

    hardened = forms.BooleanField(
        label=gettext_lazy("Answers in public where the fronts have hardened"), required=False
    )
    third = forms.BooleanField(
        label=gettext_lazy("From the third answer in public in a dispute"), required=False
    )
    public = forms.BooleanField(label=gettext_lazy("Every answer in public"), required=False)
    legal = forms.BooleanField(
        label=gettext_lazy("Answers with words of law, or a threat"), required=False,
        help_text=gettext_lazy("Such as lawyer, court, liability, a section of a law, terms and conditions."),
    )  # fmt: skip
    above = forms.CharField(
        label=gettext_lazy("Answers that grant more than"), max_length=60, required=False,
        help_text=gettext_lazy(
            "Such as 100.00 EUR. It counts as well where a gesture of more is under way for the customer. "
            "Nothing here means that amounts do not count."
        ),
    )  # fmt: skip

    def clean_above(self) -> Money | None:
        text = self.cleaned_data["above"].strip()
        try:
            return money_in(text) if text else None
        except RuleError as error:
            raise ValidationError(refusal(error)) from error


@page(Right.SET_POLICIES)
def show(request: DeskRequest) -> HttpResponse:
    return _page(request, ApprovalForm(initial=_initial(approval_rules())))


@act(Right.SET_POLICIES)
def save(request: DeskRequest) -> HttpResponse:
    def keep(form: ApprovalForm) -> None:
        set_approval_rules(rules=ApprovalRules(**form.cleaned_data), **decided(request))

    return set_once(request, ApprovalForm(request.POST), keep, _page, "approval_rules")


def _initial(rules: ApprovalRules) -> dict[str, Any]:
    return {**{name: getattr(rules, name) for name in _SWITCHES}, "above": typed(rules.above)}


def _page(request: DeskRequest, form: ApprovalForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "rules_version": approval_rules_version(),
        "approvers": list(approvers_but(())),
    }
    return render(request, "setup/approval_rules.html", context, status=status)
