"""An issue step by step: what could have been known after every post, and what was done then."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, needs
from kulanz.desk.api.schemas.replaying import ReplayOut, ReplayQuery, ThenOut
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.replaying import replay_of, then_at

router = Router(tags=["issues"])


@router.get("/issues/{int:pk}/replay", response=ReplayOut, **needs(Right.SEE_RADAR))
def show_replay(request: ApiRequest, pk: int) -> Any:
    """Return the steps of an issue: one a post of its conversations, in order of time."""
    return replay_of(access.issue(request.auth, pk))


@router.get("/issues/{int:pk}/replay/{int:number}", response=ThenOut, **needs(Right.SEE_RADAR))
def show_step(request: ApiRequest, pk: int, number: int, wanted: Query[ReplayQuery]) -> Any:
    """Return what was known at a step, with reasons and findings in words."""
    replay = replay_of(access.issue(request.auth, pk))
    return then_at(actor=request.auth, replay=replay, number=number, lang=wanted.language)
