"""The report after an issue as data, and as others may have it: without names, words and exact figures."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from kulanz.core.money import Money
from kulanz.core.stake.lines import LineCode
from kulanz.desk.rules.after_action import (
    Amount,
    Calm,
    DueAlarm,
    Effect,
    Label,
    Moment,
    Said,
    Sight,
    Step,
)

_ONE_DIGIT: Final = 10


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of what happened: noun and action are those of events, ``who`` None is the desk itself."""

    at: Moment
    noun: str
    action: str
    who: Label | None = None
    about: Label | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody who answered, in public or in private: since when, and how often."""

    who: Label
    channel: str
    first_at: Moment
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A conversation: its steps (some of them where it is long), and what followed the answers in it."""

    label: Label
    source: Label
    posts: int
    people: int
    views: int | None
    steps: tuple[Step, ...]
    turned: Moment | None
    peak: Step | None
    calm: Calm | None
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseLine:
    """A promise; ``late_s`` is how long after its deadline it was kept, None where it was in time."""

    case: Label
    by: Label
    what: Said
    made_at: Moment
    deadline: Moment
    state: str
    settled_at: Moment | None
    late_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GestureLine:
    """A gesture, what it costs the company and what it is worth to the customer."""

    case: Label
    kind: str
    state: str
    proposed_at: Moment
    cost: Amount
    value: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLine:
    """A paused dunning process; ``letters`` went out all the same."""

    case: Label
    state: str
    proposed_at: Moment
    held_at: Moment | None
    ended_at: Moment | None
    letters: int


@dataclass(frozen=True, slots=True)
class StakeLine:
    """A line of the stake as it stands; None where it is not known."""

    code: LineCode
    amount: Amount | None


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal against a measure, and what was decided."""

    state: str
    made_at: Moment
    decided_at: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLine:
    """A measure taken in a conversation; ``rule`` and ``code`` are missing where nobody gave reasons."""

    where: Label
    kind: str
    state: str
    rule: Label | None
    code: str
    why: Said
    done_at: Moment | None
    over_at: Moment | None
    appeals: tuple[AppealLine, ...]


@dataclass(frozen=True, slots=True)
class RaisedAlarm:
    """An alarm that was raised then, and what people said of it."""

    at: Moment
    where: Label
    score: float
    stage: str
    verdict: str


@dataclass(frozen=True, slots=True)
class PastCheck:
    """What today's draft check finds in a public answer; ``approval``: a second person would be asked."""

    at: Moment
    who: Label
    where: Label
    findings: tuple[str, ...]
    approval: bool


@dataclass(frozen=True, slots=True)
class Work:
    """What was done for customers: for those who may see cases. ``spent`` are the costs by currency."""

    promises: tuple[PromiseLine, ...]
    gestures: tuple[GestureLine, ...]
    spent: tuple[Amount, ...]
    holds: tuple[HoldLine, ...]

    @property
    def kept(self) -> int:
        """How many were kept in time."""
        return sum(each.state == "kept" and each.late_s is None for each in self.promises)

    @property
    def broken(self) -> int:
        """How many were not kept, or too late."""
        return sum(each.state == "broken" or each.late_s is not None for each in self.promises)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a person wrote above it; ``version`` 0: nobody has yet."""

    version: int
    text: Said
    by: Label | None
    at: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReport:
    """Everything that the report shows.

    ``work`` and ``stake`` are None for whoever may not see them. ``cut`` names the lists
    that are too long to be shown whole.
    """

    title: Label
    state: str
    outcome: str
    severity: str
    stage: str
    owner: Label | None
    opened_at: Moment
    closed_at: Moment | None
    summary: Summary
    sight: Sight
    courses: tuple[Course, ...]
    happened: tuple[Happened, ...]
    answers: tuple[Answered, ...]
    work: Work | None
    stake: tuple[StakeLine, ...] | None
    measures: tuple[MeasureLine, ...]
    due: tuple[DueAlarm, ...]
    raised: tuple[RaisedAlarm, ...]
    checks: tuple[PastCheck, ...]
    cut: tuple[str, ...]
    shared: bool = False

    @property
    def began(self) -> Moment:
        return self.opened_at if self.sight.began is None else self.sight.began


def for_others(report: IssueReport, words: str) -> IssueReport:
    """Return the report as others may have it, with words that were written for them.

    Who and where are numbers, times count from the beginning, amounts and views are orders of magnitude.
    """
    began = report.began
    if not isinstance(began, datetime):
        raise TypeError("for others: expected a report with times")
    courses = tuple(replace(each, views=_rough(each.views)) for each in report.courses)
    summary = Summary(report.summary.version, Said(""), None, None)
    veiled: IssueReport = _veiled(replace(report, courses=courses, summary=summary), began)
    return replace(veiled, summary=replace(veiled.summary, text=Said(words)), shared=True)


def magnitude(money: Money) -> Amount:
    """Return between which powers of ten an amount lies; below 10 it is from nothing on, or up to nothing."""
    above = Decimal(1)
    while above <= abs(money.amount) or above < _ONE_DIGIT:
        above *= _ONE_DIGIT
    low = Decimal(0) if above == _ONE_DIGIT else above / _ONE_DIGIT
    if money.amount < 0:
        low, above = -above, -low
    return Amount(Money(low, money.currency), Money(above, money.currency))


def _veiled(given: Any, began: datetime) -> Any:
    """Return data without what people are called and what they wrote; by type, so that no field is missed."""
    if isinstance(given, Label | Said):
        return given.veiled
    if isinstance(given, Amount):
        return Amount(magnitude(given.low).low, magnitude(given.high).high)
    if isinstance(given, datetime):
        return given - began
    if isinstance(given, tuple):
        return tuple(_veiled(each, began) for each in given)
    if is_dataclass(given) and not isinstance(given, type):
        changed = {each.name: _veiled(getattr(given, each.name), began) for each in fields(given)}
        return replace(given, **changed)
    return given


def _rough(views: int | None) -> int | None:
    """Return a number with its first digit alone."""
    if not views:
        return views
    power: int = _ONE_DIGIT ** (len(str(views)) - 1)
    return views // power * power
