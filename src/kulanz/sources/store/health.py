"""How a source is doing: when it was last read, what went wrong, when it is read next."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec

from kulanz.core.posts import UtcTime

State = Literal["active", "stopped"]

_FIRST_BACK_OFF: Final = timedelta(minutes=1)
_LONGEST_BACK_OFF: Final = timedelta(hours=6)
_DOUBLINGS: Final = 12
_COLUMNS: Final = (
    "name", "state", "reason", "state_since", "last_success", "last_error", "last_error_at", "errors",
    "not_before", "next_run",
)  # fmt: skip


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one source.

    ``stopped`` means that only a person can help: ``reason`` says how. ``last_success`` is when
    its newest was last read to the end, ``not_before`` until when it is left alone after
    ``errors`` failures in a row, ``next_run`` when the run that follows it reads again.
    ``requests`` counts all runs, ``last_requests`` the last one. ``newest`` is the time of its
    newest post.
    """

    name: str
    state: State = "active"
    reason: str | None = None
    state_since: UtcTime | None = None
    last_success: UtcTime | None = None
    last_error: str | None = None
    last_error_at: UtcTime | None = None
    errors: int = 0
    not_before: UtcTime | None = None
    next_run: UtcTime | None = None
    requests: int = 0
    last_requests: int = 0
    posts: int = 0
    revisions: int = 0
    newest: UtcTime | None = None

    def lag(self, now: datetime) -> timedelta | None:
        """How long ago its newest was last read to the end; None where it never was."""
        return None if self.last_success is None else now - self.last_success


def back_off(errors: int, chance: float) -> timedelta:
    """Return how long a source rests after so many failures in a row; ``chance`` (0..1) spreads it."""
    longest = min(_FIRST_BACK_OFF * 2.0 ** min(errors - 1, _DOUBLINGS), _LONGEST_BACK_OFF)
    return longest / 2 + longest / 2 * chance


def healths(connection: sqlite3.Connection, name: str | None = None) -> list[Health]:
    """Return the health of one source, or of all by name."""
    columns = ", ".join(_COLUMNS)
    found = connection.execute(
        f"SELECT {columns} FROM source WHERE ?1 IS NULL OR name = ?1 ORDER BY name",  # noqa: S608 - our own names
        (name,),
    ).fetchall()
    return [_health(dict(zip(_COLUMNS, row, strict=True)), connection) for row in found]


def _health(row: dict[str, Any], connection: sqlite3.Connection) -> Health:
    used = "SELECT coalesce(sum(requests), 0) FROM run WHERE source = ?"
    last = "SELECT coalesce((SELECT requests FROM run WHERE source = ? ORDER BY id DESC LIMIT 1), 0)"
    posts = "SELECT count(*), max(created_at) FROM post WHERE source = ? AND NOT removed"
    changes = "SELECT count(*) FROM revision WHERE source = ?"
    one = (row["name"],)
    count, newest = connection.execute(posts, one).fetchone()
    return msgspec.convert(
        {
            **row,
            "requests": connection.execute(used, one).fetchone()[0],
            "last_requests": connection.execute(last, one).fetchone()[0],
            "posts": count,
            "newest": newest,
            "revisions": connection.execute(changes, one).fetchone()[0],
        },
        Health,
    )
