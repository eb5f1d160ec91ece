"""Charts of one thread as shapes that a template writes as SVG."""

from kulanz.pages.charts.days import days_chart
from kulanz.pages.charts.drawing import Chart
from kulanz.pages.charts.figure import chart_figure
from kulanz.pages.charts.lines import fronts_chart, score_chart
from kulanz.pages.charts.marks import Mark, marks_of
from kulanz.pages.charts.mix import mix_chart

__all__ = [
    "Chart",
    "Mark",
    "chart_figure",
    "days_chart",
    "fronts_chart",
    "marks_of",
    "mix_chart",
    "score_chart",
]
