"""Plots of what a gesture brought about, and of what is spent on whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from markupsafe import Markup

from kulanz.core.money import Money
from kulanz.desk.queries.effects import STEPS, Span
from kulanz.desk.queries.loudness import Spent
from kulanz.desk.templatetags.desk import lang
from kulanz.desk.templatetags.values import value
from kulanz.desk.web.plots import BarPlot, Bars, bar_figure
from kulanz.pages import formats


def effect_figures(spans: Sequence[Span]) -> tuple[Markup, ...]:
    """Return posts of the customer and of everybody, by ten days around a gesture; none without spans."""
    if not spans:
        return ()
    flags = ((STEPS - 0.5, "G"),)
    places = [str(span.day) for span in spans]
    unit = _("by ten days; G is the gesture, numbers are days from it")
    calm = [span.posts - span.upset for span in spans]
    own = BarPlot(
        key="customer",
        title=_("Posts of the customer"),
        unit=unit,
        said=_said([span.posts for span in spans]),
        places=places,
        stacks=[Bars(_("upset"), [span.upset for span in spans]), Bars(_("others"), calm)],
        flags=flags,
    )
    everybody = [span.conversation for span in spans]
    conversation = BarPlot(
        key="conversation",
        title=_("Posts of everybody in the conversations"),
        unit=unit,
        said=_said(everybody),
        places=places,
        stacks=[Bars(_("posts"), everybody)],
        flags=flags,
    )
    return bar_figure(own), bar_figure(conversation)


def spending_figure(spent: Spent, months: Sequence[date]) -> Markup:
    """Return what was spent by month, on loud customers below and on quiet ones above."""
    said = _("%(loud)s on loud customers, %(quiet)s on quiet ones.") % {
        "loud": value(spent.loud),
        "quiet": value(spent.quiet),
    }
    return bar_figure(
        BarPlot(
            key=f"spent{spent.currency}",
            title=_("Spent by month, in %(currency)s") % {"currency": spent.currency},
            unit=_("by the month in which it was approved"),
            said=said,
            places=[formats.month(each, lang()) for each in months],
            stacks=[
                Bars(_("loud"), [float(each.amount) for each in spent.loud_months]),
                Bars(_("quiet"), [float(each.amount) for each in spent.quiet_months]),
            ],
        )
    )


def spending_rows(spent: Spent, months: Sequence[date]) -> list[tuple[str, Money, Money]]:
    """Return the same as lines of a table: month, loud, quiet."""
    named = (formats.month(each, lang()) for each in months)
    return list(zip(named, spent.loud_months, spent.quiet_months, strict=True))


def _said(posts: Sequence[int]) -> str:
    before = sum(posts[:STEPS])
    return _("%(before)s posts in the 60 days before, %(after)s in the 60 days after.") % {
        "before": before,
        "after": sum(posts) - before,
    }
