"""Alert policies: when alarms are raised, whom they reach, how often they were wrong, and trying them."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.rows import with_rows
from kulanz.desk.api.schemas.common import Listed, Place, listed
from kulanz.desk.api.schemas.policies import BackTestOut, PolicyChange, PolicyIn, PolicyOut, RatedOut
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.alerts import rated
from kulanz.desk.queries.backtest import backtest
from kulanz.desk.rules.alarms import Terms
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.notifying import as_shown
from kulanz.desk.services.policies import PolicyValues, remove_policy, save_policy

router = Router(tags=["policies"])
_FIELDS: Final = tuple(name for name in PolicyIn.model_fields if name not in ("members", "apprise_url"))


@router.get("/policies", response=Listed[PolicyOut], **needs(Right.SET_POLICIES))
def list_policies(request: ApiRequest, place: Query[Place]) -> Any:
    return listed(catalog.policies(at(place)))


@router.get("/policies/{int:pk}", response=PolicyOut, **needs(Right.SET_POLICIES))
def show_policy(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.policy(request.auth, pk))


@router.get("/policies/{int:pk}/rate", response=RatedOut, **needs(Right.SET_POLICIES))
def rate_policy(request: ApiRequest, pk: int) -> Any:
    """How many alarms that a policy raised in the last 90 days were wrong."""
    return rated(timezone.now(), access.policy(request.auth, pk))


@router.post("/policies", response={201: PolicyOut}, **needs(Right.SET_POLICIES))
def make_policy(request: ApiRequest, body: PolicyIn) -> Any:
    values = PolicyValues(**with_rows(request.auth, body.dict()))
    return save_policy(policy=None, seen=0, values=values, **by(request))


@router.post("/policies/try", response=BackTestOut, **needs(Right.SET_POLICIES))
def try_policy(request: ApiRequest, body: PolicyIn) -> Any:
    """What a policy would have done last month, by what is known of the past; nothing is saved."""
    terms = Terms(body.least_stage, body.threshold, body.cool_down_h, body.least_posts)
    return backtest(terms, source=body.source, now=timezone.now())


@router.patch("/policies/{int:pk}", response=PolicyOut, **needs(Right.SET_POLICIES))
def change_policy(request: ApiRequest, pk: int, body: PolicyChange) -> Any:
    policy = access.policy(request.auth, pk)
    kept = {name: getattr(policy, name) for name in _FIELDS} | {
        "members": policy.members.all(),
        "apprise_url": as_shown(policy.sealed_apprise_url),
    }
    values = PolicyValues(**kept | with_rows(request.auth, body.given()))
    return save_policy(policy=policy, values=values, **decided(request, body.seen))


@router.delete("/policies/{int:pk}", response={204: None}, **needs(Right.SET_POLICIES))
def delete_policy(request: ApiRequest, pk: int) -> None:
    """Remove a policy; the alarms that it raised stay, with their verdicts. The last one stays as well."""
    remove_policy(policy=access.policy(request.auth, pk), **by(request))
