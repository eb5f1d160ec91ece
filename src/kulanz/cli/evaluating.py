"""What ``kulanz evaluate`` reads and runs before it measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import click

from kulanz import evaluation
from kulanz.batch import scan
from kulanz.cli.options import Inputs, Perspective, Working
from kulanz.cli.reading import groups_of_posts
from kulanz.cli.session import Session
from kulanz.core.analysis import threads_of
from kulanz.core.decision import Policy
from kulanz.core.posts import Post
from kulanz.core.report import ThreadReport
from kulanz.evaluation import (
    Belief,
    DerailmentLabel,
    ForecastEvaluation,
    PostsEvaluation,
    PostSignals,
    ScanEvaluation,
    baselines,
    files,
)
from kulanz.evaluation.on_conversations import event_indexes
from kulanz.evaluation.on_threads import DEFAULT_K
from kulanz.sources import read

if TYPE_CHECKING:
    from kulanz.core.measures.baseline import Baseline

Threads = dict[str, list[Post]]
Series = dict[str, Sequence[float | None]]
_ALL_TIMES = Working(as_of=None, since=None, temp_dir=None)


@dataclass(frozen=True, slots=True)
class ThreadChoices:
    """Options of ``kulanz evaluate threads``."""

    labels: str
    against: str | None
    baselines: tuple[str, ...]
    k: tuple[int, ...]
    threshold: float | None
    issue_level: int


@dataclass(frozen=True, slots=True)
class PostChoices:
    """Options of ``kulanz evaluate posts``."""

    labels: str
    against: str | None
    min_support: int


@dataclass(frozen=True, slots=True)
class ForecastChoices:
    """Options of ``kulanz evaluate forecast``."""

    labels: str
    against: str | None
    baselines: tuple[str, ...]
    threshold: float


def evaluated_threads(
    inputs: Inputs, perspective: Perspective, session: Session, choices: ThreadChoices
) -> ScanEvaluation:
    """Scan, or read what a scan wrote, and measure it."""
    labels = files.read_thread_labels(choices.labels)
    if choices.against is None:
        reports, baseline = _scanned(inputs, perspective, session)
    else:
        reports, baseline = files.read_reports(choices.against), None
    names = {label.thread_id for label in labels}
    threads = _labelled(inputs, session, names, again=choices.against is None)
    relevant = {label.thread_id: label.level >= choices.issue_level for label in labels}
    return evaluation.evaluate_scan(
        reports,
        chain.from_iterable(threads.values()),
        labels,
        k=choices.k or DEFAULT_K,
        threshold=Policy().threshold if choices.threshold is None else choices.threshold,
        issue_level=choices.issue_level,
        series=None if baseline is None else _series(threads, perspective, baseline),
        baselines={name: _BASELINES[name](threads, relevant) for name in choices.baselines},
    )


def evaluated_posts(
    inputs: Inputs, perspective: Perspective, session: Session, choices: PostChoices
) -> PostsEvaluation:
    """Run the signals, or read what they wrote, and measure them."""
    labels = files.read_post_labels(choices.labels)
    lines = (
        _signals(_given(inputs), perspective, session)
        if choices.against is None
        else files.read_signals(choices.against)
    )
    return evaluation.evaluate_posts(lines, labels, min_support=choices.min_support)


def evaluated_forecast(
    inputs: Inputs, perspective: Perspective, session: Session, choices: ForecastChoices
) -> ForecastEvaluation:
    """Run the forecast, or read what it wrote, and measure it."""
    labels = files.read_derailment_labels(choices.labels)
    if inputs.paths:
        found = read(inputs.paths, options=inputs.read_options(keep_extra=True))
        labels = evaluation.placed(labels, found)
    if choices.against is None:
        beliefs = _believed(_given(inputs), perspective, session)
    else:
        beliefs = files.read_beliefs(choices.against)
    others = {name: _tfidf_beliefs(_given(inputs), labels, session) for name in choices.baselines}
    return evaluation.evaluate_forecast(beliefs, labels, threshold=choices.threshold, baselines=others)


def _scanned(
    inputs: Inputs, perspective: Perspective, session: Session
) -> tuple[list[ThreadReport], Baseline]:
    options = _ALL_TIMES.batch_options(inputs)
    with scan(
        inputs.paths, perspective.factory(), problems=session.problems, options=options, progress=session
    ) as result:
        return list(result), result.baseline


def _labelled(inputs: Inputs, session: Session, names: set[str], *, again: bool) -> Threads:
    """Return the posts of labelled threads, in order."""
    groups = groups_of_posts(inputs, _ALL_TIMES, session, again=again)
    threads = chain.from_iterable(map(threads_of, groups))
    return {posts[0].thread_id: posts for posts in threads if posts[0].thread_id in names}


def _series(threads: Threads, perspective: Perspective, baseline: Baseline) -> Series:
    analyser = perspective.analyser(baseline)
    return {name: analyser.detail(posts).series["score"] for name, posts in threads.items()}


def _signals(inputs: Inputs, perspective: Perspective, session: Session) -> Iterator[PostSignals]:
    analyser = perspective.analyser()
    groups = groups_of_posts(inputs, _ALL_TIMES, session)
    yield from map(PostSignals.of, chain.from_iterable(map(analyser.post_findings, groups)))


def _believed(inputs: Inputs, perspective: Perspective, session: Session) -> Iterator[Belief]:
    analyser = perspective.analyser()
    groups = groups_of_posts(inputs, _ALL_TIMES, session)
    for post, belief in chain.from_iterable(map(analyser.beliefs, groups)):
        yield Belief(thread_id=post.thread_id, post_id=post.post_id, belief=belief)


def _tfidf_beliefs(inputs: Inputs, labels: Sequence[DerailmentLabel], session: Session) -> list[Belief]:
    names = {label.thread_id for label in labels}
    threads = _labelled(inputs, session, names, again=True)
    return baselines.tfidf_beliefs(threads, event_indexes(labels, threads))


def _given(inputs: Inputs) -> Inputs:
    if not inputs.paths:
        raise click.UsageError("expected PATH... or --against: say which posts, or which results")
    return inputs


def _post_counts(threads: Threads, _relevant: Mapping[str, bool]) -> dict[str, float]:
    return baselines.post_counts(threads)


def _vader(threads: Threads, _relevant: Mapping[str, bool]) -> dict[str, float]:
    return baselines.vader_negativity(threads)


_BASELINES: dict[str, Callable[[Threads, Mapping[str, bool]], dict[str, float]]] = {
    "posts": _post_counts,
    "vader": _vader,
    "tfidf": baselines.tfidf_scores,
}
