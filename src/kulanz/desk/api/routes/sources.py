"""Sources: how they do, setting them up, and stopping and starting them; and posts that programs push."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.problems import problem
from kulanz.desk.api.schemas.common import Listed, Place, Seen, Why, listed
from kulanz.desk.api.schemas.setup import (
    ConnectorOut,
    HealthOut,
    HookOut,
    PushedOut,
    SourceChange,
    SourceIn,
    SourceOut,
    SourceSecretOut,
    SourceTry,
    TriedOut,
)
from kulanz.desk.api.schemas.threads import RevisionOut
from kulanz.desk.api.secrets import told_once
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.sources import hooks_of, source_detail
from kulanz.desk.rules.hooks import PUSH
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import sources
from kulanz.desk.services.outside import outside
from kulanz.desk.services.pushing import push
from kulanz.sources.connectors import CONNECTORS, connector_named
from kulanz.sources.receiving import Receipt

router = Router(tags=["sources"])
LINES = {
    "requestBody": {
        "required": True,
        "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
    }
}


@router.get("/sources", response=Listed[SourceOut], **needs(Right.SEE_RADAR))
def list_sources(request: ApiRequest, place: Query[Place]) -> Any:
    return listed(catalog.sources(at(place)))


@router.get("/connectors", response=list[ConnectorOut], **needs(Right.SET_SOURCES))
def list_connectors(request: ApiRequest) -> Any:
    """What can be added as a source; posts are pushed to one of the connector push."""
    fetched = [{"name": name, "keys": connector_named(name).keys} for name in CONNECTORS]
    return [*fetched, {"name": PUSH, "keys": []}]


@router.post("/sources", response={201: SourceOut}, **needs(Right.SET_SOURCES))
def add_source(request: ApiRequest, body: SourceIn) -> Any:
    """Add a source; one that is fetched is read at once."""
    wanted = sources.Wanted(**body.dict())
    return sources.add(wanted=wanted, world=outside(), **by(request))


@router.post("/sources/try", response=TriedOut, **needs(Right.SET_SOURCES))
def try_source(request: ApiRequest, body: SourceIn) -> Any:
    """Read a little of a place with a few requests, and keep nothing of it."""
    return sources.try_out(actor=request.auth, wanted=sources.Wanted(**body.dict()), world=outside())


@router.get("/sources/{int:pk}", response=SourceOut, **needs(Right.SEE_RADAR))
def show_source(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.source(request.auth, pk))


@router.get("/sources/{int:pk}/health", response=HealthOut, **needs(Right.SEE_RADAR))
def show_source_health(request: ApiRequest, pk: int) -> Any:
    """How a source is doing, and how far back it has been read."""
    detail = source_detail(access.source(request.auth, pk), now=timezone.now())
    row = detail.row
    return {
        "health": row.health,
        "lag_s": None if row.lag is None else int(row.lag.total_seconds()),
        "threads": row.threads,
        "posts": row.posts,
        "requests_today": row.requests_today,
        "lanes": detail.lanes,
        "waiting_mentions": detail.waiting_mentions,
        "waiting_rereads": detail.waiting_rereads,
    }


@router.get("/sources/{int:pk}/revisions", response=Listed[RevisionOut], **needs(Right.SEE_RADAR))
def list_source_revisions(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """What was found to have changed at a source: edits, removals, locks."""
    return listed(catalog.revisions_at(access.source(request.auth, pk), at(place)))


@router.get("/sources/{int:pk}/hooks", response=list[HookOut], **needs(Right.SET_SOURCES))
def list_hooks(request: ApiRequest, pk: int) -> Any:
    """The secret addresses that a source takes deliveries at."""
    return hooks_of(access.source(request.auth, pk))


@router.post("/sources/{int:pk}/secret", response=SourceSecretOut, **needs(Right.SET_SOURCES))
def renew_source_secret(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Make another secret for signed deliveries and tell it this once; the old one is good for three days."""
    secret = sources.rotate_secret(source=access.source(request.auth, pk), **decided(request, body.seen))
    return {"secret": told_once(request, secret)}


