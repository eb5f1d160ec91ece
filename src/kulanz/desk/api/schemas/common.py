"""Shapes that many answers have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from ninja import Schema
from pydantic import ConfigDict, Field, model_validator

from kulanz.desk.queries.steady import LARGEST, SIZE, Stretch

_Item = TypeVar("_Item")

Words = Annotated[str, Field(max_length=20_000)]
Short = Annotated[str, Field(max_length=500)]
Name = Annotated[str, Field(max_length=120)]
Zone = Annotated[str, Field(max_length=64)]
Key = Annotated[int, Field(ge=1, lt=2**63)]


class Body(Schema):
    """What a client sends: a field that nobody knows is refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _without_nul(self) -> Self:
        wrong = [name for name, value in self if _has_nul(value)]
        if wrong:
            raise ValueError(f"{wrong[0]}: expected words without NUL characters")
        return self


class Place(Body):
    """Where in a list to begin, and how many to give."""

    cursor: str = Field("", max_length=500, description="``next`` of the answer before")
    limit: int = Field(SIZE, ge=1, le=LARGEST)


class Listed(Schema, Generic[_Item]):
    """A stretch of a list; ``next`` is the cursor of the following one, null at the end."""

    items: list[_Item]
    next: str | None


class Seen(Body):
    """The version of the row that the change was decided on, unless If-Match says it."""

    seen: int | None = Field(None, ge=0)

    def given(self) -> dict[str, Any]:
        """Return the fields that the client named, without the version."""
        return self.dict(exclude={"seen"}, exclude_unset=True)


class Why(Seen):
    reason: Short


class Reason(Seen):
    reason: Short = ""


class Problem(Schema):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[dict[str, Any]] = Field(default_factory=list)


class MemberOut(Schema):
    id: int
    name: str

    @staticmethod
    def resolve_name(row: Any) -> str:
        return str(row)


class TeamRef(Schema):
    id: int
    name: str


class ThreadRef(Schema):
    id: int
    title: str


class SourceRef(Schema):
    id: int
    name: str


class AccountRef(Schema):
    id: int
    key: str


class NoteOut(Schema):
    id: int
    text: str
    author: MemberOut | None
    at: datetime


class OnlookerOut(Schema):
    """A colleague who looked in the last five minutes."""

    name: str
    at: datetime


class EntryOut(Schema):
    """A line of a time line; ``who`` is empty where the desk did it by itself."""

    at: datetime
    kind: str
    noun: str
    action: str
    who: str
    text: str
    thread_id: int | None
    case_id: int | None

    @staticmethod
    def resolve_thread_id(entry: Any) -> int | None:
        return entry.thread.pk if entry.thread else None

    @staticmethod
    def resolve_case_id(entry: Any) -> int | None:
        return entry.case.pk if entry.case else None


def _has_nul(value: object) -> bool:
    """Say whether a value has a character that no database keeps; other bodies look for themselves."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(map(_has_nul, (*value, *value.values())))
    return isinstance(value, list | tuple) and any(map(_has_nul, value))


def listed(found: Stretch[Any]) -> dict[str, Any]:
    """Return a stretch as ``Listed`` has it."""
    return {"items": found.rows, "next": found.following or None}
