"""Who works here: oneself, members, tokens, and the audit trail."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, listed
from kulanz.desk.api.schemas.setup import (
    EventOut,
    EventPlace,
    MemberInfoOut,
    MeOut,
    TokenIn,
    TokenMadeOut,
    TokenOut,
)
from kulanz.desk.queries import catalog
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.tokens import make_token, revoke

router = Router(tags=["members"])


@router.get("/me", response=MeOut, **needs(Right.SEE_RADAR))
def show_me(request: ApiRequest) -> Any:
    """Who asks, and what they may."""
    who = request.auth
    scopes = None if who.scopes is None else list(who.scopes)
    return {
        "member_id": who.member_id,
        "name": who.name,
        "roles": sorted(role.value for role in who.roles),
        "scopes": scopes,
    }


@router.get("/members", response=Listed[MemberInfoOut], **needs(Right.SEE_RADAR))
def list_members(request: ApiRequest, place: Query[Place]) -> Any:
    """Who works here, with their roles."""
    return listed(catalog.members(at(place)))


@router.get("/tokens", response=Listed[TokenOut], **needs(Right.SEE_RADAR))
def list_tokens(request: ApiRequest, place: Query[Place]) -> Any:
    """One's own tokens; an admin sees everybody's."""
    return listed(catalog.tokens(request.auth, at(place)))


@router.post("/tokens", response={201: TokenMadeOut}, **needs(Right.SEE_RADAR))
def make_api_token(request: ApiRequest, body: TokenIn) -> Any:
    """Make a token for oneself, with a session: a token cannot make others. Its text is told this once."""
    token, text = make_token(
        actor=request.auth, name=body.name, scopes=body.scopes, days=body.days, now=timezone.now()
    )
    return {"token": token, "text": text}


@router.post("/tokens/{int:pk}/revoke", response=TokenOut, **needs(Right.SEE_RADAR))
def revoke_api_token(request: ApiRequest, pk: int) -> Any:
    """End a token: one's own, or, as an admin, anybody's."""
    return revoke(actor=request.auth, token=access.token(request.auth, pk), now=timezone.now())


@router.get("/events", response=Listed[EventOut], **needs(Right.SEE_AUDIT))
def list_events(request: ApiRequest, place: Query[EventPlace]) -> Any:
    """The audit trail: every change that was ever made here."""
    return listed(catalog.events(at(place), noun=place.noun, noun_id=place.noun_id))
