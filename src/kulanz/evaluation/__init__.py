"""Figures from results and labels: how good, how early, how calibrated.

The three entries are ``evaluate_scan``, ``evaluate_posts`` and ``evaluate_forecast``; what they
return goes into ``as_json`` or ``as_markdown``. Only ``files`` reads anything.
"""

from kulanz.evaluation.errors import EvaluationError, LabelFileError, MissingExtraError
from kulanz.evaluation.on_conversations import ForecastEvaluation, evaluate_forecast, placed
from kulanz.evaluation.on_posts import PostsEvaluation, evaluate_posts
from kulanz.evaluation.on_threads import ScanEvaluation, evaluate_scan
from kulanz.evaluation.report import as_json, as_markdown
from kulanz.evaluation.shapes import Belief, DerailmentLabel, PostLabel, PostSignals, ThreadLabel

__all__ = [
    "Belief",
    "DerailmentLabel",
    "EvaluationError",
    "ForecastEvaluation",
    "LabelFileError",
    "MissingExtraError",
    "PostLabel",
    "PostSignals",
    "PostsEvaluation",
    "ScanEvaluation",
    "ThreadLabel",
    "as_json",
    "as_markdown",
    "evaluate_forecast",
    "evaluate_posts",
    "evaluate_scan",
    "placed",
]
