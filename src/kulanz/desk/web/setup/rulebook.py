"""Pages of the community's rules: writing them, reading them as they will look, publishing a version."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kulanz.core.spoken import LANGS
from kulanz.desk import access
from kulanz.desk.conf import conf
from kulanz.desk.queries.calendars import usual_zone
from kulanz.desk.queries.rulebook import Changes, RuleRow, changes, row_of, rules
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.rulebook import LONGEST_KEY, LONGEST_TEXT, LONGEST_TITLE, Wording, as_html
from kulanz.desk.services import rulebook
from kulanz.desk.web.deeds import decided
from kulanz.desk.web.pages import DeskRequest, act
from kulanz.desk.web.setup.nouns import Noun, Save, SetupForm

if TYPE_CHECKING:
    from kulanz.desk.models import Rule

_WORDS: Final = ("title_de", "title_en", "text_de", "text_en")


def _title(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_TITLE, required=False)


def _text(label: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 12})
    return forms.CharField(
        label=label, max_length=LONGEST_TEXT, required=False, widget=widget, help_text=_("Markdown.")
    )


class RuleForm(SetupForm):
    """A rule in both languages."""

    key = forms.CharField(
        label=_("Key"), max_length=LONGEST_KEY,
        help_text=_("The end of its address, such as no-insults. It stays once the rule is published."),
    )  # fmt: skip
    title_de = _title(_("German title"))
    text_de = _text(_("German text"))
    title_en = _title(_("English title"))
    text_en = _text(_("English text"))


def _initial(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in ("key", *_WORDS)}


def _save(asked: Save[Rule]) -> Rule:
    given = dict(asked.values)
    return rulebook.save_rule(rule=asked.row, key=given.pop("key"), wording=Wording(**given), **asked.decided)


def _saved(request: DeskRequest, rule: Rule) -> HttpResponse:  # noqa: ARG001 - as a noun asks
    """Go on where a rule is published."""
    return HttpResponseRedirect(reverse("rules_edit", args=[rule.pk]))


def _more(rule: Rule | None, form: SetupForm) -> dict[str, Any]:
    """The versions, what would change with the next one, and what is typed as it will look."""
    context: dict[str, Any] = {"public": conf().public_pages, "zone": usual_zone()}
    if form.is_bound and form.is_valid():
        words = Wording(**{name: form.cleaned_data[name] for name in _WORDS})
        # made by as_html, which lets nothing through that acts
        context["previews"] = [
            (code, words.title(code), mark_safe(as_html(words.text(code))))  # noqa: S308
            for code in LANGS
        ]
    if rule is not None:
        row = row_of(rule)
        context |= {"versions": row.versions, "changed": _changed(row)}
        if row.newest:
            context["remove_url"] = ""  # what was published stays
        context["today"] = timezone.now().astimezone(ZoneInfo(usual_zone())).date().isoformat()
    return context


def _changed(row: RuleRow) -> list[tuple[str, Changes]]:
    """What the next version would change against the newest, by language; only languages with a change."""
    if row.newest is None:
        return []
    found = [(code, changes(row.newest, row.rule, code)) for code in LANGS]
    return [(code, each) for code, each in found if each.any]


@act(Right.SET_POLICIES)
def publish(request: DeskRequest, pk: int) -> HttpResponse:
    """Publish what is saved of a rule as its next version."""
    rule = access.rule(request.actor, pk)
    made = rulebook.publish(rule=rule, start=_day(request, "start"), **decided(request))
    messages.success(request, gettext("Version %(number)s is published.") % {"number": made.number})
    return HttpResponseRedirect(reverse("rules_edit", args=[pk]))


@act(Right.SET_POLICIES)
def end(request: DeskRequest, pk: int) -> HttpResponse:
    """Have a rule end."""
    rule = access.rule(request.actor, pk)
    reason, at = request.POST.get("reason", ""), _day(request, "end")
    rulebook.end(rule=rule, at=at, reason=reason, **decided(request))
    messages.success(request, gettext("It is public when the rule ends."))
    return HttpResponseRedirect(reverse("rules_edit", args=[pk]))


def _day(request: DeskRequest, name: str) -> datetime:
    """Return when the day in a field begins, by the company's clock."""
    try:
        day = parse_date(request.POST.get(name, ""))
    except ValueError:
        day = None
    if day is None:
        raise RuleError("day: expected a date such as 2026-07-01")
    return datetime.combine(day, time(), ZoneInfo(usual_zone()))


RULES: Final[Noun[Rule]] = Noun(
    name="rules",
    title=_("Rules"),
    intro=_("A version that is published never changes; the next one replaces it from its day on."),
    new_title=_("New rule"),
    right=Right.SET_POLICIES,
    form=RuleForm,
    form_template="setup/rule.html",
    rows=lambda offset: rules(offset=offset),
    find=access.rule,
    initial=_initial,
    save=_save,
    remove=lambda row, by: rulebook.remove_rule(rule=row, **by),
    more=_more,
    after=_saved,
    list_template="setup/rules.html",
)
