"""People, their accounts, and merges."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.common import AccountRef, Body, Key, Place, Seen, Short, SourceRef, Words
from kulanz.desk.api.schemas.threads import IssueRef

Role = Literal["customer", "moderator", "builder", "staff", "partner", "press"]


class PersonOut(Schema):
    id: int
    name: str
    role: str
    email: str
    customer_number: str
    note: str
    no_contact: bool
    merged_into_id: int | None
    created_at: datetime
    erased_at: datetime | None
    version: int


class AccountOut(Schema):
    id: int
    key: str
    source: SourceRef
    person_id: int | None
    source_role: str
    first_seen_at: datetime


class IssueOfPersonOut(Schema):
    """What an account of a person is in an issue."""

    issue: IssueRef
    account: AccountRef
    role: str


class MergeOut(Schema):
    id: int
    kept_id: int
    gone_id: int
    why: str
    at: datetime
    undone_at: datetime | None


class StoredOut(Schema):
    """How much of a class of data is kept about a person, and for how many days; null keeps it."""

    data_class: str
    what: str
    count: int
    days: int | None


class CountedOut(Schema):
    what: str
    count: int


class ReplacedOut(Schema):
    """A name with the number of texts of others in which it would be replaced.

    ``more``: there are more texts than were looked at. Not ``anywhere``: it is replaced after an ``@`` only.
    """

    name: str
    anywhere: bool
    rows: int
    more: bool


class ErasurePlanOut(Schema):
    """``goes`` is deleted or blanked, ``stays`` is kept without names; ``open_cases`` come first.

    ``names`` are replaced in what others wrote, unless they are left out.
    """

    goes: list[CountedOut]
    stays: list[CountedOut]
    open_cases: int
    names: list[ReplacedOut]


class EraseIn(Seen):
    """Names that are ``left_out`` are replaced after an ``@`` only, in what others wrote.

    ``with_posts``: the words of their public posts go, too.
    """

    reason: Short
    left_out: list[Short] = Field(default=[], max_length=100)
    with_posts: bool = False


class SuggestionOut(Schema):
    """A profile, or an account without one, that may be the same person."""

    person_id: int | None
    account_id: int | None
    score: float
    grounds: list[str]

    @staticmethod
    def resolve_person_id(row: Any) -> int | None:
        return row.person.pk if row.person else None

    @staticmethod
    def resolve_account_id(row: Any) -> int | None:
        return row.account.pk if row.account else None

    @staticmethod
    def resolve_score(row: Any) -> float:
        return float(row.likeness.score)

    @staticmethod
    def resolve_grounds(row: Any) -> list[str]:
        return [str(ground) for ground in row.likeness.grounds]


class ResemblanceOut(Schema):
    """A profile and another one, or an account without one, that may be the same person."""

    id: int
    person_id: int
    other_id: int | None
    account_id: int | None
    score: float
    grounds: list[str]
    found_at: datetime
    dismissed_at: datetime | None
    version: int


class ResemblancePlace(Place):
    dismissed: bool = Field(
        default=False, description="those that were told apart instead of those to decide"
    )


class PersonPlace(Place):
    role: Literal["", "customer", "moderator", "builder", "staff", "partner", "press"] = ""
    words: Annotated[str, Field(max_length=200)] = ""


class AccountPlace(Place):
    source: int | None = None
    without_profile: bool = False
    words: Annotated[str, Field(max_length=200)] = ""


class PersonChange(Seen):
    """Fields that are left out stay."""

    name: Annotated[str, Field(max_length=200)] | None = None
    role: Role | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    customer_number: Annotated[str, Field(max_length=80)] | None = None
    note: Words | None = None
    no_contact: bool | None = None


class AccountIn(Body):
    account: Key


class MergePeopleIn(Seen):
    gone: Key
    why: Short
