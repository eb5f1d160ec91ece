"""Gestures, what is said of cases, defects, limits and budgets."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from kulanz.core.gestures import Fault, GestureKind
from kulanz.core.money import Money
from kulanz.desk.api.schemas.cases import PersonRef
from kulanz.desk.api.schemas.common import (
    AccountRef,
    Body,
    Key,
    MemberOut,
    Place,
    Seen,
    Short,
    TeamRef,
    ThreadRef,
    Why,
)
from kulanz.desk.api.schemas.customers import MoneyIn, MoneyOut
from kulanz.desk.rules.amounts import payable
from kulanz.desk.rules.limits import Limit

GestureState = Literal[
    "proposed", "approved", "ordered", "carried_out", "accepted", "refused", "declined", "revoked"
]
DefectState = Literal["watched", "open", "fixed"]
Giver = Literal["lead", "agent", "approver"]
Exactly = Annotated[str, Field(max_length=200)]


class Payable(MoneyIn):
    """An amount that can be paid, from 0 on."""

    def money(self) -> Money:
        return payable(self.amount, self.currency.upper())


class CaseRef(Schema):
    id: int
    title: str


class SystemRef(Schema):
    id: int
    name: str


class ClaimRef(Schema):
    """``key`` is its number at billing."""

    id: int
    key: str


class GestureOut(Schema):
    """``value`` is what it is worth to the customer, ``cost`` what it costs the company.

    Where billing carries it out, ``system`` is told to do so at ``claim``, which is null for whoever may not
    see values; ``until`` is when it is due then, ``said`` what billing said last.
    """

    id: int
    case_id: int
    kind: str
    name: str
    value: MoneyOut
    cost: MoneyOut
    why: str
    state: str
    team: TeamRef | None
    proposed_by: MemberOut
    proposed_at: datetime
    decided_by: MemberOut | None
    decided_at: datetime | None
    carried_out_by: MemberOut | None
    carried_out_at: datetime | None
    proof: str
    answer: str
    answered_at: datetime | None
    system: SystemRef | None
    claim: ClaimRef | None
    until: date | None
    ordered_at: datetime | None
    said: str
    version: int


class GesturePlace(Place):
    """Without a state those that are not settled."""

    state: Literal[""] | GestureState = ""
    kind: Literal[""] | GestureKind = ""
    case: Key | None = None
    person: Key | None = None


class GestureIn(Body):
    """``cost`` is as much as ``value`` where it is left out; ``name`` says what exactly."""

    kind: GestureKind
    name: Exactly = ""
    value: Payable
    cost: Payable | None = None
    why: Short


class GestureChange(Seen):
    """Fields that are left out stay."""

    kind: GestureKind | None = None
    name: Exactly | None = None
    value: Payable | None = None
    cost: Payable | None = None
    why: Short | None = None


class ProofIn(Seen):
    proof: Annotated[str, Field(max_length=1000)]


class OrderIn(Seen):
    """The id of the claim at which billing carries it out; for an extension the day on which it is due then.

    ``reason`` is told to billing.
    """

    claim: Key
    until: date | None = None
    reason: Short = ""


class AnswerIn(Seen):
    """What the customer said."""

    answer: Short = ""


class SameIn(Body):
    """For whom the same is proposed: one of the three; a case is opened where there is none."""

    case: Key | None = None
    account: Key | None = None
    person: Key | None = None


class ReasonOut(Schema):
    """Why a gesture fits or does not, with the number, amount or role that says so."""

    code: str
    number: int | None
    amount: MoneyOut | None
    role: str | None


class FitOut(Schema):
    """``low`` to ``high`` is how many times the cost is at stake; null where one of them is not known."""

    kind: str
    fits: bool
    reasons: list[ReasonOut]
    value: MoneyOut | None
    cost: MoneyOut | None
    low: float | None
    high: float | None
    given: int


class AlikeOut(Schema):
    """Somebody with the same problem who got nothing; ``likeness`` is that of the words, 0 to 1."""

    person: PersonRef | None
    account: AccountRef | None
    case: CaseRef | None
    thread: ThreadRef | None
    grounds: list[str]
    likeness: float


class SpanOut(Schema):
    """Ten days, the first of them counted from the gesture; what came after need not come from it."""

    day: int
    posts: int
    upset: int
    conversation: int
    score: float | None
    over: bool


class ShareOut(Schema):
    """Cases of twelve months, and how many of them got a gesture."""

    cases: int
    helped: int


class SpentOut(Schema):
    currency: str
    loud: MoneyOut
    quiet: MoneyOut
    loud_months: list[MoneyOut]
    quiet_months: list[MoneyOut]


class SpendingOut(Schema):
    """Loud is who began a conversation that became an issue, or complains or amplifies in an issue."""

    months: list[date]
    loud: ShareOut
    quiet: ShareOut
    spent: list[SpentOut]


class DefectRef(Schema):
    id: int
    name: str


class AssessmentOut(Schema):
    """``version`` 0 means that nobody has said anything yet."""

    fault: str
    why: str
    concerned: list[MemberOut]
    defect: DefectRef | None
    version: int


class AssessmentIn(Seen):
    """``concerned`` are members whom the complaint is about; ``defect`` is its name, made where it is new."""

    fault: Fault = "unclear"
    why: Short = ""
    concerned: Annotated[list[Key], Field(max_length=100)] = Field(default_factory=list)
    defect: Exactly = ""


class DefectOut(Schema):
    id: int
    name: str
    what: str
    state: str
    owner: MemberOut | None
    fix: str
    noticed_at: datetime
    fixed_at: datetime | None
    version: int


class DefectPlace(Place):
    state: Literal[""] | DefectState = ""


class DefectChange(Seen):
    """Fields that are left out stay."""

    name: Exactly | None = None
    what: Annotated[str, Field(max_length=1000)] | None = None


class DefectOwnerIn(Seen):
    owner: Key


class FixIn(Why):
    """``reason`` says what was changed, ``since`` from when on that holds; now where it is left out."""

    since: datetime | None = None


class AroundOut(Schema):
    """Cases in so many days before it was mended, and in as many since."""

    days: int
    before: int
    after: int


class MonthsOut(Schema):
    """Cases by the month they were opened in; ``around`` is null while it is not mended."""

    months: list[date]
    cases: list[int]
    around: AroundOut | None


class LimitOut(Schema):
    """What a role may approve: alone, at once, and one member in a calendar month."""

    id: int
    role: str
    alone: MoneyOut
    each: MoneyOut
    month: MoneyOut
    version: int

    @staticmethod
    def resolve_alone(row: Any) -> Money:
        return _limit(row).alone

    @staticmethod
    def resolve_each(row: Any) -> Money:
        return _limit(row).each

    @staticmethod
    def resolve_month(row: Any) -> Money:
        return _limit(row).month


class LimitIn(Body):
    """The three amounts are in one currency, none below the one before it."""

    role: Giver
    alone: Payable
    each: Payable
    month: Payable


class LimitChange(LimitIn, Seen):
    pass


class BudgetOut(Schema):
    id: int
    team: TeamRef
    month: MoneyOut
    version: int


class BudgetIn(Body):
    team: Key
    month: Payable


class BudgetChange(BudgetIn, Seen):
    pass


def _limit(row: Any) -> Limit:
    limit: Limit = row.limit
    return limit
