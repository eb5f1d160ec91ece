"""What waits for the decision of whoever asks."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk.api.door import ApiRequest, needs
from kulanz.desk.api.schemas.common import Listed, listed
from kulanz.desk.api.schemas.waiting import WaitingCountOut, WaitingOut, WaitingPlace
from kulanz.desk.queries.waiting import count, waiting_stretch
from kulanz.desk.rules.roles import Right

router = Router(tags=["waiting"])


@router.get("/waiting", response=Listed[WaitingOut], **needs(Right.SEE_RADAR))
def list_waiting(request: ApiRequest, place: Query[WaitingPlace]) -> Any:
    """What waits for your decision, a kind at a time; nothing of a kind that you do not decide on.

    That takes ``approve`` for replies and gestures, which others asked for, ``work_cases`` for holds of your
    cases and customers who ask for another person (``lead_cases``, or the issue is yours),
    ``judge_measures`` for measures and appeals, and ``work_issues`` for merges.
    """
    now = timezone.now()
    return listed(waiting_stretch(request.auth, place.kind, now=now, after=place.cursor, size=place.limit))


@router.get("/waiting/count", response=WaitingCountOut, **needs(Right.SEE_RADAR))
def count_waiting(request: ApiRequest) -> Any:
    """How much waits for your decision, of all kinds."""
    return {"count": count(request.auth, now=timezone.now())}
