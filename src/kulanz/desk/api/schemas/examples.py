"""Outcomes as labelled examples."""

from __future__ import annotations

from ninja import Schema

from kulanz.desk.api.schemas.common import Body


class ExamplesQuery(Body):
    """``judged``: without conversations that nobody has looked at."""

    judged: bool = False


class ExampleCountOut(Schema):
    """How many conversations have a level (3 escalated, 2 an issue, 0 none), known from ``origin``."""

    level: int
    origin: str
    count: int
