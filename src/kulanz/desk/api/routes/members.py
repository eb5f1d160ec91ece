"""Who works here: oneself, members and their roles, tokens, and the audit trail."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, Reason, Seen, listed
from kulanz.desk.api.schemas.members import EntryLinkOut, MemberChange, MemberDetailOut, MemberIn
from kulanz.desk.api.schemas.setup import (
    EventOut,
    EventPlace,
    MemberInfoOut,
    MeOut,
    TokenIn,
    TokenMadeOut,
    TokenOut,
)
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.settings import roles_of
from kulanz.desk.rules.roles import Right, Role
from kulanz.desk.services.members import create_member, deactivate, edit_member, entry_link, reactivate
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


@router.post("/members", response={201: MemberDetailOut}, **needs(Right.SET_MEMBERS))
def make_member(request: ApiRequest, body: MemberIn) -> Any:
    """Make a member; they get in by an entry link, by a new password, or by single sign-on.

    E-mail and roles are given with a session alone: a token makes members without them.
    """
    return create_member(**body.dict(), **by(request))


@router.get("/members/{int:pk}", response=MemberDetailOut, **needs(Right.SET_MEMBERS))
def show_member(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.member(request.auth, pk))


@router.patch("/members/{int:pk}", response=MemberDetailOut, **needs(Right.SET_MEMBERS))
def change_member(request: ApiRequest, pk: int, body: MemberChange) -> Any:
    """Change real name, address or roles; one admin stays always. A token changes the real name alone."""
    member = access.member(request.auth, pk)
    now_set = {"display_name": member.display_name, "email": member.email, "roles": roles_of(member)}
    wanted = {**now_set, **body.dict(exclude={"seen"}, exclude_none=True)}
    wanted["roles"] = [Role(role) for role in wanted["roles"]]
    return edit_member(member=member, **wanted, **decided(request, body.seen))


@router.post("/members/{int:pk}/link", response=EntryLinkOut, **needs(Right.SET_MEMBERS))
def make_entry_link(request: ApiRequest, pk: int) -> Any:
    """Make a link by which a member sets a password, with a session: a token makes none."""
    return {"link": entry_link(member=access.member(request.auth, pk), **by(request))}


@router.post("/members/{int:pk}/deactivate", response=MemberDetailOut, **needs(Right.SET_MEMBERS))
def deactivate_member(request: ApiRequest, pk: int, body: Reason) -> Any:
    """Keep a member out: sessions and tokens end at once, what they did stays."""
    member = access.member(request.auth, pk)
    return deactivate(member=member, reason=body.reason, **decided(request, body.seen))


@router.post("/members/{int:pk}/reactivate", response=MemberDetailOut, **needs(Right.SET_MEMBERS))
def reactivate_member(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Let a member in again, with the roles they had; their tokens stay ended."""
    return reactivate(member=access.member(request.auth, pk), **decided(request, body.seen))


@router.get("/tokens", response=Listed[TokenOut], **needs(Right.SEE_RADAR))
def list_tokens(request: ApiRequest, place: Query[Place]) -> Any:
    """One's own tokens; an admin sees everybody's."""
    return listed(catalog.tokens(request.auth, at(place)))


@router.post("/tokens", response={201: TokenMadeOut}, **needs(Right.SEE_RADAR))
def make_api_token(request: ApiRequest, body: TokenIn) -> Any:
    """Make a token for oneself, with a session: a token cannot make others. Its text is told this once."""
    token, text = make_token(name=body.name, scopes=body.scopes, days=body.days, **by(request))
    return {"token": token, "text": text}


@router.post("/tokens/{int:pk}/revoke", response=TokenOut, **needs(Right.SEE_RADAR))
def revoke_api_token(request: ApiRequest, pk: int) -> Any:
    """End a token: one's own, or, as an admin, anybody's."""
    return revoke(token=access.token(request.auth, pk), **by(request))


@router.get("/events", response=Listed[EventOut], **needs(Right.SEE_AUDIT))
def list_events(request: ApiRequest, place: Query[EventPlace]) -> Any:
    """The audit trail: every change that was ever made here; days are those of the desk's time zone."""
    return listed(catalog.events(request.auth, at(place), place.wanted()))
