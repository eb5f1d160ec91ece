"""What people ask for about their own data."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.common import Place, Seen

State = Literal["open", "granted", "refused", "withdrawn"]
Said = Annotated[str, Field(max_length=5_000)]


class DataRequestOut(Schema):
    """``said`` are the person's words, ``longer`` why it takes longer, ``answer`` what they were told.

    Once the person was erased all three are empty. ``with_posts``: their public posts are to go, too.
    ``account_id`` is set where they proved that account to be theirs and no more.
    """

    id: int
    person_id: int
    account_id: int | None
    kind: Literal["correct", "object", "restrict", "erase"]
    state: State
    with_posts: bool
    said: str
    longer: str
    answer: str
    made_at: datetime
    deadline: datetime
    extended_at: datetime | None
    answered_at: datetime | None
    by_id: int | None
    version: int


class DataRequestPlace(Place):
    state: State | None = None


class RequestAnswerIn(Seen):
    answer: Said = ""


class ReasonIn(Seen):
    reason: Said
