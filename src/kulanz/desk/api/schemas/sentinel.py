"""Silent edits and notes on them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.common import Body


class AnnotationOut(Schema):
    """An entry of the public log; ``index`` is null until it has its place."""

    index: int | None
    leaf: str
    at: datetime


class SilentEditOut(Schema):
    """Something that was changed at a source, and no measure in the log says why.

    ``edited_silently``: the source does not show an edit. The others are what guests see: ``other_text``,
    ``missing``, or ``withheld`` where they get no page any more.
    """

    id: int
    kind: Literal["edited_silently", "other_text", "missing", "withheld"]
    found_at: datetime
    thread_id: int | None
    post_id: int | None
    entry: AnnotationOut


class AnnotationIn(Body):
    """``note`` is public: one line without names or addresses."""

    note: Annotated[str, Field(min_length=1, max_length=500)]
