from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.money import Money, MoneyError
from kulanz.core.stake import (
    CostInputs,
    ExposureInputs,
    LifetimeInputs,
    Range,
    StakeInputs,
    corrected,
    months_remaining,
    rough,
    saying,
    stake,
    times,
)
from kulanz.core.stake.inputs import StakeError


def euros(text: str) -> Money:
    return Money.of(text, "EUR")


def span(low: str, high: str) -> Range:
    return Range(Decimal(low), Decimal(high))


CASE = StakeInputs(
    claim=euros("12.40"),
    lifetime=LifetimeInputs(revenue_per_month=euros("5.95"), margin=Decimal("0.7"), months=Decimal("48.5")),
    exposure=ExposureInputs(
        views=13_016,
        views_per_day=Decimal(1100),
        days=14,
        audience=span("0.2", "0.6"),
        spread=span("1", "3"),
        price=euros("25"),
    ),
    cost=CostInputs(hours=Decimal("9.5"), hourly=euros("48"), fees=euros("23.80")),
)


def test_the_lines_of_a_dispute_over_a_few_euros() -> None:
    found = stake(CASE)
    assert [(line.code, str(line.low), str(line.high)) for line in found.lines] == [
        ("claim", "12.40 EUR", "12.40 EUR"),
        ("customer", "202.00 EUR", "202.00 EUR"),
        ("exposure", "65.08 EUR", "1278.72 EUR"),
        ("dispute", "479.80 EUR", "479.80 EUR"),
    ]
    assert found.missing == ()


def test_what_it_means_in_two_languages() -> None:
    assert saying(stake(CASE), "en") == (
        "The claim is 12.40 EUR. "
        "What was said in public has been read 13,016 times; at your rate that is worth 65 EUR to 1,300 EUR. "
        "The customer is expected to bring another 202.00 EUR. "
        "Going on with the dispute costs 479.80 EUR. Together, 60 to 160 times the claim is at stake."
    )
    assert saying(stake(CASE), "de") == (
        "Die Forderung beträgt 12,40 EUR. "
        "Was öffentlich geschrieben wurde, wurde 13.016-mal gelesen; "
        "nach Ihrem Satz ist das 65 EUR bis 1.300 EUR wert. "
        "Vom Kunden sind voraussichtlich noch 202,00 EUR zu erwarten. "
        "Den Streit fortzusetzen kostet 479,80 EUR. "
        "Zusammen steht das 60- bis 160-Fache der Forderung auf dem Spiel."
    )


def test_what_is_not_known_is_not_said() -> None:
    found = stake(StakeInputs(claim=euros("12.40")))
    assert saying(found, "en") == "The claim is 12.40 EUR."
    assert found.missing == ("customer", "exposure", "dispute")
    assert saying(stake(StakeInputs()), "de") == "Was auf dem Spiel steht, ist nicht bekannt."


def test_a_claim_larger_than_the_rest_and_other_currencies() -> None:
    large = msgspec.structs.replace(CASE, claim=euros("90000"))
    assert saying(stake(large), "en").endswith("Together, no more than the claim is at stake.")
    dollars = msgspec.structs.replace(CASE, claim=Money.of("12.40", "USD"))
    assert saying(stake(dollars), "en").endswith("Going on with the dispute costs 479.80 EUR.")


def test_every_input_can_be_corrected_and_says_so() -> None:
    names = {one.name for line in stake(CASE).lines for one in line.inputs}
    assert len(names) == 1 + 3 + 6 + 3
    changed = CASE
    for line in stake(CASE).lines:
        for one in line.inputs:
            changed = corrected(changed, one.name, one.value)
    assert changed.corrected == names
    assert all(one.corrected for line in stake(changed).lines for one in line.inputs)
    fewer = corrected(CASE, "exposure.views", 10)
    assert stake(fewer).views == 10
    assert [one.name for line in stake(fewer).lines for one in line.inputs if one.corrected] == [
        "exposure.views"
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exposure.readers", 1),
        ("corrected", frozenset()),
        ("claim.amount", Decimal(1)),
        ("lifetime.margin", Decimal("1.5")),
        ("lifetime.months", Decimal("NaN")),
        ("cost.hours", Decimal(-1)),
        ("exposure.spread", Range(Decimal(0), Decimal(2))),
        ("exposure.views", -3),
        ("exposure.days", 4000),
        ("exposure.price", "25"),
    ],
)
def test_corrections_that_mean_nothing_are_refused(name: str, value: object) -> None:
    with pytest.raises(StakeError):
        corrected(CASE, name, value)


