"""Where the lanes stopped."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct

from kulanz.sources.web.client import Validators

Pending = dict[str, list[int]]
"""Topic id -> ids of its posts whose parents were not seen yet."""

_WINDOW: Final = 50


class Back(Struct, frozen=True, kw_only=True):
    """Going back through the posts API; ``windowed`` marks a server that gives windows of 50 ids."""

    before: int | None = None
    windowed: bool = False


class LiveCursor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``high``: all posts up to this id were read. ``top``: the newest id of the round under way.

    ``since``: the last activity that the finished rounds saw in the list of topics; ``newest``:
    that of the round under way. ``sweep``: the page of the whole list that is compared next.
    """

    phase: Literal["posts", "topics", "sweep"] = "posts"
    started: bool = False
    high: int = 0
    top: int | None = None
    back: Back = Back()
    pending: Pending = {}
    since: datetime | None = None
    newest: datetime | None = None
    page: int = 0
    sweep: int = 0
    site_at: datetime | None = None
    posts_were: Validators | None = None
    topics_were: Validators | None = None


class HistoryCursor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """First all posts, newest first, then the list of topics, newest first."""

    phase: Literal["posts", "topics", "done"] = "posts"
    back: Back = Back()
    pending: Pending = {}
    page: int = 0


def step_back(back: Back, ids: Collection[int]) -> Back | None:
    """Return where to go on before a page of post ids, None where it was the last one.

    Current servers answer ``before=N`` with the fifty newest posts below N. Older ones answer with
    what is visible among the fifty ids up to N, N included: such a page may be short or empty
    without being the last. A page that holds the id it was asked before tells the old kind.
    """
    before = back.before
    windowed = back.windowed or (before is not None and before in ids)
    older = {each for each in ids if before is None or each < before}
    if older:
        return _at(min(older), windowed=windowed)
    return _at(before - _WINDOW, windowed=True) if windowed and before is not None else None


def _at(before: int, *, windowed: bool) -> Back | None:
    """A window holds its upper end, so that the first post may still be in one of a single id."""
    lowest = 0 if windowed else 1
    return Back(before=before, windowed=windowed) if before > lowest else None
