"""Bars over time in the language of the page that is being made."""

from __future__ import annotations

from markupsafe import Markup

from kulanz.desk.templatetags.desk import lang
from kulanz.pages.charts import bars
from kulanz.pages.charts.bars import BarPlot, Bars

__all__ = ["BarPlot", "Bars", "bar_figure"]


def bar_figure(plot: BarPlot) -> Markup:
    """Return bars as a figure with its SVG."""
    return bars.bar_figure(plot, lang())
