"""When a score makes an issue: the grievance must have weight."""

from __future__ import annotations

import numpy as np
from measure_threads import table

from kulanz.core.measures import Baseline, measure
from kulanz.core.report import STAGES
from kulanz.core.stages import RECENT, StageRules, hostile_share, onset, stages
from kulanz.core.thread import Thread

RULES = StageRules()


def stage(thread: Thread, score: float = 0.9, complaint: float = 0.9) -> list[str]:
    size = len(thread.posts)
    found = stages(thread, np.full(size, complaint), np.full(size, score), measure(thread, Baseline()), RULES)
    return [STAGES[one] for one in found]


def test_one_aggrieved_person_is_a_complaint_however_high_the_score() -> None:
    assert stage(table("0 ann - complaint", "1 ann 0 complaint")) == ["complaint"] * 2


def test_a_second_one_makes_it_an_issue() -> None:
    assert stage(table("0 ann - complaint", "1 bob 0 complaint")) == ["complaint", "issue"]


def test_one_hostile_person_is_enough() -> None:
    assert stage(table("0 ann - complaint", "1 ann 0 distrust")) == ["complaint", "issue"]


def test_the_company_is_nobody_to_count() -> None:
    assert stage(table("0 ann - complaint", "1 *eva 0 complaint")) == ["complaint"] * 2


def test_two_grumblers_among_many_calm_posts_are_no_issue() -> None:
    rows = ["0 ann - complaint", "1 bob 0 complaint", *(f"{i} p{i} 0 question" for i in range(2, 12))]
    found = stage(table(*rows))
    assert found[1] == "issue"
    assert found[-1] == "complaint"


def test_a_crowd_is_an_issue_whatever_its_share() -> None:
    rows = [f"{i} p{i} - complaint" for i in range(RULES.crowd)]
    rows += [f"{i} q{i} 0 question" for i in range(RULES.crowd, 5 * RULES.crowd)]
    assert stage(table(*rows))[-1] == "issue"


def test_without_the_score_nothing_is_an_issue() -> None:
    assert stage(table("0 ann - complaint", "1 bob 0 anger"), score=0.4) == ["complaint"] * 2


def test_a_complaint_is_called_below_one_half() -> None:
    thread = table("0 ann - complaint")
    assert stage(thread, score=0.1, complaint=RULES.complaint_from) == ["complaint"]
    assert stage(thread, score=0.1, complaint=RULES.complaint_from - 0.01) == ["calm"]


def test_the_onset_is_the_first_issue() -> None:
    assert onset(np.array([0, 1, 2, 1])) == 2
    assert onset(np.array([0, 1, 1])) is None


def test_hostile_posts_are_forgotten_one_by_one() -> None:
    rows = [f"{i} ann - anger" for i in range(RECENT)] + [f"{i} bob 0" for i in range(RECENT, 3 * RECENT)]
    fading = [left / RECENT for left in reversed(range(RECENT))]
    assert hostile_share(table(*rows)).tolist() == [1.0] * RECENT + fading + [0.0] * RECENT


def test_hostile_posts_count_among_those_by_people() -> None:
    assert hostile_share(table("0 *eva - anger", "1 ann 0 anger", "2 bob 0")).tolist() == [0.0, 1.0, 0.5]
