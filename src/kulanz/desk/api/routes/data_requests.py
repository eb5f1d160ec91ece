"""What people ask for about their own data, and the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, listed
from kulanz.desk.api.schemas.data_requests import DataRequestOut, DataRequestPlace, ReasonIn, RequestAnswerIn
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import data_requests

router = Router(tags=["people"])


@router.get("/data-requests", response=Listed[DataRequestOut], **needs(Right.LEAD_CASES))
def list_data_requests(request: ApiRequest, place: Query[DataRequestPlace]) -> Any:
    """What people ask for about their own data, the newest first; whose words were read is recorded."""
    found = catalog.data_requests(at(place), state=place.state or "")
    _opened(request, found.rows)
    return listed(found)


@router.get("/data-requests/{int:pk}", response=DataRequestOut, **needs(Right.LEAD_CASES))
def show_data_request(request: ApiRequest, pk: int) -> Any:
    return shown(request, _one(request, access.data_request(request.auth, pk)))


@router.post("/data-requests/{int:pk}/extend", response=DataRequestOut, **needs(Right.LEAD_CASES))
def extend_data_request(request: ApiRequest, pk: int, body: ReasonIn) -> Any:
    """Make the deadline two months longer, once, for a reason that the person is told."""
    row = access.data_request(request.auth, pk)
    changed = data_requests.extend(request=row, reason=body.reason, **decided(request, body.seen))
    return _one(request, changed)


@router.post("/data-requests/{int:pk}/grant", response=DataRequestOut, **needs(Right.LEAD_CASES))
def grant_data_request(request: ApiRequest, pk: int, body: RequestAnswerIn) -> Any:
    """Say that what was asked for is done; to erase the person answers that by itself."""
    row = access.data_request(request.auth, pk)
    changed = data_requests.grant(request=row, answer=body.answer, **decided(request, body.seen))
    return _one(request, changed)


@router.post("/data-requests/{int:pk}/refuse", response=DataRequestOut, **needs(Right.LEAD_CASES))
def refuse_data_request(request: ApiRequest, pk: int, body: ReasonIn) -> Any:
    """Say no, for a reason that the person is told."""
    row = access.data_request(request.auth, pk)
    changed = data_requests.refuse(request=row, reason=body.reason, **decided(request, body.seen))
    return _one(request, changed)


def _one(request: ApiRequest, row: Any) -> Any:
    _opened(request, [row])
    return row


def _opened(request: ApiRequest, rows: Sequence[Any]) -> None:
    """Put the words beside their rows; that they were opened is recorded."""
    words = data_requests.words_of(requests=list(rows), **by(request))
    for row in rows:
        row.said, row.longer, row.answer = words[row.pk].said, words[row.pk].longer, words[row.pk].answer
