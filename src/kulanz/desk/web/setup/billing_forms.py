"""The forms by which billing systems are connected: made from what each adapter has to be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kulanz.desk.rules.billing import CSV, LONGEST, TELLING, WEBHOOK, kind_named
from kulanz.desk.services.billing_systems import INTERVAL_S, Wanted
from kulanz.desk.web.setup.nouns import SetupForm, Words

if TYPE_CHECKING:
    from kulanz.desk.models import BillingSystem

MINUTE: Final = 60
_UNTRIED: Final = _("Not tried against a live server: try it on a copy first.")


@dataclass(frozen=True, slots=True)
class Described:
    """A kind of billing system: its name, what it is for, and an example of its address."""

    title: Words
    what: Words
    example: str = ""
    warning: Words = ""


DESCRIBED: Final[Mapping[str, Described]] = {
    "tryton": Described("Tryton", _("Tryton with its module account_dunning."), "https://tryton.example.org"),
    WEBHOOK: Described(
        _("Signed webhooks"),
        _("A program of yours that takes orders and sends claims, confirmations and letters."),
        "https://billing.example.org/kulanz",
    ),
    CSV: Described(_("CSV files"), _("A folder in which files are exchanged with billing.")),
    "odoo": Described(
        "Odoo",
        _("Odoo with the module account_credit_control of the OCA."),
        "https://odoo.example.org",
        _UNTRIED,
    ),
    "lago": Described(
        "Lago",
        _("Claims and payment requests are read; Lago takes no holds from other programs."),
        "https://api.getlago.com",
        _UNTRIED,
    ),
}

HEALTH: Final[Mapping[str, Words]] = {
    "good": _("is read"),
    "late": _("behind"),
    "failing": _("failing, tried again"),
    "paused": _("paused"),
    "new": _("not read yet"),
}

SECRETS: Final[Mapping[str, Any]] = {
    "password": _("Password"),
    "key": _("API key"),
    "secret": _("Secret that our orders are signed with"),
    "their_secret": _("Secret that its deliveries are signed with"),
}


def _columns() -> forms.Field:
    return forms.CharField(
        label=_("Columns of your claims"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only where they have other names. One a line, such as claim_id = Invoice."),
    )


def _mark() -> forms.Field:
    marks = ((".", _("Point: 12.40")), (",", _("Comma: 12,40")))
    return forms.ChoiceField(label=_("Decimal mark of amounts"), choices=marks)


def _word(label: Any) -> Callable[[], forms.Field]:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return lambda: forms.CharField(label=label, max_length=LONGEST, widget=widget)


_FIELDS: Final[Mapping[str, Callable[[], forms.Field]]] = {
    "url": _word(_("Address")),
    "database": _word(_("Database")),
    "login": _word(_("Login")),
    "columns": _columns,
    "decimal_mark": _mark,
}


class BillingForm(SetupForm):
    """Name, settings and secrets of a billing system; one that is kept keeps its name."""

    name = forms.CharField(
        label=_("Name"), max_length=40, help_text=_("Its claims are kept under this name; it stays.")
    )
    minutes = forms.IntegerField(
        label=_("Minutes between two reads"), min_value=1, max_value=1_440, initial=INTERVAL_S // MINUTE
    )

    def __init__(self, adapter: str, *args: Any, kept: BillingSystem | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self.adapter, self.kept = adapter, kept
        kind = kind_named(adapter)
        for name in kind.fields:
            self.fields[name] = _FIELDS[name]()
        for name in kind.secrets:
            self.fields[f"secret_{name}"] = self._secret(name)
        if example := DESCRIBED[adapter].example:
            self.fields["url"].help_text = _now("For example %(example)s") % {"example": example}
        if kept is not None:
            del self.fields["name"]
        self.order_fields([*(name for name in self.fields if name != "minutes"), "minutes"])

    def clean_columns(self) -> dict[str, str]:
        lines = [line.strip() for line in self.cleaned_data["columns"].splitlines() if line.strip()]
        return dict(_pair(line) for line in lines)

    def wanted(self) -> Wanted:
        """Return what was typed into a valid form."""
        typed, kind = self.cleaned_data, kind_named(self.adapter)
        return Wanted(
            name=self.kept.name if self.kept is not None else typed["name"],
            adapter=self.adapter,
            config={name: typed[name] for name in kind.fields},
            secrets={name: typed[f"secret_{name}"] for name in kind.secrets},
            interval_s=typed["minutes"] * MINUTE,
        )

    def _secret(self, name: str) -> forms.Field:
        made = self.adapter == WEBHOOK and self.kept is None
        kept = _("What is left empty stays as it is.") if self.kept is not None else ""
        return forms.CharField(
            label=SECRETS[name],
            required=not made and self.kept is None,
            max_length=2_000,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text=_("Left empty, one is made and shown once.") if made else kept,
        )


def form_of(system: BillingSystem) -> BillingForm:
    """Return the form of a billing system as it is."""
    words = {**system.config, "minutes": max(system.interval_s // MINUTE, 1)}
    if "columns" in words:
        words["columns"] = "\n".join(f"{field} = {column}" for field, column in words["columns"].items())
    return BillingForm(system.adapter, initial=words, kept=system)


def is_asked(adapter: str) -> bool:
    """Whether a billing system can be tried: others send by themselves."""
    return adapter not in TELLING


def _pair(line: str) -> tuple[str, str]:
    field, mark, column = (part.strip() for part in line.partition("="))
    if not (field and mark and column):
        raise ValidationError(
            _now("Expected a field, = and the name of a column, got “%(line)s”."), params={"line": line[:40]}
        )
    return field, column
