from __future__ import annotations

from dataclasses import replace

from kulanz.core.decision import Policy, decide

QUICK = Policy(threshold=0.5, min_posts=1, defer_posts=0, defer_hours=0, cool_down_hours=10, rise=0.3)


def verdicts(policy: Policy, scores: list[float], hours: list[float | None] | None = None) -> list[str]:
    times = hours or [float(number) for number in range(len(scores))]
    return [one.verdict for one in decide(policy, scores, times, [1] * len(scores))]


def test_low_scores_are_quiet() -> None:
    assert verdicts(QUICK, [0.1, 0.49]) == ["quiet", "quiet"]


def test_the_first_high_score_alerts_and_then_cools() -> None:
    assert verdicts(QUICK, [0.5, 0.6, 0.6]) == ["alert", "cooling", "cooling"]


def test_the_alert_comes_again_after_the_cool_down() -> None:
    assert verdicts(QUICK, [0.5, 0.6, 0.6], [0, 5, 10]) == ["alert", "cooling", "alert"]


def test_a_rise_breaks_the_cool_down() -> None:
    assert verdicts(QUICK, [0.5, 0.8]) == ["alert", "alert"]


def test_an_alert_cools_at_any_score() -> None:
    for score in (0.0, 1.0):
        assert verdicts(replace(QUICK, threshold=0), [score, score]) == ["alert", "cooling"]


def test_without_times_only_a_rise_alerts_again() -> None:
    assert verdicts(QUICK, [0.5, 0.6, 0.85], [None] * 3) == ["alert", "cooling", "alert"]


def test_too_little_evidence_waits() -> None:
    policy = Policy(threshold=0.5, min_posts=2, defer_posts=0)
    found = decide(policy, [0.9, 0.9], [0, 1], [1, 2])
    assert [one.verdict for one in found] == ["evidence", "alert"]


def test_a_score_must_last_for_posts_or_hours() -> None:
    policy = Policy(threshold=0.5, defer_posts=2, defer_hours=6)
    assert verdicts(policy, [0.9, 0.9, 0.9], [0, 1, 2]) == ["deferred", "deferred", "alert"]
    assert verdicts(policy, [0.9, 0.9], [0, 6]) == ["deferred", "alert"]


def test_a_dip_starts_the_waiting_again() -> None:
    policy = Policy(threshold=0.5, defer_posts=1)
    assert verdicts(policy, [0.9, 0.1, 0.9, 0.9]) == ["deferred", "quiet", "deferred", "alert"]
