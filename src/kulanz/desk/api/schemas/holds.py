"""Paused dunning: holds, the letters that went out, and the rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.cases import NextStep
from kulanz.desk.api.schemas.common import Body, Key, MemberOut, Place, Seen, Short, Why
from kulanz.desk.api.schemas.customers import MoneyOut
from kulanz.desk.api.schemas.gestures import CaseRef, ClaimRef, Payable, SystemRef

HoldState = Literal["proposed", "placing", "held", "refused", "releasing", "released", "declined"]
Long = Annotated[str, Field(max_length=2_000)]


class CustomerRef(Schema):
    id: int
    number: str


class HoldOut(Schema):
    """Paused dunning of a claim, or of all of a customer's.

    ``customer``, ``claim`` and ``amounts`` are null for whoever may not see values. ``late``: people were
    told that billing does not confirm it. ``due``: its day of review has come. ``letters`` went out all the
    same. Without a ``system`` billing is told by hand. ``checked_at`` is when the desk last asked and it
    was on; of a system that sends its answers, by files or by webhook, it reads again what was sent. ``can``
    names what you may do now. In a list ``reason``, ``note``, ``said``, ``proof`` and ``next_words`` are
    null: they stay sealed there.
    """

    id: int
    key: str
    case: CaseRef
    whole_customer: bool
    customer: CustomerRef | None
    claim: ClaimRef | None
    amounts: list[MoneyOut] | None
    system: SystemRef | None
    state: str
    reason: str | None = None
    note: str | None = None
    said: str | None = None
    proof: str | None = None
    review_on: date
    next_step: str
    next_words: str | None = None
    late: bool
    due: bool
    letters: list[date]
    proposed_by: MemberOut | None
    proposed_at: datetime
    placed_by: MemberOut | None
    placed_at: datetime | None
    held_at: datetime | None
    checked_at: datetime | None
    released_by: MemberOut | None
    released_at: datetime | None
    ended_at: datetime | None
    can: list[str]
    version: int


class HoldPlace(Place):
    """Without a state those that are not over."""

    state: Literal[""] | HoldState = ""
    system: Key | None = None
    case: Key | None = None
    unconfirmed: bool = Field(default=False, description="that billing has not confirmed, or not any more")
    review: bool = Field(default=False, description="whose day of review has come")
    despite: bool = Field(default=False, description="in spite of which a letter went out")


class HoldIn(Body):
    """What is paused: ``claim``, or all claims of ``customer``, by their ids.

    ``reason`` is told to billing, ``note`` stays at the desk. ``propose``: somebody places it later.
    """

    claim: Key | None = None
    customer: Key | None = None
    reason: Short
    note: Long = ""
    review_on: date | None = None
    propose: bool = False


class HoldChange(Seen):
    """Fields that are left out stay."""

    reason: Short | None = None
    note: Long | None = None
    review_on: date | None = None


class ReviewIn(Why):
    """Until when it goes on, and why."""

    review_on: date


class ReleaseIn(Why):
    """Why it ends, and what happens with the money next."""

    next_step: NextStep
    words: Short = ""


class ByHandIn(Seen):
    """Who did it where, or a link that shows it."""

    proof: Short


class AskIn(Body):
    act: Literal["place", "release"] = "place"


class SaidOut(Schema):
    """What billing says that it would do, and how it stands there now."""

    state: str
    text: str


class HoldSumsOut(Schema):
    """What the holds of a list are about, by currency, each claim once; and how many need somebody."""

    amounts: list[MoneyOut]
    unconfirmed: int
    review: int
    despite: int


class DunningLetterOut(Schema):
    """A step of dunning that went out; ``despite`` is the hold that should have stopped it.

    ``claim`` is null for whoever may not see values.
    """

    id: int
    on: date
    level: int
    claim: ClaimRef | None
    system: SystemRef
    told_at: datetime
    despite: int | None


class HoldRulesOut(Schema):
    """When dunning is paused by itself, when people are asked, and when they are alarmed."""

    propose: bool
    confirm_below: list[MoneyOut]
    review_days: int
    unconfirmed_hours: int
    check_hours: int
    version: int


class HoldRulesIn(Seen):
    """What is left out is as usual; ``confirm_below`` has one amount for each currency."""

    propose: bool = True
    confirm_below: Annotated[list[Payable], Field(max_length=50)] = Field(default_factory=list)
    review_days: Annotated[int, Field(ge=1, le=366)] = 14
    unconfirmed_hours: Annotated[int, Field(ge=1, le=720)] = 4
    check_hours: Annotated[int, Field(ge=1, le=168)] = 1
