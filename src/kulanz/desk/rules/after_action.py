"""What a report after an issue tells: what can be found in the record of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kulanz.core.money import Money
from kulanz.desk.rules.alarms import Reading, Terms, graver, replay

NEXT: Final = 10
"""Posts after an answer by which it is told what followed."""
LEAST: Final = 3
CALM_SHARE: Final = 0.5
LEAST_PEAK: Final = 0.15
"""A share of angry posts below which there was nothing to calm."""
LITTLE: Final = 4
"""So many posts count half: one angry post is no tension yet."""
_BEFORE_ISSUE: Final = "complaint"

Moment = datetime | timedelta
"""A time, or how long after the beginning it was, where nobody is to know when that was."""


@dataclass(frozen=True, slots=True)
class Label:
    """What somebody or something is called, and its key; neither is in the version for others."""

    kind: str
    number: int
    text: str
    id: int | None = None

    @property
    def veiled(self) -> Label:
        return Label(self.kind, self.number, "")


@dataclass(frozen=True, slots=True)
class Said:
    """Words that people wrote; empty in the version for others."""

    text: str

    @property
    def veiled(self) -> Said:
        return Said("")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount, or from where to where it lies."""

    low: Money
    high: Money


@dataclass(frozen=True, slots=True)
class Step:
    """What a conversation showed after a post; ``tension`` is the share of angry posts of late (0..1)."""

    at: Moment
    score: float
    stage: str
    tension: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A public answer of the company: the place of its post, and which company labels it shows."""

    place: int
    at: Moment
    who: Label
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """An answer with the tension before it and ten posts after it; None where too little followed."""

    answer: Answer
    before: float
    after: float | None

    @property
    def change(self) -> float | None:
        return None if self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Calm:
    """Since when the tension stayed below half its peak, and the last answer before that."""

    at: Moment
    after: Answer | None


@dataclass(frozen=True, slots=True)
class DueAlarm:
    """An alarm that today's rules raise on what a conversation showed then."""

    at: Moment
    where: Label
    policy: Label
    score: float
    stage: str


@dataclass(frozen=True, slots=True)
class Sight:
    """When it could have been seen, and when it was; None for what did not happen."""

    began: Moment | None
    onset: Moment | None
    due: Moment | None
    raised: Moment | None
    seen: Moment | None
    by: Label | None
    answered: Moment | None

    @property
    def late_s(self) -> float | None:
        """Seconds from when today's rules would have said it to when a person saw it; negative: before."""
        return None if self.due is None or self.seen is None else seconds(self.due, self.seen)


def seconds(earlier: Moment, later: Moment) -> float:
    """Return how long it is from one moment to another of the same report."""
    if isinstance(earlier, datetime) and isinstance(later, datetime):
        return (later - earlier).total_seconds()
    if isinstance(earlier, timedelta) and isinstance(later, timedelta):
        return (later - earlier).total_seconds()
    raise TypeError("moments: expected two of one report")


def tension(heat: Sequence[float | None]) -> list[float]:
    """Return the tension after every post, from the share of angry posts (0..1); few posts count less."""
    return [(share or 0.0) * posts / (posts + LITTLE) for posts, share in enumerate(heat, start=1)]


def onset(steps: Sequence[Step]) -> Moment | None:
    """Return when a conversation first was an issue."""
    return next((step.at for step in steps if graver(step.stage, _BEFORE_ISSUE)), None)


def peak(steps: Sequence[Step]) -> Step | None:
    """Return when the tension was highest; None where there was none to speak of."""
    top = max(steps, key=lambda step: step.tension, default=None)
    return top if top is not None and top.tension >= LEAST_PEAK else None


def calm(steps: Sequence[Step], answers: Sequence[Answer]) -> Calm | None:
    """Return since when it is calm again; None where it never was, or too few posts say so."""
    top = peak(steps)
    if top is None:
        return None
    upset = max(place for place, step in enumerate(steps) if step.tension > top.tension * CALM_SHARE)
    if len(steps) - upset <= LEAST:
        return None
    since = upset + 1
    before = [answer for answer in answers if answer.place <= since]
    return Calm(steps[since].at, before[-1] if before else None)


def effects(steps: Sequence[Step], answers: Sequence[Answer]) -> tuple[Effect, ...]:
    """Return what followed each answer. That it followed does not say that it came from it."""
    return tuple(_effect(steps, answer) for answer in answers)


def due_alarms(
    steps: Sequence[Step], where: Label, policies: Sequence[tuple[Label, Terms]]
) -> tuple[DueAlarm, ...]:
    """Return the alarms that policies raise on what a conversation showed, after each post as of then."""
    readings = [
        Reading(step.at, step.score, step.stage, number)
        for number, step in enumerate(steps, start=1)
        if isinstance(step.at, datetime)
    ]
    found = [
        DueAlarm(each.at, where, label, each.score, each.stage)
        for label, terms in policies
        for each in replay(terms, readings)
    ]
    return tuple(sorted(found, key=_time))


def first(moments: Sequence[Moment | None]) -> Moment | None:
    """Return the earliest moment there is."""
    known = [each for each in moments if each is not None]
    return min(known, key=order, default=None)


def _effect(steps: Sequence[Step], answer: Answer) -> Effect:
    before = steps[answer.place - 1].tension if answer.place else 0.0
    last = len(steps) - 1
    enough = last - answer.place >= LEAST
    return Effect(answer, before, steps[min(answer.place + NEXT, last)].tension if enough else None)


def _time(alarm: DueAlarm) -> float:
    return order(alarm.at)


def order(moment: Moment) -> float:
    """Return a number by which the moments of one report are sorted."""
    return moment.timestamp() if isinstance(moment, datetime) else moment.total_seconds()
