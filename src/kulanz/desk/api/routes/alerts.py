"""Alarms and their verdicts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, listed
from kulanz.desk.api.schemas.policies import RatedOut
from kulanz.desk.api.schemas.setup import AlertOut, AlertPlace, JudgeIn
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.alerts import rated
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import alerting

router = Router(tags=["alerts"])


@router.get("/alerts", response=Listed[AlertOut], **needs(Right.SEE_RADAR))
def list_alerts(request: ApiRequest, place: Query[AlertPlace]) -> Any:
    """Alarms; the verdict open means that nobody judged them yet."""
    wanted = place.dict(include={"verdict", "thread", "policy"})
    return listed(catalog.alerts(at(place), **wanted))


@router.get("/alerts/rate", response=RatedOut, **needs(Right.SEE_RADAR))
def show_rate(request: ApiRequest) -> Any:
    """How often alarms were wrong lately."""
    return rated(timezone.now())


@router.get("/alerts/{int:pk}", response=AlertOut, **needs(Right.SEE_RADAR))
def show_alert(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.alert(request.auth, pk))


@router.post("/alerts/{int:pk}/judge", response=AlertOut, **needs(Right.WORK_ISSUES))
def judge_alert(request: ApiRequest, pk: int, body: JudgeIn) -> Any:
    """Say whether an alarm was right or wrong; a later verdict replaces the one that was seen."""
    alert = access.alert(request.auth, pk)
    return alerting.judge(alert=alert, verdict=body.verdict, why=body.why, **decided(request, body.seen))
