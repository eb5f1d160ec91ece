"""Silent edits: what was changed at sources without a word. Read and annotate, nothing else."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.common import Listed, Place, listed
from kulanz.desk.api.schemas.sentinel import AnnotationIn, AnnotationOut, SilentEditOut
from kulanz.desk.queries import catalog
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.sentinel import annotate

router = Router(tags=["silent edits"])


@router.get("/silent-edits", response=Listed[SilentEditOut], **needs(Right.SEE_RADAR))
def list_silent_edits(request: ApiRequest, place: Query[Place]) -> Any:
    return listed(catalog.silent_edits(at(place)))


@router.get("/silent-edits/{int:pk}", response=SilentEditOut, **needs(Right.SEE_RADAR))
def show_silent_edit(request: ApiRequest, pk: int) -> Any:
    return access.silent_edit(request.auth, pk)


@router.post("/silent-edits/{int:pk}/notes", response={201: AnnotationOut}, **needs(Right.WORK_ISSUES))
def annotate_silent_edit(request: ApiRequest, pk: int, body: AnnotationIn) -> Any:
    """Add a note that everybody reads in the public log, for good."""
    return annotate(edit=access.silent_edit(request.auth, pk), note=body.note, **by(request))
