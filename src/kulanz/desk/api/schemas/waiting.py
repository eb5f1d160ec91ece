"""What waits for a decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema

from kulanz.desk.api.schemas.common import MemberOut, Place, ThreadRef
from kulanz.desk.api.schemas.gestures import CaseRef


class WaitingPlace(Place):
    kind: Literal["replies", "gestures", "wishes", "measures", "appeals", "holds", "merges"] = "replies"


class WaitingOut(Schema):
    """``id`` is that of the reply, gesture, status page, measure, appeal, hold or suggestion.

    ``by`` is null where no member asks.
    """

    id: int
    title: str
    since: datetime
    by: MemberOut | None
    case: CaseRef | None
    thread: ThreadRef | None

    @staticmethod
    def resolve_id(row: Any) -> int:
        found: int = row.row.pk
        return found


class WaitingCountOut(Schema):
    count: int
