"""Threads, posts and their changes, and what the radar says of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

from kulanz.desk.api.schemas.common import AccountRef, Place, SourceRef, Why
from kulanz.desk.rules.alarms import SILENT_FOR

Stage = Literal["calm", "complaint", "issue", "escalated"]


class ThreadOut(Schema):
    id: int
    key: str
    source: SourceRef
    title: str
    url: str
    place: str
    views: int | None
    closed: bool | None
    hidden: bool | None
    gone: bool
    post_count: int
    first_post_at: datetime | None
    last_post_at: datetime | None
    scored: bool
    score: float
    stage: str
    affected: int
    people: int
    company_answered_at: datetime | None
    analysed_at: datetime | None
    stale_since: datetime | None


class IssueRef(Schema):
    id: int
    title: str
    state: str


class AttentionOut(Schema):
    """What was decided about a thread; where nothing was, the version to name in ``seen`` is 0."""

    state: str
    until: datetime | None
    reason: str
    at: datetime
    version: int


class ThreadDetailOut(ThreadOut):
    """A thread with the report of its last analysis."""

    onset_post: str
    reasons: list[dict[str, Any]]
    signals: dict[str, Any]
    roles: dict[str, str]
    scorer: str
    attention: AttentionOut | None
    issues: list[IssueRef]

    @staticmethod
    def resolve_attention(row: Any) -> Any:
        return getattr(row, "attention", None)

    @staticmethod
    def resolve_issues(row: Any) -> list[Any]:
        return [link.issue for link in row.links.select_related("issue").order_by("id")]


class RadarOut(Schema):
    """An issue, or a thread that is in none. ``thread`` is the strongest of the issue's ``threads``.

    ``affected``, ``views`` and ``answered_at`` are over all of them; ``spark`` are the thread's last scores,
    oldest first.
    """

    title: str
    thread: ThreadOut
    issue: IssueRef | None
    threads: int
    affected: int
    views: int | None
    answered_at: datetime | None
    reasons: list[str]
    spark: list[float]


class PostOut(Schema):
    id: int
    key: str
    thread_id: int
    account: AccountRef | None
    created_at: datetime | None
    text: str
    quotes: list[Any]
    code: list[Any]
    links: list[Any]
    mentions: list[Any]
    reply_to: str
    role: str
    lang: str
    likes: int | None
    url: str
    automatic: bool
    hidden: bool
    removed: bool
    edited_at: datetime | None
    edited_by: str


class RevisionOut(Schema):
    """A change that a read found; ``diff`` is by words, empty where no text changed."""

    id: int
    thread_id: int
    post_id: int | None
    kind: str
    found_at: datetime
    seen_before: datetime | None
    changed_at: datetime | None
    by: str
    diff: list[Any]


class RadarPlace(Place):
    stage: Literal["", "complaint", "issue", "escalated"] = ""
    source: int | None = None
    owner: Literal["", "me", "nobody"] = ""
    aside: bool = False
    words: Annotated[str, Field(max_length=200)] = ""
    days: int = Field(
        SILENT_FOR.days,
        ge=0,
        le=36_500,
        description="leave out what has been silent for so many days and is in no open issue; 0: nothing",
    )


class ThreadPlace(Place):
    stage: Literal["", "calm", "complaint", "issue", "escalated"] = ""
    source: int | None = None
    words: Annotated[str, Field(max_length=200)] = ""


class SnoozeIn(Why):
    until: AwareDatetime