@router.post("/sources/{int:pk}/try", response=TriedOut, **needs(Right.SET_SOURCES))
def try_kept_source(request: ApiRequest, pk: int, body: SourceTry) -> Any:
    """Test a source as it is, or as it would be with other fields; keys that are left out are those kept."""
    source = access.source(request.auth, pk)
    wanted = _wanted(source, body.dict(exclude_none=True))
    return sources.try_out(actor=request.auth, wanted=wanted, world=outside(), source=source)


@router.patch("/sources/{int:pk}", response=SourceOut, **needs(Right.SET_SOURCES))
def change_source(request: ApiRequest, pk: int, body: SourceChange) -> Any:
    """Change a source; its connector stays, and keys that are left out too."""
    source = access.source(request.auth, pk)
    wanted = _wanted(source, body.dict(exclude={"seen"}, exclude_none=True))
    return sources.edit(source=source, wanted=wanted, world=outside(), **decided(request, body.seen))


@router.post("/sources/{int:pk}/pause", response=SourceOut, **needs(Right.SET_SOURCES))
def pause_source(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Stop reading, and refuse deliveries, until somebody resumes it."""
    return sources.pause(source=access.source(request.auth, pk), **decided(request, body.seen))


@router.post("/sources/{int:pk}/resume", response=SourceOut, **needs(Right.SET_SOURCES))
def resume_source(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Read on after a pause."""
    return sources.resume(source=access.source(request.auth, pk), **decided(request, body.seen))


@router.post("/sources/{int:pk}/retry", response=SourceOut, **needs(Right.SET_SOURCES))
def retry_source(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Read on after what stopped the source was mended."""
    return sources.retry(source=access.source(request.auth, pk), **decided(request, body.seen))


@router.post("/sources/{int:pk}/read-now", response={204: None}, **needs(Right.SET_SOURCES))
def read_source_now(request: ApiRequest, pk: int) -> None:
    """Read a source without waiting for the time when it is due."""
    sources.read_now(source=access.source(request.auth, pk), **by(request))


@router.post("/sources/{int:pk}/remove", response={204: None}, **needs(Right.SET_SOURCES))
def remove_source(request: ApiRequest, pk: int, body: Why) -> None:
    """Remove a source with everything that was read from it, for a reason."""
    sources.remove(source=access.source(request.auth, pk), reason=body.reason, **decided(request, body.seen))


def _wanted(source: Any, given: dict[str, Any]) -> sources.Wanted:
    """Return a source with some fields as they were given and the others as they are."""
    kept = {name: getattr(source, name) for name in ("name", "address", "interval_s", "budget_per_day")}
    return sources.Wanted(connector=source.connector, **{**kept, **given})


_PUSH: dict[str, Any] = needs(Right.PUSH_POSTS)
_PUSH["openapi_extra"] |= LINES


@router.post("/push", response={200: PushedOut, 207: PushedOut}, **_PUSH)
def push_posts(request: ApiRequest, source: Annotated[str, Field(max_length=200)] = "") -> HttpResponse:
    """Send posts as Kulanz JSONL, up to 10,000 lines; ``source`` is for lines that name none.

    The same post may be sent again at any time; a changed text becomes a revision. Good lines are kept
    whatever the others are, and the answer (207) says what was wrong with those.
    """
    receipt = push(body=request.body, source=source, **by(request))
    if receipt.status >= 400:  # noqa: PLR2004 - where HTTP's errors begin
        return _none_kept(request, receipt)
    return HttpResponse(receipt.body, status=receipt.status, content_type="application/json; charset=utf-8")


def _none_kept(request: ApiRequest, receipt: Receipt) -> HttpResponse:
    told = json.loads(receipt.body)
    lines = told.get("problems", ())
    errors = [{"line": each["line"], "detail": f"{each['reason']} ({each['remedy']})"} for each in lines]
    detail = told.get("error") or f"none of {told['refused']} line(s) can be kept: 'errors' names them"
    return problem(request, receipt.status, detail, errors=errors)
