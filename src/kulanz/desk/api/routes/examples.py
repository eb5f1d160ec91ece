"""Outcomes as labelled examples: how many of what, and the lines of both files."""

from __future__ import annotations

from typing import Any

from django.http import StreamingHttpResponse
from ninja import Query, Router

from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.schemas.examples import ExampleCountOut, ExamplesQuery
from kulanz.desk.queries.examples import examples
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.examples import label_lines, post_lines, take_along

router = Router(tags=["settings"])
LINES = "application/x-ndjson"


@router.get("/examples", response=list[ExampleCountOut], **needs(Right.SET_SOURCES))
def count_examples(request: ApiRequest, wanted: Query[ExamplesQuery]) -> Any:
    """Return how many conversations are examples of what, the gravest first."""
    rows = examples(only_judged=wanted.judged).counts()
    return [{"level": level, "origin": origin, "count": count} for level, origin, count in rows]


@router.get("/examples/posts", **needs(Right.SET_SOURCES))
def take_posts(request: ApiRequest, wanted: Query[ExamplesQuery]) -> StreamingHttpResponse:
    """Return the posts under pseudonyms, as Kulanz JSONL; the audit trail says so."""
    found = take_along(only_judged=wanted.judged, **by(request))
    return StreamingHttpResponse(post_lines(found), content_type=LINES)


@router.get("/examples/labels", **needs(Right.SET_SOURCES))
def take_labels(request: ApiRequest, wanted: Query[ExamplesQuery]) -> StreamingHttpResponse:
    """Return the labels as JSONL, a line for each conversation."""
    found = take_along(only_judged=wanted.judged, **by(request))
    return StreamingHttpResponse(label_lines(found), content_type=LINES)
