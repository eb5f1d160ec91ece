"""Threads, posts and their changes, and what the radar says of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Schema
from pydantic import AwareDatetime, Field

from kulanz.desk.api.schemas.common import AccountRef, Place, SourceRef, Why
from kulanz.desk.queries.company import speakers
from kulanz.desk.queries.threads import readings_of
from kulanz.desk.rules.alarms import SILENT_FOR
from kulanz.desk.rules.reasons import as_of
from kulanz.desk.rules.roles import Right

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


class ReadingOut(Schema):
    """Score, stage and views after an analysis; the same views again are no reading of their own."""

    at: datetime
    score: float
    stage: str
    views: int | None


class ThreadDetailOut(ThreadOut):
    """A thread with the report of its last analysis; ages in ``reasons`` are counted now, from ``since``.

    ``history`` has its last 200 scores, oldest first.
    """

    onset_post: str
    reasons: list[dict[str, Any]]
    signals: dict[str, Any]
    roles: dict[str, str]
    scorer: str
    history: list[ReadingOut]
    attention: AttentionOut | None
    issues: list[IssueRef]

    @staticmethod
    def resolve_reasons(row: Any) -> list[Any]:
        return list(as_of(row.reasons, timezone.now()))

    @staticmethod
    def resolve_history(row: Any) -> list[Any]:
        return readings_of(row)

    @staticmethod
    def resolve_attention(row: Any) -> Any:
        return getattr(row, "attention", None)

    @staticmethod
    def resolve_issues(row: Any) -> list[Any]:
        return [link.issue for link in row.links.select_related("issue").order_by("id")]


class RadarOut(Schema):
    """An issue, or a thread that is in none. ``thread`` is the strongest of the issue's ``threads``.

    ``affected`` (the complainant and those affected), ``views`` and ``answered_at`` are over all of them;
    ``spark`` are the thread's last scores, oldest first.
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
    """A post; what a removed one said, linked and mentioned is for those who may see people.

    ``speaker`` is the member who speaks with that account.
    """

    id: int
    key: str
    thread_id: int
    account: AccountRef | None
    speaker: str
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
    accepted: bool | None
    url: str
    automatic: bool
    hidden: bool
    removed: bool
    edited_at: datetime | None
    edited_by: str

    @staticmethod
    def resolve_speaker(row: Any, context: Any) -> str:
        return _speaking(context["request"], row.source_id).get(str(row.account or "").lower(), "")

    @staticmethod
    def resolve_text(row: Any, context: Any) -> str:
        return row.text if _readable(row, context) else ""

    @staticmethod
    def resolve_quotes(row: Any, context: Any) -> list[Any]:
        return list(row.quotes) if _readable(row, context) else []

    @staticmethod
    def resolve_code(row: Any, context: Any) -> list[Any]:
        return list(row.code) if _readable(row, context) else []

    @staticmethod
    def resolve_links(row: Any, context: Any) -> list[Any]:
        return list(row.links) if _readable(row, context) else []

    @staticmethod
    def resolve_mentions(row: Any, context: Any) -> list[Any]:
        return list(row.mentions) if _readable(row, context) else []


class RevisionOut(Schema):
    """A change that a read found; ``diff`` is by words, empty where no text changed.

    That of a removed post is for those who may see people.
    """

    id: int
    thread_id: int
    post_id: int | None
    kind: str
    found_at: datetime
    seen_before: datetime | None
    changed_at: datetime | None
    by: str
    diff: list[Any]

    @staticmethod
    def resolve_diff(row: Any, context: Any) -> list[Any]:
        return list(row.diff) if row.post is None or _readable(row.post, context) else []


class EvidenceOut(Schema):
    """A passage of a post's text that a signal rests on, by its characters."""

    start: int
    end: int
    label: str


class FindingOut(Schema):
    """What was found in a post; nothing but its language where it was not scored."""

    post: str
    lang: str
    signals: dict[str, float]
    company: bool
    company_inferred: bool
    evidence: list[EvidenceOut]

    @staticmethod
    def resolve_post(found: Any) -> str:
        return str(found.post.post_id)

    @staticmethod
    def resolve_evidence(found: Any) -> list[dict[str, Any]]:
        return [{"start": start, "end": end, "label": label} for start, end, label in found.evidence]


class MomentOut(Schema):
    post: str
    code: str


class FindingsOut(Schema):
    """Posts are named by their keys; every one of the ``series`` has one value a post."""

    posts: list[FindingOut]
    series: dict[str, list[float | None]]
    events: list[MomentOut]


class WriterOut(Schema):
    key: str
    role: str
    posts: int


class AnswersOut(Schema):
    who: str
    whom: str
    times: int


class FrontsOut(Schema):
    """Accounts by their keys; ``role`` is empty where somebody is nothing special."""

    people: list[WriterOut]
    answers: list[AnswersOut]


class PlaceOut(Schema):
    """A thread (``node_id`` is its id here) or a page elsewhere (its address) that carries the matter."""

    node_id: str
    parent: str | None
    how: str
    first_seen: datetime | None
    share: float
    depth: int
    title: str | None
    url: str | None
    source: str | None
    reach: int | None
    posts: int


class SpreadOut(Schema):
    """The origin comes first; ``unknown_reach`` counts the places without known views."""

    nodes: list[PlaceOut]
    reach: int
    unknown_reach: int


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


def _speaking(request: Any, source: int) -> Mapping[str, str]:
    """Return who speaks at a source, asked once for a request."""
    known = request.__dict__.setdefault("speaking", {})
    if source not in known:
        known[source] = speakers(source)
    return known[source]  # type: ignore[no-any-return]


def _readable(post: Any, context: Any) -> bool:
    """Whether the asker may read a post's words: those of removed ones are not for everybody."""
    return not post.removed or context["request"].auth.may(Right.SEE_PEOPLE)
