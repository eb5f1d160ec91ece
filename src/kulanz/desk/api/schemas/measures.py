"""Measures on content, what authors were told, and appeals."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

from kulanz.desk.api.schemas.common import (
    AccountRef,
    Body,
    Key,
    MemberOut,
    Place,
    Seen,
    Short,
    ThreadRef,
    Words,
)
from kulanz.desk.rules.moderating import Code, Kind, Order
from kulanz.desk.services.measure_notices import words_for

KindName = Literal["", "edit", "hide", "remove", "lock", "slow", "move", "warn", "suspend"]
StateName = Literal[
    "", "proposed", "seen", "ordered", "done", "failed", "reversing", "ending", "reversed", "ended",
    "refused", "withdrawn",
]  # fmt: skip


class MeasurePlace(Place):
    state: StateName = ""
    kind: KindName = ""
    thread: Key | None = None


class MeasureAsk(Body):
    """What somebody thinks of doing, to a post or to the conversation as a whole."""

    kind: Kind
    post: Key | None = None


class GuardOut(Schema):
    """Who must agree, and why something milder comes first: ``offers`` are what that may be.

    A lock with ``grounds`` takes a reason why none of the offers fits.
    """

    asks: list[str]
    grounds: list[str]
    offers: list[str]


class ReasonsIn(Seen):
    """Rule and reasons: ``rule`` is the id of a version in force, ``onward`` says where people may go on."""

    rule: Key
    code: Code
    why: Short
    until: AwareDatetime | None = None
    onward: Short = ""
    despite: Short = ""

    def order(self, kind: str, text: str = "", place: str = "") -> Order:
        return Order(
            kind=kind,
            code=self.code,
            why=self.why,
            until=self.until,
            text=text,
            place=place,
            onward=self.onward,
            despite=self.despite,
        )


class MeasureIn(ReasonsIn):
    """A measure on a post, or on the conversation; ``text`` for an edit, ``place`` for a move."""

    kind: Kind
    post: Key | None = None
    text: Words = ""
    place: Annotated[str, Field(max_length=200)] = ""


class RuleVersionRef(Schema):
    id: int
    key: str
    number: int
    title_de: str
    title_en: str

    @staticmethod
    def resolve_key(row: Any) -> str:
        found: str = row.rule.key
        return found


class MeasureOut(Schema):
    """``asks`` are the reasons for a second person; ``entry`` is the id of its entry in the public log."""

    id: int
    version: int
    reference: str
    kind: Kind
    state: str
    thread: ThreadRef
    post_id: int | None
    rule: RuleVersionRef | None
    code: str
    why: str
    scope: str
    until: datetime | None
    text: str
    text_before: str
    place: str
    place_before: str
    onward: str
    despite: str
    asks: list[str]
    at_source: bool
    by_hand: bool
    proposed_by: MemberOut | None
    proposed_at: datetime
    decided_by: MemberOut | None
    decided_at: datetime | None
    decision: str
    done_at: datetime | None
    over_at: datetime | None
    due_at: datetime | None
    last_error: str
    entry: int | None = Field(alias="entry_id")
    over_entry: int | None = Field(alias="over_entry_id")

    @staticmethod
    def resolve_thread(row: Any) -> dict[str, Any]:
        return {"id": row.thread_id, "title": str(row.thread)}


class StatementOut(Schema):
    """A statement of reasons as the transparency database takes it; ``uuid`` names it there once sent."""

    id: int
    measure: int = Field(alias="measure_id")
    statement: dict[str, Any] = Field(alias="body")
    uuid: str
    sent_at: datetime | None
    last_error: str


class NoticeTextOut(Schema):
    """The words that an author would be told."""

    subject: str
    text: str


class NoticeOut(Schema):
    """``way`` says how the author was told, empty while nobody has.

    The secrets in the author's links stand in ``text`` only for who has to tell them by hand.
    """

    id: int
    version: int
    measure: int = Field(alias="measure_id")
    about: str
    subject: str
    text: str
    way: str
    told_at: datetime | None
    told_by: MemberOut | None
    due_at: datetime | None
    account: AccountRef | None

    @staticmethod
    def resolve_text(row: Any, context: Any) -> str:
        return words_for(context["request"].auth, row)

    @staticmethod
    def resolve_account(row: Any) -> Any:
        return row.measure.account


class AppealOut(Schema):
    id: int
    version: int
    number: str
    measure: int = Field(alias="measure_id")
    side: str
    proved: bool
    state: str
    made_at: datetime
    due_at: datetime
    heard_at: datetime
    decided_by: MemberOut | None
    decided_at: datetime | None


class AppealMessageOut(Schema):
    id: int
    inbound: bool
    author: MemberOut | None
    text: str
    at: datetime


class AppealPageOut(AppealOut):
    messages: list[AppealMessageOut]

    @staticmethod
    def resolve_messages(row: Any) -> list[Any]:
        return list(row.messages.select_related("author"))


class AppealAnswerIn(Seen):
    text: Annotated[str, Field(max_length=5_000)]
