"""The report after an issue.

A moment is a time; in the version for others, how long after the first post it was (ISO 8601).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.common import Body, MemberOut, Seen
from kulanz.desk.api.schemas.customers import MoneyOut
from kulanz.desk.services.report_summaries import LONGEST

Moment = datetime | timedelta
Text = Annotated[str, Field(max_length=LONGEST)]


class ReportQuery(Body):
    """``shared``: the version for others. ``lang`` is that of HTML and PDF."""

    shared: bool = False
    lang: Literal["", "de", "en"] = ""


class SummaryIn(Seen):
    """What is to stand above the report, and above the version for others."""

    text: Text
    shared: Text = ""


class LabelOut(Schema):
    """What somebody or something is called: kind and number are in both versions, text and id are not."""

    kind: str
    number: int
    text: str
    id: int | None


class AmountOut(Schema):
    low: MoneyOut
    high: MoneyOut


class StepOut(Schema):
    """What a conversation showed after a post; long ones have some of their posts."""

    at: Moment
    score: float
    stage: str
    tension: float


class EffectOut(Schema):
    """A public answer of the company, what it shows, and the tension before it and ten posts later."""

    at: Moment
    who: LabelOut
    shows: list[str]
    before: float
    after: float | None

    @staticmethod
    def resolve_at(row: Any) -> Any:
        return row.answer.at

    @staticmethod
    def resolve_who(row: Any) -> Any:
        return row.answer.who

    @staticmethod
    def resolve_shows(row: Any) -> Any:
        return list(row.answer.shows)


class CalmOut(Schema):
    """Since when it is calm again, and the last answer before that."""

    at: Moment
    after: Moment | None
    who: LabelOut | None

    @staticmethod
    def resolve_after(row: Any) -> Any:
        return row.after.at if row.after else None

    @staticmethod
    def resolve_who(row: Any) -> Any:
        return row.after.who if row.after else None


class CourseOut(Schema):
    label: LabelOut
    source: LabelOut
    posts: int
    people: int
    views: int | None
    steps: list[StepOut]
    turned: Moment | None
    peak: StepOut | None
    calm: CalmOut | None
    effects: list[EffectOut]


class SightOut(Schema):
    """``late_s``: seconds from the alarm that today's rules raise to the first act of a person."""

    began: Moment | None
    onset: Moment | None
    due: Moment | None
    raised: Moment | None
    seen: Moment | None
    by: LabelOut | None
    answered: Moment | None
    late_s: float | None


class HappenedOut(Schema):
    at: Moment
    noun: str
    action: str
    who: LabelOut | None
    about: LabelOut | None


class AnsweredOut(Schema):
    who: LabelOut
    channel: str
    first_at: Moment
    count: int


class PromiseLineOut(Schema):
    case: LabelOut
    by: LabelOut
    what: str
    made_at: Moment
    deadline: Moment
    state: str
    settled_at: Moment | None
    late_s: float | None

    @staticmethod
    def resolve_what(row: Any) -> Any:
        return row.what.text


class GestureLineOut(Schema):
    case: LabelOut
    kind: str
    state: str
    proposed_at: Moment
    cost: AmountOut
    value: AmountOut


class HoldLineOut(Schema):
    case: LabelOut
    state: str
    proposed_at: Moment
    held_at: Moment | None
    ended_at: Moment | None
    letters: int


class WorkOut(Schema):
    promises: list[PromiseLineOut]
    kept: int
    broken: int
    gestures: list[GestureLineOut]
    spent: list[AmountOut]
    holds: list[HoldLineOut]


class StakeLineOut(Schema):
    code: str
    amount: AmountOut | None


class AppealLineOut(Schema):
    state: str
    made_at: Moment
    decided_at: Moment | None


class MeasureLineOut(Schema):
    """A measure taken in one of the conversations, and the appeals against it."""

    where: LabelOut
    kind: str
    state: str
    rule: LabelOut | None
    code: str
    why: str
    done_at: Moment | None
    over_at: Moment | None
    appeals: list[AppealLineOut]

    @staticmethod
    def resolve_why(row: Any) -> Any:
        return row.why.text


class DueAlarmOut(Schema):
    at: Moment
    where: LabelOut
    policy: LabelOut
    score: float
    stage: str


class RaisedAlarmOut(Schema):
    at: Moment
    where: LabelOut
    score: float
    stage: str
    verdict: str


class PastCheckOut(Schema):
    """What the draft check of today finds in one of the first ten public answers."""

    at: Moment
    who: LabelOut
    where: LabelOut
    findings: list[str]
    approval: bool


class SummaryOut(Schema):
    """``version`` 0: nobody has written one."""

    version: int
    text: str
    by: LabelOut | None
    at: Moment | None

    @staticmethod
    def resolve_text(row: Any) -> Any:
        return row.text.text


class ReportOut(Schema):
    """``work`` is null for whoever may not see cases, ``stake`` for whoever may not see values."""

    title: LabelOut
    state: str
    outcome: str
    severity: str
    stage: str
    owner: LabelOut | None
    opened_at: Moment
    closed_at: Moment | None
    summary: SummaryOut
    sight: SightOut
    courses: list[CourseOut]
    happened: list[HappenedOut]
    answers: list[AnsweredOut]
    work: WorkOut | None
    stake: list[StakeLineOut] | None
    measures: list[MeasureLineOut]
    due: list[DueAlarmOut]
    raised: list[RaisedAlarmOut]
    checks: list[PastCheckOut]
    cut: list[str]
    shared: bool


class SummaryVersionOut(Schema):
    """One version of what people wrote above a report, and above the version for others."""

    version: int
    text: str
    shared: str
    by: MemberOut | None
    at: datetime
