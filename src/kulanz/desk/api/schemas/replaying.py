"""An issue step by step, as of then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema

from kulanz.core.spoken import LANGS
from kulanz.desk.api.schemas.common import Body
from kulanz.desk.api.schemas.reports import HappenedOut
from kulanz.desk.conf import conf
from kulanz.desk.rules.roles import Right


class ReplayQuery(Body):
    """``lang`` is that of reasons and findings: de or en, else the desk's."""

    lang: str = ""

    @property
    def language(self) -> Any:
        return self.lang if self.lang in LANGS else conf().language


class ReplayStepOut(Schema):
    """A post and what was known of its conversation with it; ``thread`` and ``post`` are ids.

    ``alarms`` names today's policies that raise an alarm here.
    """

    number: int
    thread: int
    post: int
    at: datetime | None
    author: str
    company: bool
    score: float
    stage: str
    belief: float | None
    alarms: list[str]
    events: list[str]


class ReplayOut(Schema):
    """The steps of an issue; ``posts`` is how many posts there are, some of them cut where it is more.

    ``cut_threads`` says that there are more conversations than are replayed.
    """

    posts: int
    cut_threads: bool
    steps: list[ReplayStepOut]


class RankOut(Schema):
    """The place on the radar of the source, and how many conversations stood on it."""

    place: int
    among: int


class PastReasonOut(Schema):
    """A reason as a sentence; ``posts`` are keys at the source."""

    code: str
    text: str
    posts: list[str]


class PastFindingOut(Schema):
    """What today's draft check finds in an answer; ``start`` and ``end`` bound it in the text."""

    code: str
    kind: str
    start: int | None
    end: int | None
    why: str
    better: str


class PastPositionOut(Schema):
    number: int
    code: str
    needs_approval: bool
    advice: str


class PastDraftOut(Schema):
    lang: str
    scored: bool
    findings: list[PastFindingOut]
    position: PastPositionOut


class ThenOut(Schema):
    """What was known at a step, and what was done until the next one.

    ``text`` is as it was read first (``reworded``: it is another today); that of a removed post, and what the
    check says of it, is for those who may see people. ``evidence`` is (start, end, signal). ``check`` is null
    but for the company's answers.
    """

    step: ReplayStepOut
    text: str
    reworded: bool
    signals: dict[str, float]
    evidence: list[tuple[int, int, str]]
    scored: bool
    affected: int
    people: int
    reasons: list[PastReasonOut]
    rank: RankOut | None
    check: PastDraftOut | None
    happened: list[HappenedOut]
    cut: bool

    @staticmethod
    def resolve_text(row: Any, context: Any) -> str:
        return row.finding.post.text if _readable(row, context) else ""

    @staticmethod
    def resolve_check(row: Any, context: Any) -> Any:
        return row.check if _readable(row, context) else None

    @staticmethod
    def resolve_signals(row: Any) -> Any:
        return row.finding.signals

    @staticmethod
    def resolve_evidence(row: Any) -> Any:
        return list(row.finding.evidence)

    @staticmethod
    def resolve_scored(row: Any) -> Any:
        return row.report.scored

    @staticmethod
    def resolve_affected(row: Any) -> Any:
        return row.report.affected

    @staticmethod
    def resolve_people(row: Any) -> Any:
        return row.report.participants

    @staticmethod
    def resolve_reasons(row: Any) -> Any:
        return list(row.report.reasons)


def _readable(row: Any, context: Any) -> bool:
    return not row.row.removed or context["request"].auth.may(Right.SEE_PEOPLE)
