"""Issues and what people do together in them."""

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
    TeamRef,
    Why,
    Words,
)
from kulanz.desk.queries.issues import affected_in

Keys = Annotated[list[Key], Field(min_length=1, max_length=500)]
Title = Annotated[str, Field(max_length=300)]


class IssueOut(Schema):
    """``affected`` counts the complainants and those affected in all of its threads, none twice."""

    id: int
    title: str
    state: str
    severity: str
    stage: str
    stage_by_hand: bool
    owner: MemberOut | None
    team: TeamRef | None
    snoozed_until: datetime | None
    merged_into_id: int | None
    outcome: str
    affected: int
    opened_at: datetime
    closed_at: datetime | None
    version: int

    @staticmethod
    def resolve_affected(row: Any) -> int:
        return row.affected if hasattr(row, "affected") else affected_in([row.pk])[row.pk]


class RoleOut(Schema):
    """What an account is in an issue; ``by_hand`` where a person said it."""

    account: AccountRef
    role: str
    by_hand: bool
    posts: int
    version: int


class TaskOut(Schema):
    id: int
    issue_id: int
    position: int
    text: str
    done_at: datetime | None
    done_by: MemberOut | None


class IssuePlace(Place):
    state: Literal["", "open", "owned", "snoozed", "closed", "merged"] = ""
    owner: Literal["", "me", "nobody"] = ""
    severity: Literal["", "low", "normal", "high", "critical"] = ""
    stage: Literal["", "calm", "complaint", "issue", "escalated"] = ""
    words: Annotated[str, Field(max_length=200)] = ""


class IssueIn(Body):
    threads: Keys
    title: Title = ""


class IssueChange(Seen):
    """Fields that are left out stay; an empty stage lets the threads decide again, a team of null is none."""

    title: Title | None = None
    severity: Literal["low", "normal", "high", "critical"] | None = None
    stage: Literal["", "calm", "complaint", "issue", "escalated"] | None = None
    team: Key | None = None


class OwnerIn(Seen):
    owner: Key


class SnoozeIssueIn(Why):
    until: AwareDatetime


class CloseIssueIn(Why):
    outcome: Literal[
        "resolved", "explained", "goodwill", "no_answer_needed", "false_alarm", "moved_elsewhere"
    ]


class MergeIn(Why):
    into: Key


class SplitIn(Body):
    threads: Keys
    title: Title = ""
    reason: Short


class ThreadsIn(Body):
    threads: Keys


class RoleIn(Seen):
    """``seen`` is 0 for an account that has no role in the issue yet."""

    role: Literal["complainant", "affected", "annoyed", "calming", "defending", "amplifier", "staff"]


class TaskIn(Body):
    text: Short


class PlaybookUse(Body):
    playbook: Key


class DoneIn(Body):
    done: bool


class NoteIn(Body):
    text: Words
