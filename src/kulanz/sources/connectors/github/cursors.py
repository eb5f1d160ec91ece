"""Where the lanes stopped: going through what changed by the time of its last change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kulanz.sources.connectors.github.api import has_next
from kulanz.sources.connectors.github.seeing import moment
from kulanz.sources.web.client import Answer, Validators

_SECOND: Final = timedelta(seconds=1)
_MOST_TAIL: Final = 200


class Changes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One list in the order of change. Pages are asked for by time, not by number: what changes
    while it is read moves to the end, and would push others off a page that is read later.

    ``tail`` are the entries that the next answer will hold again, as it begins a second earlier.
    """

    since: datetime | None = None
    page: int = 1
    tail: tuple[str, ...] = ()
    were: Validators | None = None
    ended: bool = False

    def new(self, entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the entries that the answers before did not hold."""
        return [each for each in entries if _key(each) not in self.tail]

    def after(self, answer: Answer, entries: Sequence[dict[str, Any]]) -> Changes:
        """Return where to go on after an answer; ``ended`` when it was the last one for now."""
        times = [at for each in entries if (at := moment(each.get("updated_at"))) is not None]
        since = max(times) - _SECOND if times else self.since
        tail = tuple(_key(each) for each in entries)[-_MOST_TAIL:]
        if not has_next(answer):
            were = answer.validators if since == self.since else None
            kept = self.tail if not entries else tail
            return Changes(since=since, tail=kept, were=were, ended=True)
        if since is None or (self.since is not None and since <= self.since):
            return replace(self, page=self.page + 1, tail=(self.tail + tail)[-_MOST_TAIL:], were=None)
        return Changes(since=since, tail=tail)


class LiveCursor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``event`` is the newest event that was read."""

    comments: Changes
    issues: Changes
    event: int = 0
    events_were: Validators | None = None


class HistoryCursor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Comments from the first one on, then issues, then events back to the first."""

    comments: Changes = Changes()
    issues: Changes = Changes()
    events_page: int = 1
    ended: bool = False


def _key(entry: dict[str, Any]) -> str:
    return f"{entry.get('id')}@{entry.get('updated_at')}"
