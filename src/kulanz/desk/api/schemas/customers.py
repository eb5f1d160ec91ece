"""Customers, their claims, what is at stake, and standing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from kulanz.core.money import Money
from kulanz.core.stake import saying
from kulanz.desk.api.schemas.common import Body, Key, Place, Seen, Why
from kulanz.desk.rules.customers import MOST_AMOUNT, ClaimFacts, Facts
from kulanz.desk.rules.figures import written

Figure = Annotated[str, Field(max_length=60, description="a number, an amount or a range, such as 12.40 EUR")]


class MoneyOut(Schema):
    """An exact amount; ``amount`` is a decimal number as text."""

    amount: str
    currency: str

    @staticmethod
    def resolve_amount(row: Any) -> str:
        return f"{row.amount:f}"


class MoneyIn(Body):
    amount: Annotated[Decimal, Field(ge=0, le=MOST_AMOUNT, max_digits=30, decimal_places=12)]
    currency: Annotated[str, Field(min_length=3, max_length=3)]

    def money(self) -> Money:
        return Money(self.amount, self.currency.upper())


class ClaimIn(Body):
    """A claim as the system has it now: what for, and the text of the last letter.

    ``level`` 0 was not dunned yet.
    """

    key: Annotated[str, Field(min_length=1, max_length=200)]
    amount: MoneyIn
    due: date | None = None
    level: Annotated[int, Field(ge=0, le=99)] = 0
    what: Annotated[str, Field(max_length=2_000)] = ""
    text: Annotated[str, Field(max_length=2_000)] = ""

    def facts(self) -> ClaimFacts:
        return ClaimFacts(
            amount=self.amount.money(), due=self.due, level=self.level, what=self.what, text=self.text
        )


class CustomerIn(Body):
    """All that is known of a customer: what is left out is forgotten.

    ``claims`` are all that ``system`` has against the customer: others of it are settled then; null leaves
    them as they are.
    """

    system: Annotated[str, Field(min_length=1, max_length=40)]
    name: Annotated[str, Field(max_length=200)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    plan: Annotated[str, Field(max_length=120)] = ""
    since: date | None = None
    revenue_per_month: MoneyIn | None = None
    margin: Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)] | None = None
    claims: Annotated[list[ClaimIn], Field(max_length=1_000)] | None = None

    def facts(self) -> Facts:
        revenue = self.revenue_per_month
        return Facts(
            name=self.name,
            email=self.email,
            plan=self.plan,
            since=self.since,
            revenue_per_month=revenue.money() if revenue else None,
            margin=self.margin,
        )


class CustomerOut(Schema):
    """A customer without values; ``linked_by`` is number, email, hand, or empty where it is nobody yet."""

    id: int
    number: str
    person_id: int | None
    linked_by: str
    told_by: str
    told_at: datetime
    version: int


class ClaimOut(Schema):
    system: str
    key: str
    amount: MoneyOut
    due: date | None
    level: int
    what: str
    text: str

    @staticmethod
    def resolve_system(row: Any) -> str:
        return str(row.row.system)

    @staticmethod
    def resolve_key(row: Any) -> str:
        return str(row.row.key)

    @staticmethod
    def resolve_amount(row: Any) -> Any:
        return row.facts.amount

    @staticmethod
    def resolve_due(row: Any) -> date | None:
        found: date | None = row.facts.due
        return found

    @staticmethod
    def resolve_level(row: Any) -> int:
        return int(row.facts.level)

    @staticmethod
    def resolve_what(row: Any) -> str:
        return str(row.facts.what)

    @staticmethod
    def resolve_text(row: Any) -> str:
        return str(row.facts.text)


class FactsOut(Schema):
    name: str
    email: str
    plan: str
    since: date | None
    revenue_per_month: MoneyOut | None
    margin: str | None

    @staticmethod
    def resolve_margin(row: Any) -> str | None:
        return None if row.margin is None else f"{row.margin:f}"


class OpenedOut(Schema):
    """A customer with what is known; that it was opened is recorded. ``claims`` are those not settled."""

    customer: CustomerOut
    facts: FactsOut
    claims: list[ClaimOut]

    @staticmethod
    def resolve_customer(row: Any) -> Any:
        return row.row


class CustomerPlace(Place):
    linked: bool | None = None
    number: Annotated[str, Field(max_length=80, description="the whole number")] = ""


class LinkIn(Seen):
    person: Key


class CustomerMatchOut(Schema):
    """A customer and a profile, or an account without one, that may be the same."""

    id: int
    customer: CustomerOut
    person_id: int | None
    account_id: int | None
    grounds: list[str]
    found_at: datetime
    dismissed_at: datetime | None
    version: int


class MatchPlace(Place):
    dismissed: bool = Field(default=False, description="those told apart instead of those to decide")


class NumberOut(Schema):
    """A number a line rests on; ``reckoned`` is what counts without the correction."""

    name: str
    value: str | None
    reckoned: str | None
    corrected_by: str | None
    corrected_at: datetime | None

    @staticmethod
    def resolve_value(row: Any) -> str | None:
        return None if row.value is None else written(row.value)

    @staticmethod
    def resolve_reckoned(row: Any) -> str | None:
        return None if row.reckoned is None else written(row.reckoned)

    @staticmethod
    def resolve_corrected_by(row: Any) -> str | None:
        return row.correction.by if row.correction else None

    @staticmethod
    def resolve_corrected_at(row: Any) -> datetime | None:
        return row.correction.at if row.correction else None


class PartOut(Schema):
    name: str
    amount: MoneyOut


class LackOut(Schema):
    """Why a line cannot be drawn, and the names of the numbers that nobody knows."""

    code: str
    names: list[str]


class LineOut(Schema):
    """A line of a stake; ``low`` and ``high`` are null where it cannot be drawn, and ``lacks`` says why."""

    code: str
    low: MoneyOut | None
    high: MoneyOut | None
    formula: str
    numbers: list[NumberOut]
    parts: list[PartOut]
    lacks: list[LackOut]

    @staticmethod
    def resolve_low(row: Any) -> Any:
        return row.line.low if row.line else None

    @staticmethod
    def resolve_high(row: Any) -> Any:
        return row.line.high if row.line else None

    @staticmethod
    def resolve_numbers(row: Any) -> list[Any]:
        return list(row.fields)

    @staticmethod
    def resolve_parts(row: Any) -> list[Any]:
        return [{"name": name, "amount": money} for name, money in row.parts]


class StakeOut(Schema):
    """What is at stake, and in words what it means; ``version`` 0: nothing is corrected."""

    lines: list[LineOut]
    says_en: str
    says_de: str
    other_currencies: int
    version: int

    @staticmethod
    def resolve_says_en(row: Any) -> str:
        return saying(row.drawn, "en")

    @staticmethod
    def resolve_says_de(row: Any) -> str:
        return saying(row.drawn, "de")


class CorrectIn(Why):
    """Numbers by their names; an empty one takes a correction back."""

    values: Annotated[dict[Annotated[str, Field(max_length=60)], Figure], Field(min_length=1, max_length=20)]


class StandingPartOut(Schema):
    code: str
    number: float
    weight: float
    points: float


class ReachOut(Schema):
    """How far an account reaches, in numbers; ``error`` is the relative standard error of ``within``."""

    account_id: int
    counted_at: datetime
    within: list[int]
    error: float
    accounts: int
    attention: float
    ahead_of: float
    core: int
    deepest_core: int


class StandingOut(Schema):
    """What a person is to the communities of their accounts; for the company alone."""

    value: float
    roles: list[str]
    parts: list[StandingPartOut]
    freshness: float
    tenure_days: int | None
    idle_days: int | None
    activity: list[int]
    reach: list[ReachOut]


class RangeBody(Body):
    low: Annotated[Decimal, Field(ge=0)]
    high: Annotated[Decimal, Field(ge=0)]


class RatesBody(Seen):
    """What the company says that things are worth; null: no rate, and no line that needs it."""

    currency: Annotated[str, Field(min_length=3, max_length=3)] = "EUR"
    price: Decimal | None = None
    audience: RangeBody | None = None
    spread: RangeBody | None = None
    days: int | None = None
    hours: Decimal | None = None
    hourly: Decimal | None = None
    fees: Decimal | None = None
    months: Decimal | None = None
    cohort: Annotated[list[int], Field(max_length=240)] = Field(default_factory=list)


class RatesOut(Schema):
    currency: str
    price: str | None = None
    audience: dict[str, str] | None = None
    spread: dict[str, str] | None = None
    days: int | None = None
    hours: str | None = None
    hourly: str | None = None
    fees: str | None = None
    months: str | None = None
    cohort: list[int] = Field(default_factory=list)
    version: int
