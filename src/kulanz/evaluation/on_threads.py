"""What ``kulanz scan`` found against what readers found, thread by thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kulanz.core.posts import Post
from kulanz.core.report import STAGES, ThreadReport
from kulanz.core.thread import Bools, Floats
from kulanz.evaluation.coverage import Coverage, coverage, threads_of
from kulanz.evaluation.lead import Lead, LeadFigures, first_crossing, lead, lead_figures, position
from kulanz.evaluation.ranking import DRAWS, Alarms, AtK, Estimate, alarms, alarms_at, at_k, average_precision
from kulanz.evaluation.ranking import estimate as with_interval
from kulanz.evaluation.shapes import ThreadLabel
from kulanz.evaluation.stages import AffectedFigures, StageFigures, affected_figures, stage_figures

DEFAULT_K: Final = (5, 10, 27, 50)
ISSUE_LEVEL: Final = 2
Series = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well one score ranks the issues first; ``threads`` is how many it scored."""

    name: str
    threads: int
    average_precision: Estimate
    at_k: tuple[AtK, ...]


@dataclass(frozen=True, slots=True)
class ScanEvaluation:
    """All figures of one scan. ``issues`` are threads at the issue level or above.

    ``rankings`` begins with Kulanz, then come the baselines, all over the same threads.
    ``lead`` is that of the reported onset post, ``alert_lead`` that of the first post at which
    the score series reached ``threshold`` (None where no series were given).
    ``unplaced_onsets`` counts onsets of readers whose post is not among the posts.
    """

    coverage: Coverage
    threads: int
    issues: int
    issue_level: int
    threshold: float
    rankings: tuple[Ranking, ...]
    alarms: tuple[Alarms, ...]
    lead: LeadFigures
    alert_lead: LeadFigures | None
    unplaced_onsets: int
    stages: StageFigures
    affected: AffectedFigures


@dataclass(frozen=True, slots=True)
class _Pair:
    """A thread with both verdicts and its posts in time order."""

    label: ThreadLabel
    report: ThreadReport
    posts: Sequence[Post]

    @property
    def due(self) -> int | None:
        """Index of the reader's onset post."""
        return position(self.posts, self.label.onset_post)


def evaluate_scan(  # noqa: PLR0913 - options with defaults, given by name
    reports: Iterable[ThreadReport],
    posts: Iterable[Post],
    labels: Iterable[ThreadLabel],
    *,
    k: Sequence[int] = DEFAULT_K,
    threshold: float = 0.5,
    issue_level: int = ISSUE_LEVEL,
    series: Mapping[str, Series] | None = None,
    baselines: Mapping[str, Mapping[str, float]] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> ScanEvaluation:
    """Measure reports against labels.

    ``series`` maps thread_id to the score after every post in time order, ``baselines`` a
    name to scores by thread_id (a thread it leaves out has 0). Posts may come in any order.
    """
    given = {label.thread_id: label for label in labels}
    found = {report.thread_id: report for report in reports}
    pairs = _pairs(found, posts, given)
    relevant = np.array([pair.label.level >= issue_level for pair in pairs], dtype=bool)
    score = np.array([pair.report.score for pair in pairs], dtype=np.float64)
    stage = np.array([STAGES.index(pair.report.stage) for pair in pairs], dtype=np.int64)
    scores = {"kulanz": score, **{name: _scores(pairs, by) for name, by in (baselines or {}).items()}}
    due = [pair for pair in pairs if pair.due is not None]
    return ScanEvaluation(
        coverage=coverage(given, found),
        threads=len(pairs),
        issues=int(relevant.sum()),
        issue_level=issue_level,
        threshold=threshold,
        rankings=tuple(
            ranking(name, relevant, one, k, draws=draws, seed=seed) for name, one in scores.items()
        ),
        alarms=(
            alarms_at(threshold, relevant, score),
            alarms("stage >= issue", relevant, stage >= ISSUE_LEVEL),
        ),
        lead=lead_figures([_lead(pair, position(pair.posts, pair.report.onset_post)) for pair in due]),
        alert_lead=_alert_lead(due, series, threshold),
        unplaced_onsets=sum(pair.label.onset_post is not None for pair in pairs) - len(due),
        stages=stage_figures(np.array([pair.label.level for pair in pairs], dtype=np.int64), stage),
        affected=_affected(pairs),
    )


def ranking(
    name: str, relevant: Bools, score: Floats, k: Sequence[int], *, draws: int = DRAWS, seed: int = 0
) -> Ranking:
    """Return average precision with its interval, and precision and recall at every k."""
    precision = with_interval(average_precision, relevant, score, draws=draws, seed=seed)
    return Ranking(name, len(score), precision, tuple(at_k(one, relevant, score) for one in k))


def _pairs(
    reports: Mapping[str, ThreadReport], posts: Iterable[Post], labels: Mapping[str, ThreadLabel]
) -> list[_Pair]:
    matched = [label for name, label in labels.items() if name in reports]
    threads = threads_of(post for post in posts if post.thread_id in labels)
    return [_Pair(label, reports[label.thread_id], threads.get(label.thread_id, ())) for label in matched]


def _scores(pairs: Sequence[_Pair], by_thread: Mapping[str, float]) -> Floats:
    return np.array([by_thread.get(pair.label.thread_id, 0.0) for pair in pairs], dtype=np.float64)


def _lead(pair: _Pair, system: int | None) -> Lead | None:
    if pair.due is None or system is None:
        return None
    return lead(pair.posts, pair.due, system)


def _alert_lead(
    due: Sequence[_Pair], series: Mapping[str, Series] | None, threshold: float
) -> LeadFigures | None:
    if series is None:
        return None
    crossings = [first_crossing(series.get(pair.label.thread_id, ()), threshold) for pair in due]
    return lead_figures(list(map(_lead, due, crossings)))


def _affected(pairs: Sequence[_Pair]) -> AffectedFigures:
    both = [
        (float(pair.label.affected), float(pair.report.affected))
        for pair in pairs
        if pair.label.affected is not None
    ]
    columns = np.array(both, dtype=np.float64).reshape(-1, 2)
    return affected_figures(columns[:, 0], columns[:, 1])
