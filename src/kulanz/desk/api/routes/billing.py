"""Billing systems: connecting them, how they do, and stopping and starting their reading."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.billing import (
    BillingHealthOut,
    BillingHookOut,
    BillingSecretIn,
    BillingSystemChange,
    BillingSystemIn,
    BillingSystemMadeOut,
    BillingSystemOut,
    BillingSystemTry,
    BillingTriedOut,
)
from kulanz.desk.api.schemas.common import Listed, Place, Seen, Why, listed
from kulanz.desk.api.secrets import told_once
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.billing import billing_row, hook_address
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import billing_systems
from kulanz.desk.services.billing_systems import Wanted

router = Router(tags=["billing"])


@router.get("/billing-systems", response=Listed[BillingSystemOut], **needs(Right.SET_SOURCES))
def list_billing_systems(request: ApiRequest, place: Query[Place]) -> Any:
    return listed(catalog.billing_systems(at(place)))


@router.post("/billing-systems", response={201: BillingSystemMadeOut}, **needs(Right.SET_SOURCES))
def add_billing_system(request: ApiRequest, body: BillingSystemIn) -> Any:
    """Connect a billing system, which is read at once; a webhook without secrets gets two."""
    wanted = Wanted(**body.dict())
    system, made = billing_systems.add(wanted=wanted, **by(request))
    return {
        "system": system,
        "secrets": {name: told_once(request, secret) for name, secret in made.items()},
    }


@router.post("/billing-systems/try", response=BillingTriedOut, **needs(Right.SET_SOURCES))
def try_billing_system(request: ApiRequest, body: BillingSystemIn) -> Any:
    """Ask a billing system for the first page of its claims, and keep nothing of it."""
    return billing_systems.try_out(wanted=Wanted(**body.dict()), **by(request))


@router.get("/billing-systems/{int:pk}", response=BillingSystemOut, **needs(Right.SET_SOURCES))
def show_billing_system(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.billing_system(request.auth, pk))


@router.get("/billing-systems/{int:pk}/health", response=BillingHealthOut, **needs(Right.SET_SOURCES))
def show_billing_health(request: ApiRequest, pk: int) -> Any:
    """How the reading of a billing system goes."""
    return billing_row(access.billing_system(request.auth, pk), now=timezone.now())


@router.get("/billing-systems/{int:pk}/hook", response=BillingHookOut, **needs(Right.SET_SOURCES))
def show_billing_hook(request: ApiRequest, pk: int) -> Any:
    """The secret address that a webhook sends to."""
    return {"address": hook_address(access.billing_system(request.auth, pk))}


@router.post("/billing-systems/{int:pk}/try", response=BillingTriedOut, **needs(Right.SET_SOURCES))
def try_kept_billing_system(request: ApiRequest, pk: int, body: BillingSystemTry) -> Any:
    """Test a billing system as it is, or as it would be; secrets that are left out are those kept."""
    system = access.billing_system(request.auth, pk)
    wanted = _wanted(system, body.dict(exclude_none=True))
    return billing_systems.try_out(wanted=wanted, system=system, **by(request))


@router.patch("/billing-systems/{int:pk}", response=BillingSystemOut, **needs(Right.SET_SOURCES))
def change_billing_system(request: ApiRequest, pk: int, body: BillingSystemChange) -> Any:
    """Change a billing system; what is left out stays, settings within ``config`` do not."""
    system = access.billing_system(request.auth, pk)
    wanted = _wanted(system, body.dict(exclude={"seen"}, exclude_none=True))
    return billing_systems.edit(system=system, wanted=wanted, **decided(request, body.seen))


@router.post("/billing-systems/{int:pk}/pause", response=BillingSystemOut, **needs(Right.SET_SOURCES))
def pause_billing_system(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Stop reading, and refuse deliveries, until somebody resumes it; holds are ordered all the same."""
    system = access.billing_system(request.auth, pk)
    return billing_systems.pause(system=system, **decided(request, body.seen))


@router.post("/billing-systems/{int:pk}/resume", response=BillingSystemOut, **needs(Right.SET_SOURCES))
def resume_billing_system(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Read on after a pause."""
    system = access.billing_system(request.auth, pk)
    return billing_systems.resume(system=system, **decided(request, body.seen))


@router.post("/billing-systems/{int:pk}/read-now", response={204: None}, **needs(Right.SET_SOURCES))
def read_billing_system_now(request: ApiRequest, pk: int) -> None:
    """Read a billing system without waiting for the time when it is due."""
    billing_systems.read_now(system=access.billing_system(request.auth, pk), **by(request))


@router.post("/billing-systems/{int:pk}/secret", response=BillingSystemMadeOut, **needs(Right.SET_SOURCES))
def renew_billing_secret(request: ApiRequest, pk: int, body: BillingSecretIn) -> Any:
    """Make one of a webhook's two secrets anew and tell it this once; the old one is good for three days."""
    system = access.billing_system(request.auth, pk)
    secret = billing_systems.renew_secret(system=system, name=body.name, **decided(request, body.seen))
    return {"system": system, "secrets": {body.name: told_once(request, secret)}}


@router.post("/billing-systems/{int:pk}/remove", response={204: None}, **needs(Right.SET_SOURCES))
def remove_billing_system(request: ApiRequest, pk: int, body: Why) -> None:
    """Remove a billing system where no hold is on; its claims stay as they were told last."""
    system = access.billing_system(request.auth, pk)
    billing_systems.remove(system=system, reason=body.reason, **decided(request, body.seen))


def _wanted(system: Any, given: dict[str, Any]) -> Wanted:
    """Return a billing system with some fields as they were given and the others as they are."""
    kept = {name: getattr(system, name) for name in ("name", "adapter", "config", "interval_s")}
    return Wanted(**{**kept, **given})
