"""The community's rules: writing them, and publishing them version by version."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, listed
from kulanz.desk.api.schemas.rulebook import EndIn, PublishIn, RuleChange, RuleIn, RuleOut, RuleVersionOut
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.rulebook import Wording
from kulanz.desk.services import rulebook

router = Router(tags=["rules"])


@router.get("/rules", response=Listed[RuleOut], **needs(Right.SET_POLICIES))
def list_rules(request: ApiRequest, place: Query[Place]) -> Any:
    return listed(catalog.rules(at(place)))


@router.get("/rules/{int:pk}", response=RuleOut, **needs(Right.SET_POLICIES))
def show_rule(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.rule(request.auth, pk))


@router.get("/rules/{int:pk}/versions", response=Listed[RuleVersionOut], **needs(Right.SET_POLICIES))
def list_rule_versions(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """What was published of a rule."""
    return listed(catalog.rule_versions(access.rule(request.auth, pk), at(place)))


@router.post("/rules", response={201: RuleOut}, **needs(Right.SET_POLICIES))
def make_rule(request: ApiRequest, body: RuleIn) -> Any:
    given = body.dict()
    key, wording = given.pop("key"), Wording(**given)
    return rulebook.save_rule(rule=None, seen=0, key=key, wording=wording, **by(request))


@router.patch("/rules/{int:pk}", response=RuleOut, **needs(Right.SET_POLICIES))
def change_rule(request: ApiRequest, pk: int, body: RuleChange) -> Any:
    """Change what may be published next; what is published stays as it is."""
    rule = access.rule(request.auth, pk)
    given = RuleOut.from_orm(rule).dict(exclude={"id", "version"}) | body.given()
    key, wording = given.pop("key"), Wording(**given)
    return rulebook.save_rule(rule=rule, key=key, wording=wording, **decided(request, body.seen))


@router.delete("/rules/{int:pk}", response={204: None}, **needs(Right.SET_POLICIES))
def delete_rule(request: ApiRequest, pk: int) -> None:
    """Remove a rule that was never published."""
    rulebook.remove_rule(rule=access.rule(request.auth, pk), **by(request))


@router.post("/rules/{int:pk}/publish", response=RuleVersionOut, **needs(Right.SET_POLICIES))
def publish_rule(request: ApiRequest, pk: int, body: PublishIn) -> Any:
    """Publish the words of a rule as its next version; this cannot be taken back."""
    rule, asked = access.rule(request.auth, pk), decided(request, body.seen)
    return rulebook.publish(rule=rule, start=body.start or asked["now"], **asked)


@router.post("/rules/{int:pk}/end", response=RuleVersionOut, **needs(Right.SET_POLICIES))
def end_rule(request: ApiRequest, pk: int, body: EndIn) -> Any:
    """Have a rule end without another version."""
    rule, asked = access.rule(request.auth, pk), decided(request, body.seen)
    return rulebook.end(rule=rule, at=body.end or asked["now"], reason=body.reason, **asked)
