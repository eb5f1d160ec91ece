"""Pages of what roles may approve, and of what teams may spend on gestures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kulanz.core.money import Money
from kulanz.desk import access
from kulanz.desk.queries.giving import budgets, limits
from kulanz.desk.queries.settings import every_team
from kulanz.desk.rules.amounts import amount
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.limits import Limit
from kulanz.desk.rules.roles import RIGHTS, Right, Role
from kulanz.desk.services.limits import remove_budget, remove_limit, save_budget, save_limit
from kulanz.desk.templatetags.goodwill import plain
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.setup.nouns import Noun, Save, SetupForm
from kulanz.desk.web.wording import WORDS

if TYPE_CHECKING:
    from kulanz.desk.models import GestureLimit, TeamBudget

_GIVERS: Final = RIGHTS[Right.WORK_CASES] | RIGHTS[Right.APPROVE]
_ROLES: Final = [(role.value, WORDS["member_role"][role.value]) for role in Role if role in _GIVERS]


class _Amount(forms.CharField):
    """An amount as people type it; the form reads it with its currency."""

    def __init__(self, label: Any, help_text: Any = "") -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(label=label, help_text=help_text, max_length=40, widget=widget)


class _AmountsForm(SetupForm):
    """A form with a currency, and amounts that are read in it."""

    amounts: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        currency = told["currency"] = told.get("currency", "").upper()
        for name in self.amounts:
            try:
                told[name] = amount(told.get(name, ""), currency)
            except RuleError as error:
                self.add_error(name, ValidationError(refusal(error)))
        return told


class LimitForm(_AmountsForm):
    """What a role may approve."""

    amounts = ("alone", "each", "month")
    role = forms.ChoiceField(label=_("Role"), choices=_ROLES)
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3, initial="EUR")
    alone = _Amount(
        _("Alone"), _("Up to here a member decides on a gesture of their own without a second person.")
    )
    each = _Amount(_("At once"), _("The most that one gesture may be worth or cost to be approved."))
    month = _Amount(_("A month"), _("The most that one member may approve in all in a calendar month."))


class BudgetForm(_AmountsForm):
    """What a team may spend."""

    amounts = ("month",)
    team: Any = forms.ModelChoiceField(label=_("Team"), queryset=None, empty_label="–")
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3, initial="EUR")
    month = _Amount(_("A month"), _("What gestures may be worth or cost in all in a calendar month."))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        field: Any = self.fields["team"]
        field.queryset = every_team()


def _limit(row: GestureLimit) -> dict[str, Any]:
    limit = row.limit
    amounts = {name: plain(getattr(limit, name)) for name in LimitForm.amounts}
    return {"role": row.role, "currency": row.currency, **amounts}


def _save_limit(asked: Save[GestureLimit]) -> GestureLimit:
    amounts: list[Money] = [asked.values[name] for name in LimitForm.amounts]
    return save_limit(row=asked.row, role=asked.values["role"], limit=Limit(*amounts), **asked.decided)


def _budget(row: TeamBudget) -> dict[str, Any]:
    return {"team": row.team, "currency": row.currency, "month": plain(row.month)}


def _save_budget(asked: Save[TeamBudget]) -> TeamBudget:
    team, month = asked.values["team"], asked.values["month"]
    return save_budget(row=asked.row, team=team, month=month, **asked.decided)


LIMITS: Final[Noun[GestureLimit]] = Noun(
    name="limits",
    title=_("Limits of gestures"),
    intro=_(
        "Without a limit a role approves only what costs nothing. Above what somebody may decide alone, a "
        "second person approves who neither proposed the gesture nor is part of the dispute."
    ),
    new_title=_("New limit"),
    right=Right.SET_POLICIES,
    form=LimitForm,
    rows=lambda offset: limits(offset=offset),
    find=access.gesture_limit,
    initial=_limit,
    save=_save_limit,
    remove=lambda row, by: remove_limit(row=row, **by),
    list_template="setup/limits.html",
)

BUDGETS: Final[Noun[TeamBudget]] = Noun(
    name="budgets",
    title=_("Budgets of teams"),
    intro=_("A team without a budget is bound by the limits of roles alone."),
    new_title=_("New budget"),
    right=Right.SET_POLICIES,
    form=BudgetForm,
    rows=lambda offset: budgets(timezone.now(), offset=offset),
    find=access.team_budget,
    initial=_budget,
    save=_save_budget,
    remove=lambda row, by: remove_budget(row=row, **by),
    list_template="setup/budgets.html",
)
