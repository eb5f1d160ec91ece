"""Alarms and their verdicts, and the policies that raise them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, listed
from kulanz.desk.api.schemas.setup import (
    AlertOut,
    AlertPlace,
    BackTestOut,
    JudgeIn,
    PolicyChange,
    PolicyIn,
    PolicyOut,
)
from kulanz.desk.api.versions import seen_version, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.backtest import backtest
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.alarms import Terms
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import alerting
from kulanz.desk.services.policies import PolicyValues, remove_policy, save_policy

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


@router.post("/policies", response={201: PolicyOut}, **needs(Right.SET_POLICIES))
def make_policy(request: ApiRequest, body: PolicyIn) -> Any:
    values = _values(request.auth, body.dict())
    return save_policy(actor=request.auth, policy=None, seen=0, values=values, now=timezone.now())


@router.post("/policies/try", response=BackTestOut, **needs(Right.SET_POLICIES))
def try_policy(request: ApiRequest, body: PolicyIn) -> Any:
    """What a policy would have done last month, by what is known of the past; nothing is saved."""
    terms = Terms(body.least_stage, body.threshold, body.cool_down_h, body.least_posts)
    return backtest(terms, source=body.source, now=timezone.now())


@router.patch("/policies/{int:pk}", response=PolicyOut, **needs(Right.SET_POLICIES))
def change_policy(request: ApiRequest, pk: int, body: PolicyChange) -> Any:
    """Change a policy; who is told by it is changed on the settings page."""
    policy, seen = access.policy(request.auth, pk), seen_version(request, body.seen)
    plain = {name: getattr(policy, name) for name in PolicyIn.model_fields if name != "source"}
    given = {"source": policy.source_id, **plain, **body.dict(exclude={"seen"}, exclude_unset=True)}
    told = {"team": policy.team, "members": policy.members.all(), "apprise_url": policy.apprise_url}
    values = _values(request.auth, {**given, **told})
    return save_policy(actor=request.auth, policy=policy, seen=seen, values=values, now=timezone.now())


@router.delete("/policies/{int:pk}", response={204: None}, **needs(Right.SET_POLICIES))
def delete_policy(request: ApiRequest, pk: int) -> None:
    """Remove a policy; the alarms that it raised stay, with their verdicts."""
    remove_policy(actor=request.auth, policy=access.policy(request.auth, pk), now=timezone.now())


def _values(actor: Actor, given: dict[str, Any]) -> PolicyValues:
    source = access.source(actor, given["source"]) if given["source"] else None
    return PolicyValues(**{**given, "source": source})
