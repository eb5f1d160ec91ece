"""What members have for themselves: preferences, views of the radar, and where they are logged in."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, listed
from kulanz.desk.api.schemas.members import PreferencesChange, PreferencesOut, SessionOut, ViewIn, ViewOut
from kulanz.desk.queries import catalog
from kulanz.desk.queries.members import member_by_id
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import preferences, sessions
from kulanz.desk.services.notifying import send_test

router = Router(tags=["own"])


@router.get("/me/preferences", response=PreferencesOut, **needs(Right.SET_OWN))
def show_preferences(request: ApiRequest) -> Any:
    return member_by_id(request.auth.member_id)


@router.patch("/me/preferences", response=PreferencesOut, **needs(Right.SET_OWN))
def change_preferences(request: ApiRequest, body: PreferencesChange) -> Any:
    """Change language, looks, time zone, and how messages come."""
    member = member_by_id(request.auth.member_id)
    now_set = PreferencesOut.from_orm(member).dict()
    chosen = preferences.Preferences(**{**now_set, **body.dict(exclude_none=True)})
    return preferences.set_preferences(member=member, chosen=chosen, **by(request))


@router.post("/me/preferences/test", response={204: None}, **needs(Right.SET_OWN))
def test_notifications(request: ApiRequest) -> None:
    """Have a test message sent to the saved address of a device or a chat."""
    member = member_by_id(request.auth.member_id)
    send_test(member=member, **by(request))


@router.get("/views", response=Listed[ViewOut], **needs(Right.SEE_RADAR))
def list_views(request: ApiRequest, place: Query[Place]) -> Any:
    """One's own views of the radar, and those of everybody."""
    return listed(catalog.views(request.auth, at(place)))


@router.post("/views", response={201: ViewOut}, **needs(Right.SET_OWN))
def keep_view(request: ApiRequest, body: ViewIn) -> Any:
    """Keep a filter of the radar, such as ``stage=issue&owner=me``; the same name again replaces one's own.

    Views for everybody are kept and removed by leads, and replaced where ``seen`` says the version.
    """
    seen, wanted = body.seen or 0, body.dict(exclude={"seen"})
    return preferences.save_view(actor=request.auth, seen=seen, now=timezone.now(), **wanted)


@router.delete("/views/{int:pk}", response={204: None}, **needs(Right.SET_OWN))
def remove_view(request: ApiRequest, pk: int) -> None:
    preferences.remove_view(view=access.saved_view(request.auth, pk), **by(request))


@router.get("/me/sessions", response=Listed[SessionOut], **needs(Right.SET_OWN))
def list_sessions(request: ApiRequest, place: Query[Place]) -> Any:
    """Where one is logged in, the latest first; what has expired may still stand there."""
    return listed(catalog.sessions(request.auth, at(place)))


@router.delete("/me/sessions/{int:pk}", response={204: None}, **needs(Right.SET_OWN))
def end_session(request: ApiRequest, pk: int) -> None:
    """End one of one's own sessions."""
    sessions.end_session(pk=pk, **by(request))
