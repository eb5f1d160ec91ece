"""The company's language model: where it is, what it would be sent, and what it answered."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.common import Body, Key, Seen
from kulanz.desk.api.schemas.drafts import DraftReportOut
from kulanz.desk.rules.language_model import LONGEST_ADDRESS, LONGEST_NAME, SECONDS
from kulanz.desk.services.model_settings import LONGEST_KEY


class LanguageModelOut(Schema):
    """``version`` 0: none is set. The key is never told; ``has_key`` says whether there is one."""

    active: bool
    address: str
    name: str
    seconds: int
    has_key: bool
    version: int


class LanguageModelIn(Seen):
    """``key`` null keeps the one that is there, as long as the address stays; an empty one removes it."""

    active: bool = False
    address: Annotated[str, Field(max_length=LONGEST_ADDRESS)]
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    seconds: Annotated[int, Field(ge=SECONDS[0], le=SECONDS[-1])] = 30
    key: Annotated[str, Field(max_length=LONGEST_KEY)] | None = None


class ModelTriedOut(Schema):
    """What the model said to a question without anybody's data."""

    text: str


class AskModelIn(Body):
    """Without a ``ticket`` nothing is sent: the answer shows what would be, and has a ticket for it."""

    ticket: Annotated[str, Field(max_length=400_000)] | None = None


class AskForThreadIn(AskModelIn):
    """``answers`` is the post of the thread that is to be answered."""

    answers: Key | None = None


class ModelTurnOut(Schema):
    """``body`` is what would be sent, word for word; ``text`` what a model made of it: no person wrote it.

    ``cut`` says that it did not come to its end, ``check`` what the draft check says of a suggested answer.
    """

    task: Literal["answer", "summary"]
    model: str
    host: str | None = None
    body: str | None = None
    ticket: str | None = None
    text: str | None = None
    cut: bool | None = None
    check: DraftReportOut | None = None