def test_a_part_that_is_not_known_cannot_be_corrected_in_part() -> None:
    with pytest.raises(StakeError, match="that is known"):
        corrected(StakeInputs(), "cost.hours", Decimal(1))
    assert corrected(StakeInputs(), "claim", euros("3")).claim == euros("3")


def test_inputs_come_back_from_json_as_they_were() -> None:
    changed = corrected(CASE, "claim", euros("11.00"))
    assert msgspec.json.decode(msgspec.json.encode(changed), type=StakeInputs) == changed


NUMBERS = st.decimals(0, 10**6, allow_nan=False, places=4)


@given(NUMBERS, st.decimals(0, 1, allow_nan=False, places=4), st.decimals(0, 200, places=1))
def test_customer_value_is_exact_until_it_is_rounded_once(
    revenue: Decimal, margin: Decimal, months: Decimal
) -> None:
    inputs = LifetimeInputs(revenue_per_month=Money(revenue, "KWD"), margin=margin, months=months)
    line = stake(StakeInputs(lifetime=inputs)).line("customer")
    exact = Fraction(revenue) * Fraction(margin) * Fraction(months)
    assert line is not None
    assert line.low == line.high
    assert abs(Fraction(line.low.amount) - exact) <= Fraction(1, 2000)


@given(st.integers(0, 10**9), NUMBERS, st.integers(0, 365), NUMBERS)
def test_exposure_is_a_range_that_grows_with_its_inputs(
    views: int, per_day: Decimal, days: int, price: Decimal
) -> None:
    def drawn(views: int) -> tuple[Money, Money]:
        inputs = ExposureInputs(
            views=views,
            views_per_day=per_day,
            days=days,
            audience=span("0.1", "0.35"),
            spread=span("1", "2.5"),
            price=Money(price, "EUR"),
        )
        line = stake(StakeInputs(exposure=inputs)).line("exposure")
        assert line is not None
        return line.low, line.high

    low, high = drawn(views)
    assert low <= high
    assert low <= drawn(views + 1000)[0]
    assert high <= drawn(views + 1000)[1]


def test_money_of_two_currencies_does_not_add_up() -> None:
    mixed = CostInputs(hours=Decimal(1), hourly=euros("48"), fees=Money.of("1", "CHF"))
    with pytest.raises(MoneyError, match="no rate of exchange"):
        stake(StakeInputs(cost=mixed))


def test_months_remaining_by_a_life_table() -> None:
    # of 100 customers 50 stay one month more, 25 two, and half of those left go every month
    assert months_remaining([100, 50, 25], 0) == Decimal("1.0")
    assert months_remaining([100, 90, 81, 73], 0) == pytest.approx(Decimal("9.0"), abs=Decimal("0.1"))


def test_who_stayed_longer_than_the_table_leaves_at_its_last_rate() -> None:
    assert months_remaining([100, 50, 50, 45], 30) == months_remaining([100, 50, 50, 45], 3)


def test_where_nobody_leaves_the_horizon_is_the_end() -> None:
    assert months_remaining([10, 10, 10], 1) == 120
    assert months_remaining([10, 10, 10], 1, most=24) == 24


def test_where_nobody_is_left_nothing_is_expected() -> None:
    assert months_remaining([10, 0, 0], 0) == 0
    assert months_remaining([10, 0, 0], 2) == 0


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=80), st.integers(0, 100))
def test_months_remaining_lie_between_nothing_and_the_horizon(counts: list[int], tenure: int) -> None:
    staying = sorted((count + 1 for count in counts), reverse=True)
    assert 0 <= months_remaining(staying, tenure) <= 120


@pytest.mark.parametrize("staying", [[], [5], [5, 6], [0, 0], [3, -1]])
def test_what_is_no_cohort(staying: list[int]) -> None:
    with pytest.raises(StakeError, match="how many customers"):
        months_remaining(staying, 0)


@pytest.mark.parametrize(
    ("exact", "said"),
    [("0", "0"), ("0.07", "0.07"), ("6.51", "6.50"), ("9.96", "10"), ("65.08", "65"), ("1175.21", "1200")],
)
def test_an_estimate_is_said_in_two_digits(exact: str, said: str) -> None:
    assert f"{rough(Decimal(exact)):f}" == said


@pytest.mark.parametrize(
    ("exact", "said"),
    [("0.96", "1.0"), ("2.345", "2.3"), ("9.96", "10.0"), ("55.31", "55"), ("461.1", "460")],
)
def test_how_many_times_is_said_as_one_would_say_it(exact: str, said: str) -> None:
    assert f"{times(Decimal(exact)):f}" == said
