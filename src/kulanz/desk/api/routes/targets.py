"""Targets of webhooks: which systems are told what happens, and the secrets that they check it with."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, Seen, listed
from kulanz.desk.api.schemas.settings import TargetChange, TargetIn, TargetMadeOut, TargetOut
from kulanz.desk.api.secrets import told_once
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.targets import new_target_secret, remove_target, save_target

router = Router(tags=["webhooks"])


@router.get("/targets", response=Listed[TargetOut], **needs(Right.SET_SOURCES))
def list_targets(request: ApiRequest, place: Query[Place]) -> Any:
    """Which systems are told what happens."""
    return listed(catalog.targets(at(place)))


@router.get("/targets/{int:pk}", response=TargetOut, **needs(Right.SET_SOURCES))
def show_target(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.webhook_target(request.auth, pk))


@router.post("/targets", response={201: TargetMadeOut}, **needs(Right.SET_SOURCES))
def make_target(request: ApiRequest, body: TargetIn) -> Any:
    """Have a system told what happens; the secret is told this once."""
    target, secret = save_target(target=None, seen=0, **body.dict(), **by(request))
    return {"target": target, "secret": told_once(request, secret)}


@router.patch("/targets/{int:pk}", response=TargetOut, **needs(Right.SET_SOURCES))
def change_target(request: ApiRequest, pk: int, body: TargetChange) -> Any:
    target = access.webhook_target(request.auth, pk)
    values = TargetOut.from_orm(target).dict(exclude={"id", "version"}) | body.given()
    saved, _ = save_target(target=target, **values, **decided(request, body.seen))
    return saved


@router.post("/targets/{int:pk}/secret", response=TargetMadeOut, **needs(Right.SET_SOURCES))
def renew_target_secret(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Make another secret and tell it this once; the old one signs for three days more."""
    target = access.webhook_target(request.auth, pk)
    secret = new_target_secret(target=target, **decided(request, body.seen))
    return {"target": target, "secret": told_once(request, secret)}


@router.delete("/targets/{int:pk}", response={204: None}, **needs(Right.SET_SOURCES))
def delete_target(request: ApiRequest, pk: int) -> None:
    """Remove a target; what was on its way to it is not sent any more."""
    remove_target(target=access.webhook_target(request.auth, pk), **by(request))
