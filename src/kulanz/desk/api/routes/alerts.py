"""Alarms and their verdicts, and the policies that raise them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, listed
from kulanz.desk.api.schemas.setup import AlertOut, AlertPlace, JudgeIn, PolicyOut
from kulanz.desk.api.versions import shown
from kulanz.desk.queries import catalog
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import alerting

router = Router(tags=["alerts"])


@router.get("/alerts", response=Listed[AlertOut], **needs(Right.SEE_RADAR))
def list_alerts(request: ApiRequest, place: Query[AlertPlace]) -> Any:
    """Alarms; the verdict open means that nobody judged them yet."""
    return listed(catalog.alerts(at(place), verdict=place.verdict, thread=place.thread))


@router.get("/alerts/{int:pk}", response=AlertOut, **needs(Right.SEE_RADAR))
def show_alert(request: ApiRequest, pk: int) -> Any:
    return access.alert(request.auth, pk)


@router.post("/alerts/{int:pk}/judge", response=AlertOut, **needs(Right.WORK_ISSUES))
def judge_alert(request: ApiRequest, pk: int, body: JudgeIn) -> Any:
    """Say whether an alarm was right or wrong; a later verdict replaces an earlier one."""
    alert, now = access.alert(request.auth, pk), timezone.now()
    return alerting.judge(actor=request.auth, alert=alert, verdict=body.verdict, why=body.why, now=now)


@router.get("/policies", response=Listed[PolicyOut], **needs(Right.SET_POLICIES))
def list_policies(request: ApiRequest, place: Query[Place]) -> Any:
    return listed(catalog.policies(at(place)))


@router.get("/policies/{int:pk}", response=PolicyOut, **needs(Right.SET_POLICIES))
def show_policy(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.policy(request.auth, pk))
