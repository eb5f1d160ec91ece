"""A chart as an element of a page."""

from __future__ import annotations

from functools import cache
from typing import Any

from markupsafe import Markup

from kulanz.pages.charts.drawing import Chart
from kulanz.pages.environment import environment


def chart_figure(chart: Chart, key: str) -> Markup:
    """Return a chart as a figure with its SVG; ``key`` begins the ids in it, one chart each."""
    # the macro escapes every foreign text
    return Markup(_macros().chart(chart, key))  # noqa: S704


@cache
def _macros() -> Any:
    return environment().get_template("macros.html.j2").module
