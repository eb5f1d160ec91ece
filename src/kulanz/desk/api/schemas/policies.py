"""Alert policies: when alarms are raised, whom they reach, how often they were wrong, and trying them."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.common import (
    Body,
    Key,
    MemberOut,
    Name,
    Seen,
    Short,
    TeamRef,
    ThreadRef,
    Zone,
)
from kulanz.desk.api.schemas.threads import Stage
from kulanz.desk.services.notifying import as_shown


class PolicyOut(Schema):
    """When alarms are raised, and whom they reach.

    ``apprise_url`` is told by its kind alone, as in ``json://***``: the rest may hold a password.
    """

    id: int
    name: str
    source_id: int | None
    least_stage: str
    threshold: float
    cool_down_h: int
    least_posts: int
    quiet_from: time | None
    quiet_to: time | None
    zone: str
    team: TeamRef | None
    members: list[MemberOut]
    apprise_url: str
    active: bool
    version: int

    @staticmethod
    def resolve_members(row: Any) -> list[Any]:
        return list(row.members.all())

    @staticmethod
    def resolve_apprise_url(row: Any) -> str:
        return as_shown(row.sealed_apprise_url)


class RateOut(Schema):
    """How many of the alarms of 90 days were ``wrong``; the true share lies between ``low`` and ``high``."""

    wrong: int
    judged: int
    share: float
    low: float
    high: float


class RatedOut(Schema):
    """Alarms of 90 days; ``rate`` is null where none was judged."""

    raised: int
    rate: RateOut | None


class PolicyIn(Body):
    """``source`` null means every source without a policy of its own; quiet hours need both ends.

    ``apprise_url`` is a channel as Apprise names it. Where nobody is named all leads are told.
    """

    name: Name
    source: Key | None = None
    least_stage: Stage = "issue"
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    cool_down_h: Annotated[int, Field(ge=0, le=10_000)] = 24
    least_posts: Annotated[int, Field(ge=0, le=100_000)] = 1
    quiet_from: time | None = None
    quiet_to: time | None = None
    zone: Zone = "Europe/Berlin"
    team: Key | None = None
    members: Annotated[list[Key], Field(max_length=1_000)] = Field(default_factory=list)
    apprise_url: Short = ""
    active: bool = True


class PolicyChange(PolicyIn, Seen):
    """Fields that are left out stay, and so does an ``apprise_url`` given as it is told.

    ``members`` are replaced as a whole.
    """

    name: Name = ""


class RaisedOut(Schema):
    """An alarm that would have been raised; ``verdict`` is right, wrong, or empty where nobody said."""

    thread: ThreadRef
    at: datetime
    score: float
    stage: str
    verdict: str

    @staticmethod
    def resolve_at(raised: Any) -> datetime:
        found: datetime = raised.reading.at
        return found

    @staticmethod
    def resolve_score(raised: Any) -> float:
        return float(raised.reading.score)

    @staticmethod
    def resolve_stage(raised: Any) -> str:
        return str(raised.reading.stage)


class BackTestOut(Schema):
    """How many alarms a policy would have raised; ``cut`` where there was more to replay than is replayed.

    ``examples`` are the latest of them.
    """

    since: datetime
    alarms: int
    threads: int
    right: int
    wrong: int
    unjudged: int
    examples: list[RaisedOut]
    cut: bool
