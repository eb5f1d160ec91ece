"""Members as admins see them, and what members have for themselves: preferences, views, sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.common import Body, Seen
from kulanz.desk.api.schemas.setup import MemberInfoOut
from kulanz.desk.rules.roles import Role
from kulanz.desk.services.notifying import as_shown

RealName = Annotated[str, Field(max_length=120)]
Address = Annotated[str, Field(max_length=254)]


class MemberDetailOut(MemberInfoOut):
    email: str
    last_login: datetime | None
    version: int


class MemberIn(Body):
    """``display_name`` is the real name, which customers see."""

    username: Annotated[str, Field(max_length=150)]
    display_name: RealName = ""
    email: Address = ""
    roles: list[Role] = Field(default_factory=list)


class MemberChange(Seen):
    """Fields that are left out stay; ``roles`` are all that the member has from now on."""

    display_name: RealName | None = None
    email: Address | None = None
    roles: list[Role] | None = None


class EntryLinkOut(Schema):
    """By ``link`` a member sets a password; it works once, and for three days."""

    link: str


class PreferencesOut(Schema):
    """``notify_url`` is told by its kind alone, as in ``json://***``: the rest may hold a password."""

    language: str
    theme: str
    time_zone: str
    email_alerts: str
    notify_url: str

    @staticmethod
    def resolve_notify_url(row: Any) -> str:
        return as_shown(row.sealed_notify_url)


class PreferencesChange(Body):
    """Fields that are left out stay, and so does a ``notify_url`` given as it is told.

    ``email_alerts`` digest is one mail a day, at nine.
    """

    language: Literal["auto", "de", "en"] | None = None
    theme: Literal["auto", "light", "dark"] | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    email_alerts: Literal["immediate", "digest", "off"] | None = None
    notify_url: Annotated[str, Field(max_length=500)] | None = None


class ViewOut(Schema):
    """A filter of the radar under a name, written as the query of the radar; ``shared`` with everybody."""

    id: int
    name: str
    query: str
    shared: bool
    version: int

    @staticmethod
    def resolve_shared(row: Any) -> bool:
        return row.member_id is None


class ViewIn(Seen):
    name: Annotated[str, Field(max_length=120)]
    query: Annotated[str, Field(max_length=1_000)]
    shared: bool = False


class SessionOut(Schema):
    """Where one is logged in."""

    id: int
    user_agent: str
    ip: str
    created_at: datetime
    last_seen_at: datetime
