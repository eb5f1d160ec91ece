"""The status page of a case, and the message of a handover."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema

from kulanz.desk.api.schemas.cases import Channel
from kulanz.desk.api.schemas.common import Body, Key

Language = Literal["de", "en"]


class StatusPageOut(Schema):
    """``link`` is for the customer alone: empty for who may not work on cases, and once it is revoked."""

    case_id: int
    language: Language
    link: str
    made_at: datetime
    revoked_at: datetime | None
    first_opened_at: datetime | None
    last_opened_at: datetime | None
    version: int


class StatusPageIn(Body):
    language: Language


class HandoverIn(Body):
    """``account`` is whom a private message goes to: one of the case's ``private-ways``."""

    language: Language
    channel: Channel = "email"
    account: Key | None = None
