"""Forms of the settings: what can be typed, how it is called, and what helps."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from kulanz.core.spoken import NAMES
from kulanz.desk.queries.settings import active_members, every_source, every_team
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.opening import read_hours
from kulanz.desk.web.refusals import refusal
from kulanz.desk.web.setup.countries import named_regions
from kulanz.desk.web.setup.nouns import SetupForm
from kulanz.desk.web.wording import WORDS

LANGUAGES: Final = tuple((lang, lazystr(name)) for lang, name in NAMES.items())
WEEKDAYS: Final = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip
STAGES: Final = tuple(WORDS["stage"].items())


def zones() -> list[tuple[str, str]]:
    """Return the time zones that have a place in their name, and UTC."""
    return [(name, name) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


class _Clock(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PolicyForm(SetupForm):
    """When alarms are raised, and whom they reach. Scores are typed as 0 to 100."""

    name = forms.CharField(label=_("Name"), max_length=120)
    source: Any = forms.ModelChoiceField(
        label=_("Source"),
        queryset=None,
        required=False,
        empty_label=_("All sources without a policy of their own"),
    )
    least_stage = forms.ChoiceField(label=_("From the stage"), choices=STAGES, initial="issue")
    threshold = forms.IntegerField(
        label=_("From the score"), min_value=0, max_value=100, initial=50,
        help_text=_("0 to 100; 10 of 1,000 conversations reach 50."),
    )  # fmt: skip
    least_posts = forms.IntegerField(label=_("From so many posts"), min_value=1, max_value=10_000, initial=1)
    cool_down_h = forms.IntegerField(
        label=_("Rest after an alarm, in hours"), min_value=0, max_value=8_760, initial=24,
        help_text=_("A score that rises by 25 raises the next alarm at once."),
    )  # fmt: skip
    quiet_from = forms.TimeField(label=_("Quiet hours begin"), required=False, widget=_Clock)
    quiet_to = forms.TimeField(
        label=_("Quiet hours end"), required=False, widget=_Clock,
        help_text=_("Alarms are raised all the same; their messages wait for the end."),
    )  # fmt: skip
    zone = forms.ChoiceField(label=_("Time zone of the quiet hours"), choices=zones, initial="Europe/Berlin")
    team: Any = forms.ModelChoiceField(
        label=_("Tell the team"), queryset=None, required=False, empty_label=_("None")
    )
    members: Any = forms.ModelMultipleChoiceField(
        label=_("Tell these members"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With neither a team nor a member nor a channel, all leads are told."),
    )
    apprise_url = forms.CharField(
        label=_("Tell a channel"), max_length=500, required=False,
        help_text=_("An address as Apprise reads them, such as ntfys://ntfy.example.org/desk."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _offer(self, source=every_source(), team=every_team(), members=active_members())


class CalendarForm(SetupForm):
    """Opening hours by weekday (``day0`` is Monday), public holidays and further days off."""

    name = forms.CharField(label=_("Name"), max_length=120)
    region = forms.ChoiceField(label=_("Public holidays of"), choices=named_regions, initial="DE")
    zone = forms.ChoiceField(label=_("Time zone"), choices=zones, initial="Europe/Berlin")
    closed = forms.CharField(
        label=_("Further days off"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, such as 2026-12-24 Christmas Eve."),
    )  # fmt: skip
    is_default = forms.BooleanField(label=_("The usual calendar"), required=False)

    field_order = ("name", "region", "zone", *(f"day{day}" for day in range(7)), "closed", "is_default")

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for day, name in enumerate(WEEKDAYS):
            self.fields[f"day{day}"] = forms.CharField(
                label=name,
                required=False,
                max_length=120,
                initial="09:00–17:00" if day < 5 else "",  # noqa: PLR2004 - Friday
            )
        self.fields["day0"].help_text = _("Such as 09:00–12:30, 13:30–17:00; empty means closed.")
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        told["hours"] = {}
        for day in range(len(WEEKDAYS)):
            try:
                told["hours"][day] = read_hours(told.get(f"day{day}", ""))
            except RuleError as error:
                self.add_error(f"day{day}", refusal(error))
        return told

    def clean_closed(self) -> dict[date, str]:
        lines = [line.strip() for line in self.cleaned_data["closed"].splitlines() if line.strip()]
        return dict(_closed_day(line) for line in lines)


class PlaybookForm(SetupForm):
    """A checklist, one step a line."""

    name = forms.CharField(label=_("Name"), max_length=120)
    stage = forms.ChoiceField(
        label=_("For issues of the stage"), choices=(("", _("None: chosen by hand")), *STAGES), required=False
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    steps = forms.CharField(
        label=_("Steps"), widget=forms.Textarea(attrs={"rows": 10}), max_length=30_000,
        help_text=_("One a line, in their order."),
    )  # fmt: skip


class TemplateForm(SetupForm):
    """The beginning of a letter."""

    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    subject = forms.CharField(label=_("Subject"), max_length=300, required=False)
    text = forms.CharField(
        label=_("Text"), widget=forms.Textarea(attrs={"rows": 10}), max_length=20_000,
        help_text=_(
            "A beginning, never a whole letter. What stands in braces is filled in, or stays as a gap."
        ),
    )  # fmt: skip


class TeamForm(SetupForm):
    """Who works together."""

    name = forms.CharField(label=_("Name"), max_length=120)
    lead: Any = forms.ModelChoiceField(
        label=_("Lead"), queryset=None, required=False, empty_label=_("None"),
        help_text=_("Is told when a promise of the team breaks."),
    )  # fmt: skip
    members: Any = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _offer(self, lead=active_members(), members=active_members())


class IdentityForm(SetupForm):
    """Who speaks for the company."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=(
            ("name", _("Name, as posts are signed with it")),
            ("domain", _("Domain of e-mail addresses")),
            ("account", _("Account at a source")),
        ),
    )
    value = forms.CharField(label=_("Name, domain or account"), max_length=255)
    source: Any = forms.ModelChoiceField(
        label=_("At this source"), queryset=None, required=False, empty_label=_("At any source"),
        help_text=_("Needed for a member: at another source somebody else may have an account of that name."),
    )  # fmt: skip
    member: Any = forms.ModelChoiceField(
        label=_("Is this member"), queryset=None, required=False, empty_label=_("Nobody in particular"),
        help_text=_(
            "Their name stands beside these posts, and they do not approve gestures for those they answered."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        _offer(self, source=every_source(), member=active_members())


def _offer(form: SetupForm, **querysets: Any) -> None:
    """Set what can be chosen when the form is made: not when the program starts."""
    for name, queryset in querysets.items():
        field: Any = form.fields[name]
        field.queryset = queryset


def _closed_day(line: str) -> tuple[date, str]:
    day, _space, why = line.partition(" ")
    try:
        return date.fromisoformat(day), why.strip()[:120]
    except ValueError as error:
        raise ValidationError(
            _("Expected a date such as 2026-12-24 and a reason, got “%(line)s”."), params={"line": line[:40]}
        ) from error
