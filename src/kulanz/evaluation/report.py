"""Evaluations as JSON for machines and as Markdown tables for documents and terminals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import singledispatch
from typing import Final

from kulanz.core.report import STAGES
from kulanz.evaluation.arithmetic import Quartiles
from kulanz.evaluation.coverage import Coverage
from kulanz.evaluation.forecast import ForecastFigures
from kulanz.evaluation.labels import Calibration, LanguageFigures
from kulanz.evaluation.lead import LeadFigures
from kulanz.evaluation.on_conversations import ForecastEvaluation
from kulanz.evaluation.on_posts import PostsEvaluation
from kulanz.evaluation.on_threads import Ranking, ScanEvaluation
from kulanz.evaluation.ranking import Alarms, Estimate
from kulanz.evaluation.stages import AffectedFigures, StageFigures

Evaluation = ScanEvaluation | PostsEvaluation | ForecastEvaluation
_NONE: Final = "n/a"
_LABEL_HEAD: Final = (
    "label", "support", "predicted", "precision", "recall", "F1", "best F1 (optimistic)", "at threshold",
)  # fmt: skip
_FORECAST_HEAD: Final = (
    "system", "threshold", "accuracy", "precision", "recall", "FPR", "F1", "mean horizon",
    "recovery (CA/N - IA/N)",
)  # fmt: skip


def as_json(evaluation: Evaluation) -> str:
    """Return all figures as one JSON object, null where a figure is not defined."""
    return json.dumps(asdict(evaluation), indent=2, ensure_ascii=False, allow_nan=False)


@singledispatch
def as_markdown(evaluation: Evaluation) -> str:
    """Return the figures as Markdown tables."""
    raise TypeError(f"expected an evaluation, got {type(evaluation).__name__}")


@as_markdown.register
def _scan(evaluation: ScanEvaluation) -> str:
    head = (
        f"{evaluation.threads:,} threads, {evaluation.issues:,} of them at level {evaluation.issue_level}"
        f" or above. {_coverage(evaluation.coverage)}"
    )
    return _document(
        ("Ranking", head, _rankings(evaluation.rankings)),
        ("Alarms", _alarms(evaluation.alarms)),
        ("Lead time (positive: before the reader)", _leads(evaluation)),
        ("Stages", _stages(evaluation.stages)),
        ("Affected people", _affected(evaluation.affected)),
    )


@as_markdown.register
def _posts(evaluation: PostsEvaluation) -> str:
    head = f"{_coverage(evaluation.coverage)} {evaluation.not_scored:,} labelled posts were not scored."
    summary = (
        "Macro F1 by language", head, _macro(evaluation.languages, evaluation.min_support),
    )  # fmt: skip
    labels = [(f"Labels: {one.lang} ({one.posts:,} posts)", _labels(one)) for one in evaluation.languages]
    return _document(summary, *labels, ("Calibration", _calibrations(evaluation.calibration)))


@as_markdown.register
def _forecast(evaluation: ForecastEvaluation) -> str:
    left_out = (
        f"Left out: {evaluation.unplaced:,} derailing conversations without a first toxic post,"
        f" {evaluation.toxic_at_once:,} toxic from the first post."
    )
    rows = [_forecast_row(one) for one in evaluation.systems]
    head = f"{_conversations(evaluation.systems)} {_coverage(evaluation.coverage)} {left_out}"
    return _document(("Derailment forecast", head, _table(_FORECAST_HEAD, rows)))


def _document(*sections: Sequence[str]) -> str:
    return "\n\n".join("\n\n".join((f"### {title}", *parts)) for title, *parts in sections) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in (head, rule, *rows))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _coverage(found: Coverage) -> str:
    text = f"{found.matched:,} of {found.labelled:,} labels met a result."
    if found.missing:
        names = ", ".join(found.missing_examples)
        text += f" **{found.missing:,} labels have no result and are left out** (first: {names})."
    return text + (f" {found.unlabelled:,} results have no label." if found.unlabelled else "")


def _rankings(rankings: Sequence[Ranking]) -> str:
    places = [f"P@{one.k} / R@{one.k}" for one in rankings[0].at_k]
    rows = [
        [
            one.name,
            _estimate(one.average_precision),
            *(f"{_share(at.precision)} / {_share(at.recall)}" for at in one.at_k),
        ]
        for one in rankings
    ]
    return _table(["score", "average precision (95 % interval)", *places], rows)


def _alarms(rules: Sequence[Alarms]) -> str:
    head = ("rule", "alarms", "per 1,000 threads", "false per 1,000", "precision", "recall", "F1")
    rows = [
        [
            one.rule,
            f"{one.alarms:,}",
            _number(one.alarms_per_1000),
            _number(one.false_alarms_per_1000),
            _share(one.precision),
            _share(one.recall),
            _share(one.f1),
        ]
        for one in rules
    ]
    return _table(head, rows)


def _leads(evaluation: ScanEvaluation) -> str:
    head = (
        "onset",
        "threads",
        "found",
        "early",
        "in time",
        "posts: median (quartiles)",
        "hours: median (quartiles)",
    )
    rows = [_lead_row("reported onset post", evaluation.lead)]
    if evaluation.alert_lead:
        rows.append(_lead_row(f"score reaches {evaluation.threshold:g}", evaluation.alert_lead))
    note = f"{evaluation.unplaced_onsets:,} onsets of readers are not among the posts and are left out."
    return _table(head, rows) + (f"\n\n{note}" if evaluation.unplaced_onsets else "")


def _lead_row(name: str, figures: LeadFigures) -> list[str]:
    shares = (figures.share_found, figures.share_early, figures.share_in_time)
    spans = (_quartiles(figures.posts), _quartiles(figures.hours))
    return [name, f"{figures.threads:,}", *(_share(one) for one in shares), *spans]


def _stages(figures: StageFigures) -> str:
    rows = [
        [f"level {level}", *(f"{count:,}" for count in row)] for level, row in enumerate(figures.confusion)
    ]
    note = (
        f"Accuracy {_share(figures.accuracy)}, macro F1 {_share(figures.macro_f1)},"
        f" quadratic weighted kappa {_share(figures.weighted_kappa)}."
    )
    return _table(["read \\ said", *STAGES], rows) + f"\n\n{note}"


def _affected(figures: AffectedFigures) -> str:
    return (
        f"Over {figures.threads:,} threads: mean absolute error {_number(figures.mae)},"
        f" bias {_number(figures.bias)}, Spearman {_share(figures.spearman)}."
    )


def _macro(languages: Sequence[LanguageFigures], min_support: int) -> str:
    head = ("language", "posts", f"labels with {min_support}+", "macro F1", "macro best F1 (optimistic)")
    rows = [
        [
            one.lang,
            f"{one.posts:,}",
            str(one.macro_labels),
            _share(one.macro_f1),
            _share(one.macro_optimistic_f1),
        ]
        for one in languages
    ]
    return _table(head, rows)


def _labels(figures: LanguageFigures) -> str:
    rows = [
        [
            one.label,
            f"{one.support:,}",
            f"{one.predicted:,}",
            *(_share(share) for share in (one.precision, one.recall, one.f1)),
            _share(one.optimistic_f1),
            _share(one.optimistic_threshold),
        ]
        for one in figures.labels
    ]
    return _table(_LABEL_HEAD, rows)


def _calibrations(figures: Sequence[Calibration]) -> str:
    rows = [[one.label, _share(one.ece), _share(one.brier), _bins(one)] for one in figures]
    head = ("label", "expected calibration error", "Brier score", "predicted > true (posts) by bin")
    return _table(head, rows)


def _bins(figures: Calibration) -> str:
    return ", ".join(
        f"{one.mean_predicted:.2f} > {one.share_true:.2f} ({one.posts:,})" for one in figures.bins
    )


def _conversations(systems: Sequence[ForecastFigures]) -> str:
    first = systems[0]
    return f"{first.conversations:,} conversations, {first.derailing:,} derail."


def _forecast_row(one: ForecastFigures) -> list[str]:
    shares = (one.accuracy, one.precision, one.recall, one.false_positive_rate, one.f1)
    recovery = (
        f"{_share(one.recovery)} ({_share(one.correct_adjustments)} - {_share(one.incorrect_adjustments)})"
    )
    return [
        one.name,
        f"{one.threshold:.3g}",
        *(_share(share) for share in shares),
        _number(one.mean_horizon),
        recovery,
    ]


def _estimate(figure: Estimate) -> str:
    if figure.low is None:
        return _share(figure.value)
    return f"{_share(figure.value)} ({_share(figure.low)} to {_share(figure.high)})"


def _quartiles(figure: Quartiles | None) -> str:
    return _NONE if figure is None else f"{figure.median:.1f} ({figure.q1:.1f} to {figure.q3:.1f})"


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{value:.3f}"


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.2f}"
