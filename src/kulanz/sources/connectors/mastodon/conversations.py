"""Whole conversations around a status: its root, all replies that the server shows, all versions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from kulanz.sources.connecting import Context
from kulanz.sources.connectors.mastodon.places import Place
from kulanz.sources.connectors.mastodon.statuses import (
    Status,
    depths,
    earlier_versions,
    edit_number,
    is_shown,
    read_status,
    read_statuses,
    read_versions,
    sighting,
)
from kulanz.sources.sightings import Cursor, Page, Raw, Sighting, ThreadSighting
from kulanz.sources.web.client import Answer, Params
from kulanz.sources.web.secrets import Secret

# What a server shows to strangers at most; with a key it shows 4,096 of each, at any depth.
_ANONYMOUS_REPLIES: Final = 60
_ANONYMOUS_DEPTH: Final = 20
_AUTHORISED_REPLIES: Final = 4096

_PARTS: Final = ("ancestors", "descendants")
_GONE: Final = (404, 410)
_NO_HISTORY: Final = (401, 403, 404, 410, 422)
_MOST_HISTORIES: Final = 20


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands above and below a status."""

    raw: Raw
    ancestors: list[Status]
    descendants: list[Status]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread as it was read; ``complete`` where the server cannot have cut it."""

    thread_id: str
    root: Status
    statuses: tuple[Status, ...]
    raws: tuple[Raw, ...]
    complete: bool

    @property
    def marker(self) -> str:
        """Changes with every reply, removal and edit."""
        return f"{len(self.statuses)}-{max(map(edit_number, self.statuses))}"


class Conversations:
    """Reads conversations of one server, with the key where there is one."""

    def __init__(self, context: Context, place: Place) -> None:
        self._context = context
        self._place = place
        token = context.secrets.get("token")
        self._most_replies = _ANONYMOUS_REPLIES if token is None else _AUTHORISED_REPLIES
        self._most_depth = _ANONYMOUS_DEPTH if token is None else _AUTHORISED_REPLIES
        self._headers = {} if token is None else {"authorization": Secret(f"Bearer {token.reveal()}")}

    def get(self, url: str, accepted: Collection[int] = (), params: Params | None = None) -> Answer:
        """Ask the server, as the holder of the key where there is one."""
        return self._context.http.get(url, params=params, headers=self._headers, accepted=accepted)

    def single(self, status: Status, thread_id: str) -> Sighting:
        """Return a status as a post of a thread."""
        return sighting(status, thread_id, self._place.host)

    def around(self, status: Status) -> Conversation:
        """Read the whole conversation that a status is part of."""
        near = self._around(status.id)
        above = near.ancestors if near else []
        root = above[0] if above else status
        whole = self._around(root.id) if above else near
        parts = [part for part in (near, whole if above else None) if part]
        found = {root.id: root}
        found.update((each.id, each) for each in (*above, status))
        for part in parts:
            found.update((each.id, each) for each in part.descendants)
        return Conversation(
            thread_id=self._thread_id(root, [*above, status]),
            root=root,
            statuses=tuple(found.values()),
            raws=tuple(part.raw for part in parts),
            complete=whole is not None and root.in_reply_to_id is None and self._is_whole(root, whole),
        )

    def page(
        self, conversation: Conversation, raws: tuple[Raw, ...] = (), cursor: Cursor | None = None
    ) -> Page:
        """Return a conversation as a page, with the earlier versions of what was edited since."""
        older_raws, older = self._older(conversation)
        shown = [each for status in conversation.statuses for each in (*older.get(status.id, ()), status)]
        return Page(
            raw=(*raws, *conversation.raws, *older_raws),
            posts=tuple(self.single(status, conversation.thread_id) for status in shown),
            threads=(_thread(conversation),),
            cursor=cursor,
        )

    def reread(self, thread_id: str) -> Page:
        """Return a conversation as it is now, or that it is gone."""
        answer = self.get(self._place.api(f"statuses/{thread_id}"), _GONE)
        raw = answer.raw()
        gone = Page(raw=(raw,), threads=(ThreadSighting(thread_id=thread_id, gone=True),))
        if answer.status in _GONE:
            return gone
        status = read_status(answer.json(), answer.url, self._context.problems)
        if status is None:
            return Page(raw=(raw,))
        return self.page(self.around(status), (raw,)) if is_shown(status) else gone

    def _around(self, status_id: str) -> _Around | None:
        """Return what stands around a status, None where it was removed meanwhile."""
        answer = self.get(self._place.api(f"statuses/{status_id}/context"), _GONE)
        if answer.status in _GONE:
            return None
        content = answer.json()
        parts = content if isinstance(content, dict) else {}
        problems = self._context.problems
        above, below = (
            [status for status in read_statuses(parts.get(name), answer.url, problems) if is_shown(status)]
            for name in _PARTS
        )
        return _Around(answer.raw(), above, below)

    def _thread_id(self, root: Status, line: list[Status]) -> str:
        """Return the thread that the conversation was kept as, although its root may be another now."""
        known = map(self._context.known.thread_of, (each.id for each in line))
        return next((thread for thread in known if thread is not None), root.id)

    def _is_whole(self, root: Status, whole: _Around) -> bool:
        replies = whole.descendants
        deepest = max(depths(root.id, replies).values())
        return len(replies) < self._most_replies and deepest < self._most_depth

    def _older(self, conversation: Conversation) -> tuple[list[Raw], dict[str, list[Status]]]:
        """Return the earlier versions of statuses that were edited since the last read."""
        seen = _latest_edit(self._context.known.marker(conversation.thread_id))
        edited = [status for status in conversation.statuses if edit_number(status) > seen]
        raws: list[Raw] = []
        older: dict[str, list[Status]] = {}
        for status in edited[:_MOST_HISTORIES]:
            answer = self.get(self._place.api(f"statuses/{status.id}/history"), _NO_HISTORY)
            if answer.status not in _NO_HISTORY:
                versions = read_versions(answer.json(), answer.url, self._context.problems)
                older[status.id] = earlier_versions(status, versions)
                raws.append(answer.raw())
        return raws, older


def _thread(conversation: Conversation) -> ThreadSighting:
    """Say what is present only where all of it was shown: what was cut was not removed."""
    present = frozenset(status.id for status in conversation.statuses)
    return ThreadSighting(
        thread_id=conversation.thread_id,
        url=conversation.root.url,
        present=present if conversation.complete else None,
        marker=conversation.marker,
    )


def _latest_edit(marker: str | None) -> int:
    number = (marker or "").rpartition("-")[2]
    return int(number) if number.isdigit() else 0
