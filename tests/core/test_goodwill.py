"""Suggestions of gestures: which fit, what they cost against what is at stake; worth takes nothing away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.gestures import FAULTS, GESTURE_KINDS, Fault, GestureKind
from kulanz.core.goodwill import Circumstances, Fit, History, suggest
from kulanz.core.money import Money
from kulanz.core.stake import (
    CostInputs,
    ExposureInputs,
    LifetimeInputs,
    Range,
    StakeInputs,
    stake,
)
from kulanz.core.standing import COMMUNITY_ROLES, Standing


def eur(minor: int) -> Money:
    return Money.of_minor(minor, "EUR")


def at_stake(
    claim: int | None = 1240, hours: str = "4", views: int = 13_016, revenue: int | None = None
) -> StakeInputs:
    one = Range(Decimal(1), Decimal(1))
    return StakeInputs(
        claim=None if claim is None else eur(claim),
        lifetime=None
        if revenue is None
        else LifetimeInputs(revenue_per_month=eur(revenue), margin=Decimal("0.75"), months=Decimal(24)),
        exposure=ExposureInputs(
            views=views, views_per_day=Decimal(0), days=0, audience=one, spread=one, price=eur(1000)
        ),
        cost=CostInputs(hours=Decimal(hours), hourly=eur(6000), fees=eur(0)),
    )


def standing(role: Any) -> Standing:
    return Standing(
        role=role, roles=(role,), value=40.0, parts=(), freshness=1.0, tenure_days=9, idle_days=0, activity=()
    )


def fits(of: Circumstances) -> dict[GestureKind, Fit]:
    return {each.kind: each for each in suggest(of) if each.fits}


def reasons(fit: Fit) -> list[str]:
    return [each.code for each in fit.reasons]


def test_the_case_of_a_few_euros() -> None:
    found = fits(Circumstances(fault="ours", stake=stake(at_stake())))
    assert set(found) == {"apology", "waive", "credit"}
    waive = found["waive"]
    assert (waive.cost, reasons(waive)) == (eur(1240), ["fault_ours", "going_on_costs"])
    assert waive.low is not None
    assert round(waive.low, 1) == Decimal("29.9")  # 240.00 + 130.16 by 12.40
    assert found["apology"].free


@pytest.mark.parametrize(
    ("fault", "claim", "hours", "views", "wanted"),
    [
        ("theirs", 1240, "4", 0, ["going_on_costs"]),
        ("theirs", 90_000, "4", 10**9, None),
        ("unclear", 90_000, "4", 10**9, ["exposure_costs"]),
        ("unclear", 90_000, "4", 0, None),
        ("ours", 90_000, "0", 0, ["fault_ours"]),
        ("ours", None, "4", 0, None),
    ],
)
def test_when_a_claim_is_waived(
    fault: Fault, claim: int | None, hours: str, views: int, wanted: list[str] | None
) -> None:
    found = fits(Circumstances(fault=fault, stake=stake(at_stake(claim, hours, views))))
    assert (reasons(found["waive"]) if "waive" in found else None) == wanted


def test_a_credit_is_a_month_and_costs_what_is_not_margin() -> None:
    credit = fits(Circumstances(fault="ours", stake=stake(at_stake(revenue=999))))["credit"]
    assert (credit.value, credit.cost) == (eur(999), eur(250))
    assert fits(Circumstances(fault="ours", stake=stake(at_stake())))["credit"].cost is None


def test_what_the_customer_refused_is_not_offered_again() -> None:
    history = History(refused=("apology",), given=("credit", "credit"))
    found = suggest(Circumstances(fault="ours", history=history))
    apology = next(each for each in found if each.kind == "apology")
    assert (apology.fits, reasons(apology)) == (False, ["refused_before"])
    assert next(each for each in found if each.kind == "credit").given == 2


def test_whoever_was_let_down_gets_more_than_words() -> None:
    waited = fits(Circumstances(fault="theirs", history=History(waited_days=9, promises_broken=1)))
    assert set(waited) == {"apology", "credit", "gift"}
    assert reasons(waited["gift"]) == ["promise_broken", "waited"]


def test_amounts_of_several_currencies_are_not_compared() -> None:
    inputs = msgspec.structs.replace(at_stake(), claim=Money.of_minor(1240, "CHF"))
    found = fits(Circumstances(fault="ours", stake=stake(inputs)))["waive"]
    assert (found.low, reasons(found)) == (None, ["fault_ours"])


histories = st.builds(
    History,
    given=st.lists(st.sampled_from(GESTURE_KINDS), max_size=3).map(tuple),
    refused=st.lists(st.sampled_from(GESTURE_KINDS), max_size=3).map(tuple),
    promises_broken=st.integers(0, 3),
    waited_days=st.integers(0, 30),
)
minors = st.integers(0, 10**9)
inputs = st.builds(
    at_stake, claim=st.none() | minors, hours=st.integers(0, 99).map(str), views=st.integers(0, 10**9)
)
standings = st.none() | st.sampled_from(COMMUNITY_ROLES).map(standing)


@given(st.sampled_from(FAULTS), inputs, histories, minors, minors, standings)
def test_what_a_customer_is_worth_never_takes_a_suggestion_away(
    fault: Fault, known: StakeInputs, history: History, less: int, more: int, honour: Standing | None
) -> None:
    """Neither knowing a customer's value and standing, nor a lower value, makes a kind fit no more."""
    without = Circumstances(fault=fault, stake=stake(known), history=history)
    plain = set(fits(without))
    for revenue in (less, more):
        worth = LifetimeInputs(revenue_per_month=eur(revenue), margin=Decimal("0.5"), months=Decimal(9))
        valued = stake(msgspec.structs.replace(known, lifetime=worth))
        with_value = msgspec.structs.replace(without, stake=valued)
        assert set(fits(with_value)) == plain
        assert set(fits(msgspec.structs.replace(with_value, standing=honour))) >= plain


@given(st.sampled_from(FAULTS), st.none() | inputs, histories, standings)
def test_every_kind_is_judged_once_and_says_why(
    fault: Fault, known: StakeInputs | None, history: History, honour: Standing | None
) -> None:
    drawn = stake(known) if known is not None else None
    found = suggest(Circumstances(fault=fault, stake=drawn, standing=honour, history=history))
    assert sorted(each.kind for each in found) == sorted(set(GESTURE_KINDS) - {"own"})
    assert all(each.reasons for each in found)
    assert [each.fits for each in found] == sorted((each.fits for each in found), reverse=True)
    for each in found:
        assert (each.low is None) == (each.high is None)
        if each.low is not None and each.high is not None:
            assert 0 <= each.low <= each.high
