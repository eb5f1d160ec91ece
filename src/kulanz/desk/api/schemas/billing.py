"""Billing systems: where claims and letters come from, and holds are ordered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.common import Body, Seen

Word = Annotated[str, Field(max_length=2_000)]
Adapter = Literal["tryton", "webhook", "csv", "odoo", "lago"]


class BillingSystemOut(Schema):
    """A billing system; its secrets are never shown. ``due_at`` is when it is read next."""

    id: int
    name: str
    adapter: str
    config: dict[str, Any]
    paused: bool
    interval_s: int
    last_success_at: datetime | None
    last_error: str
    error_kind: str
    due_at: datetime | None
    skipped: list[str]
    created_at: datetime
    version: int


class BillingSystemIn(Body):
    """``config`` and ``secrets`` are those of the adapter, by the names in how to connect billing."""

    name: Annotated[str, Field(max_length=40)]
    adapter: Adapter
    config: dict[str, Word | dict[str, Word]] = Field(default_factory=dict)
    secrets: dict[str, Word] = Field(default_factory=dict)
    interval_s: int = 900


class BillingSystemTry(Body):
    """Fields that are left out are as they are."""

    config: dict[str, Word | dict[str, Word]] | None = None
    secrets: dict[str, Word] | None = None
    interval_s: int | None = None


class BillingSystemChange(BillingSystemTry, Seen):
    """Fields that are left out stay, and so do name and adapter."""


class BillingSystemMadeOut(Schema):
    """``secrets`` are those that were made for it, told this once."""

    system: BillingSystemOut
    secrets: dict[str, str]


class BillingSecretIn(Seen):
    """Which of a webhook's two secrets is made anew."""

    name: Literal["secret", "their_secret"]


class BillingTriedOut(Schema):
    """What a test of a connection saw; ``holds`` says whether dunning can be stopped there.

    ``error_kind`` is busy, unreachable or refused; empty where it works.
    """

    works: bool
    claims: int
    more: bool
    holds: bool
    problems: list[str]
    error: str
    error_kind: str


class BillingHealthOut(Schema):
    """How the reading goes, and how many claims are open, holds on, and letters known."""

    health: str
    claims: int
    holds: int
    letters: int


class BillingHookOut(Schema):
    """Where a webhook sends to; empty for a billing system that is asked."""

    address: str
