"""Limits and budgets of gestures as pure rules: arithmetic that never lets more through than there is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.money import Money
from kulanz.desk.rules.amounts import MOST_MINOR, amount, typed
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.limits import (
    Limit,
    Means,
    NoLimitError,
    Purse,
    Wanted,
    check_approval,
    check_grant,
    check_second,
    widest,
)
from kulanz.desk.rules.months import month_of

pytestmark = pytest.mark.any_database

PROPOSER, OTHER, PARTY = 1, 2, 3


def eur(minor: int) -> Money:
    return Money.of_minor(minor, "EUR")


minors = st.integers(0, MOST_MINOR)
amounts = minors.map(eur)
limits = st.lists(minors, min_size=3, max_size=3).map(lambda three: Limit(*map(eur, sorted(three))))
purses = st.builds(Purse, amounts, amounts)
wants = st.builds(
    Wanted, proposer=st.just(PROPOSER), value=amounts, cost=amounts, parties=st.just(frozenset({PARTY}))
)
means = st.builds(Means, limit=limits, month=amounts, budget=st.none() | purses)


def lets(check: object, member: int, wanted: Wanted, given_means: Means) -> bool:
    try:
        check(member, wanted, given_means)  # type: ignore[operator]
    except RuleError:
        return False
    return True


@given(wants, means)
def test_whoever_grants_stays_below_every_limit(wanted: Wanted, having: Means) -> None:
    if not lets(check_grant, PROPOSER, wanted, having):
        return
    assert max(wanted.value, wanted.cost) <= having.limit.alone
    _within(wanted, having)


@given(wants, means)
def test_whoever_approves_stays_below_every_limit(wanted: Wanted, having: Means) -> None:
    if not lets(check_approval, OTHER, wanted, having):
        return
    assert max(wanted.value, wanted.cost) <= having.limit.each
    _within(wanted, having)


def _within(wanted: Wanted, having: Means) -> None:
    if wanted.weight.amount:
        assert having.month + wanted.weight <= having.limit.month
        if having.budget is not None:
            assert having.budget.used + wanted.weight <= having.budget.most


@given(wants, means, amounts)
def test_a_smaller_gesture_is_never_refused_where_a_greater_one_is_not(
    wanted: Wanted, having: Means, less: Money
) -> None:
    smaller = Wanted(
        proposer=PROPOSER, value=min(less, wanted.value), cost=min(less, wanted.cost), parties=wanted.parties
    )
    for check, member in ((check_grant, PROPOSER), (check_approval, OTHER)):
        assert lets(check, member, smaller, having) or not lets(check, member, wanted, having)


@given(st.lists(st.tuples(minors, minors), max_size=30), limits, minors)
def test_a_month_of_approvals_never_sums_up_to_more_than_limit_and_budget(
    gifts: list[tuple[int, int]], limit: Limit, budget: int
) -> None:
    spent = eur(0)
    for value, cost in gifts:
        wanted = Wanted(proposer=PROPOSER, value=eur(value), cost=eur(cost))
        having = Means(limit=limit, month=spent, budget=Purse(eur(budget), spent))
        if lets(check_approval, OTHER, wanted, having):
            spent += wanted.weight
    assert spent <= min(limit.month, eur(budget))


@given(st.lists(limits, max_size=4))
def test_several_roles_permit_the_most_of_each(several: list[Limit]) -> None:
    both = widest(several, "EUR")
    assert all(
        each.alone <= both.alone and each.each <= both.each and each.month <= both.month for each in several
    )
    assert both.each in {eur(0), *(each.each for each in several)}


def test_four_eyes_are_those_of_neither_the_proposer_nor_a_party() -> None:
    wanted = Wanted(proposer=PROPOSER, value=eur(0), cost=eur(0), parties=frozenset({PARTY}))
    rich = Means(limit=Limit(eur(9), eur(9), eur(9)), month=eur(0))
    for member in (PROPOSER, PARTY):
        with pytest.raises(NotAllowedError, match="four eyes"):
            check_approval(member, wanted, rich)
    with pytest.raises(NotAllowedError):
        check_grant(OTHER, wanted, rich)
    check_second(OTHER, wanted)


def test_whoever_is_part_of_the_dispute_does_not_decide_alone() -> None:
    wanted = Wanted(proposer=PARTY, value=eur(0), cost=eur(0), parties=frozenset({PARTY}))
    with pytest.raises(NotAllowedError, match="part of the dispute"):
        check_grant(PARTY, wanted, Means(limit=Limit(eur(9), eur(9), eur(9)), month=eur(0)))


def gesture(minor: int) -> Wanted:
    return Wanted(proposer=PROPOSER, value=eur(minor), cost=eur(minor))


def each(minor: int) -> Limit:
    return Limit(eur(minor), eur(minor), eur(minor))


@pytest.mark.parametrize(("check", "member"), [(check_grant, PROPOSER), (check_approval, OTHER)])
def test_what_is_left_to_the_cent_can_be_approved_and_a_cent_more_cannot(check: object, member: int) -> None:
    budget = Purse(eur(300), eur(200))
    for having in (Means(limit=each(100), month=eur(0)), Means(limit=each(900), month=eur(0), budget=budget)):
        assert lets(check, member, gesture(100), having)
        assert not lets(check, member, gesture(101), having)


@pytest.mark.parametrize(("check", "member"), [(check_grant, PROPOSER), (check_approval, OTHER)])
def test_where_nobody_has_a_limit_the_refusal_says_who_sets_one(check: Any, member: int) -> None:
    with pytest.raises(NoLimitError, match="sets it"):
        check(member, gesture(1), Means(limit=each(0), month=eur(0), unset=True))


def test_what_is_worth_more_than_it_costs_is_weighed_by_its_worth() -> None:
    wanted = Wanted(proposer=PROPOSER, value=eur(500), cost=eur(0))
    with pytest.raises(RuleError, match="at once"):
        check_approval(OTHER, wanted, Means(limit=Limit(eur(0), eur(499), eur(999)), month=eur(0)))


@pytest.mark.parametrize("three", [(2, 1, 3), (1, 3, 2), (-1, 1, 1)])
def test_limits_in_the_wrong_order_are_refused(three: tuple[int, int, int]) -> None:
    with pytest.raises(RuleError, match="alone <= each <= month"):
        Limit(*map(eur, three))


def test_limits_in_several_currencies_are_refused() -> None:
    with pytest.raises(RuleError, match="one currency"):
        Limit(eur(1), Money.of_minor(2, "USD"), eur(3))


@given(minors, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_an_amount_is_read_as_it_is_written(minor: int, currency: str) -> None:
    money = Money.of_minor(minor, currency)
    assert amount(typed(money), currency) == money


@given(minors)
def test_separators_of_thousands_are_understood_in_both_ways(minor: int) -> None:
    grouped = f"{eur(minor).amount:,f}"
    assert amount(grouped, "EUR") == amount(grouped.translate(str.maketrans(",.", ".,")), "EUR") == eur(minor)


@pytest.mark.parametrize("text", ["1,234", "1.234"])
def test_what_could_be_thousands_or_decimals_is_refused_rather_than_guessed(text: str) -> None:
    with pytest.raises(RuleError):
        amount(text, "EUR")


@pytest.mark.parametrize("text", ["-1", "twelve", "NaN", "Infinity", "1e30", "1" * 60])
def test_what_cannot_be_paid_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="expected"):
        amount(text, "EUR")


def test_no_amount_is_nothing_and_an_unknown_currency_is_refused() -> None:
    assert amount(" ", "EUR") == eur(0)
    with pytest.raises(RuleError):
        amount("1", "EURO")


def test_a_month_is_that_of_the_place() -> None:
    now = datetime(2026, 12, 31, 23, 30, 20, 5, tzinfo=UTC)
    begin, end = month_of(now, "Europe/Berlin")
    assert (begin, end) == (datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 31, 23, tzinfo=UTC))
    assert month_of(now, "UTC")[0].month == 12
