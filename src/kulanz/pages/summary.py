"""What a report says about the run that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kulanz.core.report import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The run behind a report.

    ``inputs`` names what was read. ``threads`` and ``posts`` count everything analysed, also what
    the list leaves out; ``not_scored`` counts the threads among them without a post in a language
    the models read. ``skipped`` counts unreadable lines, messages and files, ``problems`` are the
    first of them word for word. ``generated_at`` is aware UTC. ``stages`` counts threads by stage.
    """

    title: str
    inputs: tuple[str, ...]
    threads: int
    posts: int
    generated_at: datetime
    version: str
    not_scored: int = 0
    skipped: int = 0
    problems: tuple[str, ...] = ()
    stages: Mapping[Stage, int] = field(default_factory=dict)
