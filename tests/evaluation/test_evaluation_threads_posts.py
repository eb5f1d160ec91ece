"""Whole evaluations of scans and posts, and what is reported of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from kulanz.core.posts import Post
from kulanz.core.report import Stage, ThreadReport
from kulanz.evaluation import (
    PostLabel,
    PostSignals,
    ThreadLabel,
    as_json,
    as_markdown,
    evaluate_forecast,
    evaluate_posts,
    evaluate_scan,
)
from kulanz.evaluation.lead import Lead, first_crossing, lead_figures

START = datetime(2024, 5, 1, tzinfo=UTC)


def _report(
    name: str, score: float, stage: Stage, onset: int | None = None, affected: int = 0
) -> ThreadReport:
    return ThreadReport(
        thread_id=name,
        rank=0,
        score=score,
        stage=stage,
        onset_post=None if onset is None else f"{name}-{onset}",
        affected=affected,
        reasons=(),
        signals={},
    )


def _label(name: str, level: int, onset: int | None = None, affected: int | None = 0) -> ThreadLabel:
    onset_post = None if onset is None else f"{name}-{onset}"
    return ThreadLabel(thread_id=name, level=level, onset_post=onset_post, affected=affected)


def _thread(name: str, posts: int, *, timed: bool = True) -> list[Post]:
    return [
        Post(
            thread_id=name,
            post_id=f"{name}-{n}",
            author_id=None,
            created_at=START + timedelta(hours=2 * n) if timed else None,
            text="x",
        )
        for n in range(1, posts + 1)
    ]


REPORTS = [
    _report("a", 0.9, "escalated", onset=2, affected=4),
    _report("b", 0.7, "issue", onset=5),
    _report("c", 0.6, "issue", onset=1),
    _report("d", 0.1, "calm"),
    _report("z", 0.8, "issue"),
]
LABELS = [
    _label("a", 3, onset=4, affected=6),
    _label("b", 2, onset=3),
    _label("c", 1, affected=None),
    _label("d", 2, onset=1),
    _label("e", 2, onset=1),
    _label("f", 0),
]
POSTS = [*reversed(_thread("a", 6)), *_thread("b", 6, timed=False), *_thread("c", 2), *_thread("d", 2)]


def test_scan_by_hand() -> None:
    found = evaluate_scan(REPORTS, POSTS, LABELS, k=(1, 4), draws=50, baselines={"posts": {"a": 6, "b": 6}})
    assert (found.coverage.matched, found.coverage.missing, found.coverage.unlabelled) == (4, 2, 1)
    assert found.coverage.missing_examples == ("e", "f")
    assert (found.threads, found.issues) == (4, 3)
    ours, posts = found.rankings
    assert ours.average_precision.value == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert [at.precision for at in ours.at_k] == [1, 0.75]
    assert (posts.name, posts.at_k[0].precision) == ("posts", 1)
    by_score, by_stage = found.alarms
    assert (by_score.alarms_per_1000, by_stage.rule, by_stage.false_alarms_per_1000) == (
        750,
        "stage >= issue",
        250,
    )
    assert (found.lead.threads, found.lead.found, found.lead.early, found.lead.in_time) == (3, 2, 1, 1)
    assert found.lead.posts is not None
    assert (found.lead.posts.median, found.alert_lead, found.unplaced_onsets) == (0, None, 0)
    assert found.lead.hours is not None
    assert found.lead.hours.median == 4
    assert found.stages.confusion[1] == (0, 0, 1, 0)
    assert found.affected.threads == 3
    assert found.affected.mae == pytest.approx(2 / 3)


def test_alert_lead_comes_from_the_series() -> None:
    series: dict[str, list[float | None]] = {
        "a": [0.6, 0.1, None, 0.9],
        "b": [None, 0.2, 0.1],
        "d": [0.5, 0.0],
    }
    found = evaluate_scan(REPORTS, POSTS, LABELS, series=series, draws=0).alert_lead
    assert found is not None
    assert (found.threads, found.found, found.early, found.in_time) == (3, 2, 1, 2)
    assert first_crossing([None, 0.4], 0.5) is None


def test_an_onset_that_is_not_among_the_posts_is_counted() -> None:
    found = evaluate_scan(REPORTS, _thread("a", 3), LABELS, draws=0)
    assert (found.unplaced_onsets, found.lead.threads) == (3, 0)
    assert "3 onsets of readers are not among the posts" in as_markdown(found)


def test_lead_of_nothing_and_without_times() -> None:
    assert lead_figures([]).share_found is None
    figures = lead_figures([Lead(2, None), None])
    assert (figures.share_found, figures.hours) == (0.5, None)


def test_empty_scan_is_reported_without_figures() -> None:
    found = evaluate_scan([], [], [])
    assert found.rankings[0].average_precision.value is None
    assert json.loads(as_json(found))["stages"]["weighted_kappa"] is None
    assert "n/a" in as_markdown(found)


def test_scan_markdown_warns_of_labels_left_out() -> None:
    text = as_markdown(evaluate_scan(REPORTS, POSTS, LABELS, k=(5,), draws=20))
    assert "**2 labels have no result and are left out** (first: e, f)" in text
    assert "| kulanz | 0.917 (" in text
    assert "| level 1 | 0 | 0 | 1 | 0 |" in text


def _signals(name: str, lang: str | None, **signals: float | None) -> PostSignals:
    return PostSignals(thread_id=name, post_id="1", lang=lang, signals=signals)


def test_posts_match_by_thread_and_post_or_by_post_alone() -> None:
    signals = [
        _signals("a", "de", anger=0.9),
        _signals("b", "en", anger=0.2, thanks=None),
        _signals("c", None),
    ]
    labels = [
        PostLabel(thread_id="a", post_id="1", labels=("anger",)),
        PostLabel(thread_id="b", post_id="1", labels=("anger",), lang="en"),
        PostLabel(thread_id="c", post_id="1", labels=()),
    ]
    found = evaluate_posts(signals, labels, min_support=1)
    assert [one.lang for one in found.languages] == ["all", "de", "en", "unknown"]
    assert [one.macro_f1 for one in found.languages] == [pytest.approx(2 / 3), 1, 0, None]
    assert (found.coverage.matched, found.not_scored) == (3, 1)
    alone = evaluate_posts(signals[:1], [PostLabel(post_id="1", labels=("anger",))], min_support=1)
    assert (alone.coverage.missing, alone.languages[0].macro_f1) == (0, 1)


def test_posts_report_marks_the_optimistic_column() -> None:
    text = as_markdown(evaluate_posts([], [PostLabel(post_id="1", labels=())]))
    assert "best F1 (optimistic)" in text
    assert "0 of 1 labels met a result" in text


def test_a_hostile_name_cannot_break_the_table() -> None:
    baselines = {"a | b\n| c": {"a": 1.0}}
    found = evaluate_scan(REPORTS, POSTS, LABELS, draws=0, baselines=baselines)
    assert "| a \\| b \\| c |" in as_markdown(found)


def test_forecast_report() -> None:
    found = evaluate_forecast([], [])
    assert json.loads(as_json(found))["systems"][0]["recovery"] is None
    assert "| kulanz | 0.5 | n/a |" in as_markdown(found)
