"""Cases, promises, messages and replies."""

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
    SourceRef,
    Words,
)
from kulanz.desk.api.schemas.issues import Title
from kulanz.desk.queries.cases import unread_topics_of
from kulanz.desk.rules.letters import harmless

Address = Annotated[str, Field(max_length=254)]
NextStep = Literal["dunning_goes_on", "settled", "cancelled", "agreed", "other"]
Channel = Literal["email", "source", "private", "phone", "public"]


class PersonRef(Schema):
    id: int
    name: str


class CaseOut(Schema):
    id: int
    issue_id: int | None
    person: PersonRef
    title: str
    state: str
    contact: MemberOut | None
    email: str
    outcome: str
    opened_at: datetime
    closed_at: datetime | None
    version: int


class UnreadTopicOut(Schema):
    """A private conversation at a source whose answers could not be read, and why."""

    account: AccountRef
    source: SourceRef
    last_error: str

    @staticmethod
    def resolve_source(row: Any) -> Any:
        return row.account.source


class CaseDetailOut(CaseOut):
    unread_topics: list[UnreadTopicOut]

    @staticmethod
    def resolve_unread_topics(row: Any) -> list[Any]:
        return unread_topics_of(row)


class PromiseOut(Schema):
    """``left_s`` is the working time left while the clock is paused, in seconds."""

    id: int
    case_id: int
    by: MemberOut
    what: str
    calendar_id: int
    state: str
    made_at: datetime
    deadline: datetime
    left_s: int | None
    pause_reason: str
    settled_at: datetime | None
    version: int


class MessageOut(Schema):
    """``html`` is empty or, where the mail has it, the text as it was formatted, without anything active."""

    id: int
    inbound: bool
    channel: str
    author: MemberOut | None
    sender: str
    subject: str
    text: str
    html: str
    doubtful: str
    automatic: bool
    attachments: list[Any]
    at: datetime

    @staticmethod
    def resolve_html(row: Any) -> str:
        return harmless(row.html)


class ReplyOut(Schema):
    """``asks`` are the rules of approval that asked for a second person when it was shown for approval.

    ``send_at`` is when a scheduled one goes out; ``returned`` says why it came back instead: heard, answered,
    hardened, settled, gone, refused, restored. ``suggested_by`` is the language model whose suggestion was
    taken over.
    """

    id: int
    case_id: int | None
    thread_id: int | None
    author: MemberOut
    approver: MemberOut | None
    channel: str
    account_id: int | None
    state: str
    asks: list[str]
    subject: str
    text: str
    suggested_by: str
    url: str
    post_key: str
    answered_id: int | None
    created_at: datetime
    send_at: datetime | None
    returned: list[str]
    sent_at: datetime | None
    last_error: str
    error_kind: str
    version: int


class CasePlace(Place):
    state: Literal["", "open", "waiting", "resolved", "closed"] = ""
    contact: Literal["", "me"] = ""
    person: Key | None = None
    issue: Key | None = None
    late: bool = False
    words: Annotated[str, Field(max_length=200)] = ""


class CaseIn(Body):
    person: Key
    issue: Key | None = None
    title: Title = ""
    email: Address = ""


class CaseChange(Seen):
    """Fields that are left out stay."""

    title: Title | None = None
    email: Address | None = None


class ContactIn(Seen):
    contact: Key


class OutcomeIn(Seen):
    outcome: Short


class CloseCaseIn(Seen):
    """Where dunning is paused in the case: what happens with the money next, and words for it."""

    next_step: NextStep | None = None
    words: Short = ""


class PromiseIn(Body):
    """``hours`` is working time by the calendar; without a calendar the usual one counts."""

    what: Short
    hours: Annotated[float, Field(gt=0, le=2_000)]
    by: Key | None = None
    calendar: Key | None = None


class ReplyIn(Body):
    """``account`` is whom a private message goes to: one of the case's ``private-ways``.

    ``suggested``: a suggestion of the language model was taken over into it.
    """

    text: Words
    suggested: bool = False
    subject: Short = ""
    channel: Channel = "email"
    account: Key | None = None


class PrivateWayOut(Schema):
    """An account of the customer that a private message can be sent to, and its source."""

    id: int
    key: str
    source_id: int
    source: str

    @staticmethod
    def resolve_source(row: Any) -> str:
        return str(row.source)


class PublicWayOut(Schema):
    """Whether the desk posts at the source, and by which account; empty where the source has not said yet."""

    by_desk: bool
    account: str


class FollowedOut(Schema):
    """What others wrote since an answer, and the thread's score around it; ``post`` null: not read back."""

    post: int | None = None
    posts: int = 0
    people: int = 0
    score_before: float | None = None
    score_after: float | None = None


class PublicReplyIn(Body):
    """``answers`` is the post of the thread that it is for.

    ``suggested``: a suggestion of the language model was taken over into it.
    """

    text: Words
    suggested: bool = False
    answers: Key | None = None


class SendIn(Seen):
    """``posted``: somebody has posted an answer in public already; ``url`` is where it stands now."""

    posted: bool = False
    url: Annotated[str, Field(max_length=2_000)] = ""


class ScheduleIn(Seen):
    """``at`` null is the next working morning by the usual calendar."""

    at: AwareDatetime | None = None


class ReplyChange(Seen):
    """``suggested``: a suggestion of the language model was taken over into it."""

    text: Words | None = None
    suggested: bool = False
    subject: Short | None = None
