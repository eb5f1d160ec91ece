"""Reaction mix, drift, people affected, and the fronts index."""

from __future__ import annotations

import numpy as np
import pytest
from measure_threads import sample_thread, table

from kulanz.core.measures import Baseline, Measures, Role, measure


@pytest.fixture(scope="module")
def great_case() -> Measures:
    return measure(sample_thread("4711"), Baseline(), ["Kontaktor"])


def test_each_person_counts_once_by_the_strongest_role() -> None:
    thread = table(
        "0 a - complaint", "1 b 0 calming", "2 b 0 anger", "3 c 0 sympathy", "4 *s 0", "5 c 0 affected"
    )
    found = measure(thread, Baseline()).reactions
    assert found.roles == (Role.COMPLAINANT, Role.ANNOYED, Role.AFFECTED, Role.STAFF)
    assert found.share(Role.CALMING).tolist() == [0, 0.5, 0, 0, 0, 0]
    assert found.share(Role.SYMPATHISING)[3] == pytest.approx(1 / 3)
    assert found.mix[5, Role.AFFECTED] == 0.25


def test_the_first_to_complain_is_the_complainant_even_when_another_opened() -> None:
    thread = table("0 a - question", "1 b 0 complaint", "2 a 1 complaint")
    assert measure(thread, Baseline()).reactions.roles == (Role.AFFECTED, Role.COMPLAINANT)


def test_an_angry_defender_defends() -> None:
    thread = table("0 a - complaint", "1 b 0 defends,anger")
    assert measure(thread, Baseline()).reactions.roles[1] == Role.DEFENDING


def test_affected_counts_distinct_people_without_opener_and_company() -> None:
    rows = ("0 a - affected", "1 b 0 affected", "2 b 0 complaint", "3 c 0 sympathy", "4 c 0 sympathy,anger")
    thread = table(*rows, "5 *s 0 affected")
    found = measure(thread, Baseline()).reactions
    assert found.affected.tolist() == [0, 1, 1, 1, 2, 2]
    assert found.people_affected == (1, 2)


def test_drift_compares_the_last_eight_posts_with_all_before() -> None:
    rows = [f"{i} p{i} - calming" for i in range(4)] + [f"{i} q{i} - anger" for i in range(4, 12)]
    drift = measure(table(*rows), Baseline()).reactions.drift
    assert np.isnan(drift[:11]).all()
    assert drift[11] == 1


def quarrel(rounds: int) -> list[str]:
    rows = ["0 a - complaint"]
    for i in range(rounds):
        rows += [f"{i} *s {2 * i} policy,dismissive", f"{i} a {2 * i + 1} anger,argues"]
    return rows


def test_a_quarrel_turns_into_fronts_and_stays() -> None:
    found = measure(table(*quarrel(8)), Baseline()).fronts
    assert found.index[-1] > 0.6
    assert found.turned_at is not None
    assert found.turned_at < 6
    assert found.ping_pong_length[-1] == 16
    assert found.stance[0] > 0 > found.stance[1]


def test_fronts_turn_back_when_all_calm_down() -> None:
    calm = [f"{9 + i} {'*s' if i % 2 else 'a'} {12 + i} calming,thanks,empathy" for i in range(40)]
    found = measure(table(*quarrel(6), *calm), Baseline()).fronts
    assert found.turned[12] == found.turned[12]
    assert found.turned_at is None


def test_help_between_friends_has_no_fronts() -> None:
    rows = ["0 a - question"] + [
        f"{i} {'ab'[i % 2]} {i - 1} {'thanks' if i % 2 == 0 else 'affected'}" for i in range(1, 20)
    ]
    found = measure(table(*rows), Baseline()).fronts
    assert found.index.max() < 0.2
    assert found.turned_at is None


def test_great_case_reactions(great_case: Measures) -> None:
    roles = great_case.reactions.roles
    assert 12 <= great_case.reactions.affected[-1] <= 18
    assert roles[0] == Role.COMPLAINANT
    assert roles.count(Role.STAFF) == 4
    assert roles.count(Role.DEFENDING) >= 2


def test_great_case_fronts_turn_when_the_company_argues(great_case: Measures) -> None:
    assert great_case.fronts.turned_at is not None
    assert 43 <= great_case.fronts.turned_at <= 75
    assert great_case.fronts.index[:43].max() < great_case.fronts.index[60:90].mean()


@pytest.mark.parametrize("part", ["polarisation", "contradiction", "clash", "persistence"])
def test_great_case_parts_rise(great_case: Measures, part: str) -> None:
    values = getattr(great_case.fronts, part)
    assert values[75] > values[30]
