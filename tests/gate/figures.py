"""What the gate measures: figures of the shipped models on labelled files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from kulanz import evaluation, models
from kulanz.api import make_draft_check
from kulanz.batch import scan, sorted_groups
from kulanz.core.analysis import Analyser
from kulanz.core.measures import Baseline
from kulanz.core.report import PostFinding
from kulanz.evaluation import Belief, PostSignals
from kulanz.evaluation.files import read_derailment_labels, read_post_labels, read_thread_labels
from kulanz.evaluation.labelled import POST_ID, labelled_posts
from kulanz.evaluation.on_drafts import evaluate_drafts
from kulanz.sources import ReadOptions, read

LANGUAGES = ("all", "de", "en")


def analyser(baseline: Baseline | None = None) -> Analyser:
    return Analyser(models.load(), baseline=baseline)


def labels_of(files: Iterable[Path], reader: Callable[[Path], Iterable[Any]]) -> list[Any]:
    return [label for file in files for label in reader(file)]


def thread_figures(inputs: list[Path], labels: list[Path]) -> dict[str, float]:
    with scan(inputs, analyser) as result:
        found = evaluation.evaluate_scan(list(result), read(inputs), labels_of(labels, read_thread_labels))
    return {
        "average_precision": found.rankings[0].average_precision.value or 0.0,
        "stage_kappa": found.stages.weighted_kappa or 0.0,
    }


def findings(inputs: list[Path]) -> Iterable[PostFinding]:
    for group in sorted_groups(inputs):
        yield from analyser().post_findings(group)


def post_figures(inputs: list[Path], labels: list[Path]) -> dict[str, float]:
    signals = [PostSignals.of(finding) for finding in findings(inputs)]
    found = evaluation.evaluate_posts(signals, labels_of(labels, read_post_labels))
    return {
        f"macro_f1_{figures.lang}": figures.macro_f1 or 0.0
        for figures in found.languages
        if figures.lang in LANGUAGES
    }


def reaction_figures(inputs: list[Path], _: list[Path]) -> dict[str, float]:
    (path,) = inputs
    posts, labels = labelled_posts(path)
    signals = [PostSignals.of(finding) for finding in analyser().post_findings(posts)]
    found = evaluation.evaluate_posts([one for one in signals if one.post_id == POST_ID], labels)
    return {f"macro_f1_{figures.lang}": figures.macro_f1 or 0.0 for figures in found.languages}


def forecast_figures(inputs: list[Path], labels: list[Path]) -> dict[str, float]:
    options = ReadOptions(keep_extra=True)
    placed = evaluation.placed(labels_of(labels, read_derailment_labels), read(inputs, options=options))
    pairs = (pair for group in sorted_groups(inputs) for pair in analyser().beliefs(group))
    beliefs = [
        Belief(thread_id=post.thread_id, post_id=post.post_id, belief=belief) for post, belief in pairs
    ]
    (found,) = evaluation.evaluate_forecast(beliefs, placed).systems
    return {
        "accuracy": found.accuracy or 0.0,
        "false_alarms_avoided": 1 - (1.0 if found.false_positive_rate is None else found.false_positive_rate),
    }


def draft_figures(inputs: list[Path], _: list[Path]) -> dict[str, float]:
    from kulanz.learning.drafts import read_drafts  # noqa: PLC0415 - needs the extra "train"

    (path,) = inputs
    check = make_draft_check()
    pairs = [(one, check.check(one.as_draft(), one.thread())) for one in read_drafts(path)]
    figures = {}
    for lang in ("de", "en"):
        found = evaluate_drafts([pair for pair in pairs if pair[0].lang == lang])
        figures[f"macro_f1_good_{lang}"] = found.macro_f1_good
        figures[f"macro_f1_bad_{lang}"] = found.macro_f1_bad
        figures[f"spared_{lang}"] = 1 - found.alarmed / found.clean
    return figures | {"blocks_precision": evaluate_drafts(pairs).blocks.precision or 0.0}


FIGURES = {
    "drafts": draft_figures,
    "threads": thread_figures,
    "posts": post_figures,
    "reactions": reaction_figures,
    "forecast": forecast_figures,
}


def digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()


def resolved(names: Iterable[str], root: Path) -> list[Path]:
    return [root / name for name in names]
