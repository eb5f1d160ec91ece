"""Filters of the report after an issue: moments, names and amounts, told or not, and its charts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markupsafe import Markup

from kulanz.core.drafts.wording import NAMES
from kulanz.core.durations import duration
from kulanz.desk.rules.after_action import Amount, Label, Moment, Said
from kulanz.desk.rules.issue_report import Course, Happened, IssueReport
from kulanz.desk.templatetags.desk import lang, when
from kulanz.desk.templatetags.values import value
from kulanz.desk.web import wording
from kulanz.desk.web.report_plots import Plot, plot_of
from kulanz.desk.web.report_words import KINDS, NAMED, TURNS
from kulanz.pages import formats

register = template.Library()
PRINTED: Final = (
    "svg{font:11px sans-serif;fill:#1f2227}.axis text{fill:#595e66}.end{text-anchor:end}"
    ".middle{text-anchor:middle}.grid{stroke:#d8d5cc;stroke-width:.8}.line{fill:none;stroke-width:2.2}"
    ".line.score{stroke:#1f2227}.line.tension{stroke:#9c1030}.flag{stroke:#595e66;stroke-width:.9;fill:none;"
    "stroke-dasharray:1.5 2.5}circle.letter{fill:#fff;stroke:#1f2227}text.letter{font-size:9.5px;"
    "font-weight:bold}.leader{stroke:#595e66;stroke-width:.8;fill:none}"
)
"""Styles inside the picture itself: what prints does not look for those of the page."""
PAGES: Final = {"conversation": "thread", "case": "case"}


@register.filter
def moment(at: Moment | None) -> str:
    """Day and minute; where times are not told, which day it was and at what hour since the beginning."""
    if at is None or isinstance(at, datetime):
        return when(at)
    days, rest = divmod(int(at.total_seconds()), 86_400)
    return _("day %(day)s, %(time)s") % {"day": days + 1, "time": f"{rest // 3600:02}:{rest // 60 % 60:02}"}


@register.filter
def named(label: Label | None) -> str:
    """What somebody or something is called; its kind and number where that is not told."""
    if label is None:
        return _("The desk")
    return label.text or str(NAMED[label.kind]) % {"number": label.number}


@register.simple_tag
def where(label: Label | None, *, printed: bool = False) -> str:
    """What something is called, with a link to its page where it has one and that leads somewhere."""
    if label is None:
        return ""
    if printed or label.id is None or label.kind not in PAGES:
        return named(label)
    return format_html('<a href="{}">{}</a>', reverse(PAGES[label.kind], args=[label.id]), named(label))


@register.filter
def told(line: Happened) -> str:
    """A line of what happened, as a sentence."""
    name = f"{line.noun} {line.action}"
    sentence = TURNS.get(name) or wording.HAPPENED.get(name, name)
    return str(sentence) % {"who": named(line.who)}


@register.filter
def amount(given: Amount | None) -> str:
    """An amount, or between which amounts it lies."""
    if given is None:
        return formats.MISSING
    if given.low == given.high:
        return value(given.low)
    return _("%(low)s to %(high)s") % {"low": value(given.low), "high": value(given.high)}


@register.filter
def termed(code: str, kind: str) -> str:
    return str(KINDS[kind].get(code, code))


@register.filter
def shown(codes: tuple[str, ...]) -> str:
    """What an answer shows, as a list; a dash for nothing."""
    return ", ".join(termed(code, "shows") for code in codes) or formats.MISSING


@register.filter
def found(codes: tuple[str, ...]) -> str:
    """What the draft check finds, as a list; a dash for nothing."""
    return ", ".join(NAMES[lang()].get(code, code) for code in codes) or formats.MISSING


@register.filter
def words(said: Said) -> str:
    return said.text


@register.filter
def lasting(seconds: float) -> str:
    """A length of time, also of what was earlier."""
    return duration(abs(seconds), lang())


@register.filter
def change(share: float | None) -> str:
    """By how much a share rose or fell, in points of per cent; a dash for None."""
    if share is None:
        return formats.MISSING
    rounded = round(share * 100)
    return _("%(points)s points") % {"points": f"{rounded:+}".replace("-", "−") if rounded else "±0"}


@register.simple_tag
def course_plot(report: IssueReport, course: Course, number: int, *, printed: bool = False) -> Plot | None:
    """The chart of a conversation; ``printed``: with its styles in it."""
    found = plot_of(report, course, f"course{number}")
    return Plot(_printed(found.figure), found.moments) if found and printed else found


@register.filter
def drawn(plot: Plot) -> SafeString:
    return mark_safe(plot.figure)  # noqa: S308 - the chart's macro escapes every foreign text


def _printed(figure: Markup) -> Markup:
    style: Any = Markup("<style>" + PRINTED + "</style><title")  # noqa: S704 - styles of ours
    return figure.replace(Markup("<title"), style, 1)
