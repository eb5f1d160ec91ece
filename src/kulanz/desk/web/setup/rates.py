"""The page on which the company says what things are worth."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from kulanz.core.stake import Range
from kulanz.desk.queries.rates import rates, rates_version
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.figures import number_in, range_in, whole_in
from kulanz.desk.rules.rates import Rates
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.rates import set_rates
from kulanz.desk.templatetags.values import typed
from kulanz.desk.web.deeds import decided
from kulanz.desk.web.pages import DeskRequest, act, page
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.setup.nouns import set_once

_READERS: Final[Mapping[str, Any]] = {
    "price": number_in,
    "audience": range_in,
    "spread": range_in,
    "days": whole_in,
    "hours": number_in,
    "hourly": number_in,
    "fees": number_in,
    "months": number_in,
}


class RatesForm(forms.Form):
    """Everything may stay empty: then the line that needs it is not drawn."""

    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, min_length=3)
    price = forms.CharField(
        label=gettext_lazy("Price of 1,000 readings"), max_length=40, required=False,
        help_text=gettext_lazy("What you would pay to have 1,000 people read the opposite."),
    )  # fmt: skip
    audience = forms.CharField(
        label=gettext_lazy("Share of readers who matter"), max_length=40, required=False,
        help_text=gettext_lazy("A range from 0 to 1, such as 0.05 to 0.5: who are or could be customers."),
    )  # fmt: skip
    spread = forms.CharField(
        label=gettext_lazy("How often it is read anywhere for once here"), max_length=40, required=False,
        help_text=gettext_lazy("A range from 1 on, such as 1 to 3: 1 is nobody elsewhere."),
    )  # fmt: skip
    days = forms.CharField(
        label=gettext_lazy("Days that a conversation may go on"), max_length=10, required=False
    )
    hours = forms.CharField(
        label=gettext_lazy("Hours of staff for a case that goes on"), max_length=40, required=False
    )
    hourly = forms.CharField(label=gettext_lazy("What an hour costs"), max_length=40, required=False)
    fees = forms.CharField(label=gettext_lazy("Fees for collection of a case"), max_length=40, required=False)
    months = forms.CharField(
        label=gettext_lazy("Months that a customer is expected to stay"), max_length=40, required=False
    )
    cohort = forms.CharField(
        label=gettext_lazy("Customers of one year who were still there"), max_length=4_000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "After 0, 1, 2 … months, such as 1000 950 910. It is used in place of the months above, "
            "by how long a customer has been there."
        ),
    )  # fmt: skip


@page(Right.SET_POLICIES)
def show(request: DeskRequest) -> HttpResponse:
    return _page(request, RatesForm(initial=_initial(rates())))


@act(Right.SET_POLICIES)
def save(request: DeskRequest) -> HttpResponse:
    def keep(form: RatesForm) -> None:
        wanted = _read(form)
        if not form.errors:
            set_rates(rates=wanted, **decided(request))

    return set_once(request, RatesForm(request.POST), keep, _page, "rates")


def _read(form: RatesForm) -> Rates:
    """Return what was typed; what cannot be read is told at its field."""
    given = form.cleaned_data
    values: dict[str, Any] = {"currency": given["currency"].upper()}
    for name, read in _READERS.items():
        try:
            values[name] = read(given[name]) if given[name] else None
        except RuleError as error:
            form.add_error(name, refusal(error))
    try:
        values["cohort"] = tuple(whole_in(each) for each in given.get("cohort", "").replace(";", " ").split())
    except RuleError as error:
        form.add_error("cohort", refusal(error))
    return Rates(**values)


def _initial(kept: Rates) -> dict[str, str]:
    values: dict[str, Range | Decimal | int | None] = {name: getattr(kept, name) for name in _READERS}
    shown = {name: typed(value) for name, value in values.items()}
    return {**shown, "currency": kept.currency, "cohort": " ".join(map(str, kept.cohort))}


def _page(request: DeskRequest, form: RatesForm, status: int = 200) -> HttpResponse:
    return render(
        request, "setup/rates.html", {"form": form, "rates_version": rates_version()}, status=status
    )
