"""Why a thread ranks where it does: what a reason rests on, and how much it weighs."""

from __future__ import annotations

from itertools import pairwise

import pytest
from measure_threads import sample_thread, table

from kulanz.core.measures import Baseline, measure
from kulanz.core.reasons import Fired, fired
from kulanz.core.thread import Thread


def found(thread: Thread) -> dict[str, Fired]:
    return {one.code: one for one in fired(thread, measure(thread, Baseline()))}


@pytest.mark.parametrize(
    ("said", "aggrieved"),
    [("sympathy", False), ("anger", False), ("sympathy,anger", True), ("affected", True)],
)
def test_who_feels_with_others_is_aggrieved_only_when_angry_too(said: str, aggrieved: bool) -> None:
    reasons = found(table("0 ann -", f"1 bob 0 {said}", "2 *eva 1 dismissive"))
    assert ("dismissive" in reasons) == aggrieved


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("complaint", "{n} p{n} - complaint"),
        ("threat", "{n} p{n} - threat"),
        ("shared", "{n} p{n} - affected"),
        ("waiting", "{n} ann - complaint,question"),
        ("dismissive", "{n} *eva 0 dismissive"),
        ("policy", "{n} *eva 0 policy"),
    ],
)
def test_a_reason_weighs_more_with_every_post_it_rests_on(code: str, row: str) -> None:
    rows = ["0 ann - complaint", *(row.format(n=number) for number in range(1, 5)), "40 bob 0"]
    weights = [found(table(*rows[: end + 1], rows[-1]))[code].strength for end in range(1, 5)]
    assert all(less < more for less, more in pairwise(weights))


def test_no_reason_weighs_more_than_one() -> None:
    storm = table(
        *(f"{20 * hour} p{hour} -" for hour in range(10)), *(f"{180 + n / 60} q{n} -" for n in range(20))
    )
    crowd = table(
        "0 ann - threat", *(f"{n} p{n} 0 threat,complaint,question" for n in range(30)), "90 *eva 0 policy"
    )
    for thread in (storm, crowd, sample_thread("4711")):
        assert all(0 < one.strength <= 1 for one in found(thread).values())
    assert "burst" in found(storm)
