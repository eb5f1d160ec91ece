"""Sources, alarms, members, tokens and the audit trail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.common import Body, Key, MemberOut, Place, Seen, Short
from kulanz.desk.queries.audit import AuditFilter
from kulanz.desk.rules.reasons import as_of
from kulanz.desk.rules.scopes import Scope
from kulanz.desk.services.tokens import LONGEST_DAYS


class SourceOut(Schema):
    """A source and its health; its keys are never shown."""

    id: int
    name: str
    connector: str
    address: str
    state: str
    interval_s: int
    budget_per_day: int
    requests_today: int
    last_success_at: datetime | None
    errors_in_row: int
    last_error: str
    error_kind: str
    due_at: datetime | None
    skipped: list[Any]
    created_at: datetime
    version: int


class AlertOut(Schema):
    """An alarm as it was raised, ages in ``reasons`` too; ``verdict`` is empty, right or wrong."""

    id: int
    thread_id: int
    policy_id: int | None
    raised_at: datetime
    score: float
    stage: str
    reasons: list[dict[str, Any]]
    verdict: str
    judged_by: MemberOut | None
    judged_at: datetime | None
    why: str
    version: int

    @staticmethod
    def resolve_reasons(row: Any) -> list[Any]:
        return list(as_of(row.reasons, row.raised_at))


class AlertPlace(Place):
    verdict: Literal["", "open", "right", "wrong"] = ""
    thread: int | None = None
    policy: int | None = None


class JudgeIn(Seen):
    verdict: Literal["right", "wrong"]
    why: Short = ""


class MeOut(Schema):
    """Who asks, with which roles; ``scopes`` is null for a session."""

    member_id: int
    name: str
    roles: list[str]
    scopes: list[str] | None


class TokenOut(Schema):
    id: int
    name: str
    member: MemberOut
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokenMadeOut(Schema):
    """``text`` is the token itself, told this once."""

    token: TokenOut
    text: str


class TokenIn(Body):
    name: Annotated[str, Field(max_length=120)]
    scopes: list[Scope]
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 90


class EventOut(Schema):
    """Who did what to what, when and why; ``actor`` null is the desk itself."""

    id: int
    at: datetime
    actor: MemberOut | None
    token_id: int | None
    action: str
    noun: str
    noun_id: int | None
    thread_id: int | None
    issue_id: int | None
    case_id: int | None
    reason: str
    data: dict[str, Any]


AuditDay = Annotated[date, Field(ge=date(1970, 1, 1), lt=date(9999, 1, 1))]


class EventPlace(Place):
    noun: Annotated[str, Field(max_length=20)] = ""
    noun_id: Key | None = None
    action: Annotated[str, Field(max_length=40)] = ""
    actor: Key | None = None
    by_desk: bool = Field(default=False, description="those that nobody did but the desk itself")
    since: AuditDay | None = None
    until: AuditDay | None = Field(default=None, description="the last day, which counts")

    def wanted(self) -> AuditFilter:
        return AuditFilter(**self.dict(exclude={"cursor", "limit"}))


class MemberInfoOut(Schema):
    id: int
    username: str
    name: str
    active: bool
    roles: list[str]

    @staticmethod
    def resolve_name(row: Any) -> str:
        return str(row)

    @staticmethod
    def resolve_active(row: Any) -> bool:
        return bool(row.is_active)

    @staticmethod
    def resolve_roles(row: Any) -> list[str]:
        return sorted(held.role for held in row.held_roles.all())


class ConnectorOut(Schema):
    """A kind of source; ``keys`` are the names of the secrets that it understands."""

    name: str
    keys: list[str]


class SourceIn(Body):
    """``keys`` are the connector's secrets, by the names in the reference of connectors.

    ``address`` is where it is read; of ``push`` any word that tells it from the others, such as its name.
    """

    name: Annotated[str, Field(max_length=200)]
    connector: Annotated[str, Field(max_length=40)]
    address: Annotated[str, Field(max_length=500)]
    keys: dict[str, Annotated[str, Field(max_length=2_000)]] = Field(default_factory=dict)
    interval_s: int = 300
    budget_per_day: int = 5_000


class SourceTry(Body):
    """Fields that are left out are as they are."""

    name: Annotated[str, Field(max_length=200)] | None = None
    address: Annotated[str, Field(max_length=500)] | None = None
    keys: dict[str, Annotated[str, Field(max_length=2_000)]] | None = None
    interval_s: int | None = None
    budget_per_day: int | None = None


class SourceChange(SourceTry, Seen):
    """Fields that are left out stay."""


class LaneOut(Schema):
    """How far one way of reading a source has come; ``reached`` is the time of the oldest post it brought."""

    name: str
    pages: int
    posts: int
    reached: datetime | None
    finished_at: datetime | None


class HealthOut(Schema):
    """How a source is doing; ``lag_s`` is how long ago its newest was last read, or sent, in seconds."""

    health: str
    lag_s: int | None
    threads: int
    posts: int
    requests_today: int
    lanes: list[LaneOut]
    waiting_mentions: int
    waiting_rereads: int


class HookOut(Schema):
    """An address that deliveries are taken at; ``signed`` where the sender needs the secret."""

    receiver: str
    address: str
    signed: bool


class SourceSecretOut(Schema):
    """``secret`` is told this once, and empty where a request is repeated."""

    secret: str


class TriedOut(Schema):
    """What a test of a connection saw: some posts, or why there were none."""

    works: bool
    posts: int
    titles: list[str]
    error: str
    error_kind: str


class RefusedLine(Schema):
    line: int
    reason: str
    remedy: str


class PushedOut(Schema):
    """How many lines were kept; of the first hundred that were not, why."""

    kept: int
    refused: int
    problems: list[RefusedLine]


class HitOut(Schema):
    """Something that was found; ``text`` is the stretch that matched, ``id`` is of its ``kind``."""

    kind: str
    id: int
    title: str
    place: str
    state: str
    at: datetime | None
    text: str

    @staticmethod
    def resolve_id(hit: Any) -> int:
        return int(hit.pk)

    @staticmethod
    def resolve_text(hit: Any) -> str:
        return "".join(part.text for part in hit.shown)


class FoundOut(Schema):
    """A stretch of one kind; ``counts`` are of every kind that the asker may see."""

    kind: str
    items: list[HitOut]
    counts: dict[str, int]
    next: str | None


class SearchPlace(Body):
    words: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Annotated[str, Field(max_length=20)] = ""
    cursor: Annotated[str, Field(max_length=500)] = ""
