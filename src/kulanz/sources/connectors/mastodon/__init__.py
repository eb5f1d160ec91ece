"""Reads an account, a hashtag or one conversation through the Mastodon API.

Posts have the ids of the server that is asked, threads the id of the status that began them.
Edits come with their time, and the versions between with their texts; a status that answers 404,
or is missing from a whole conversation, was removed. The server knows the replies that reached it:
there may be others elsewhere. Anonymously it shows at most 60 replies, no deeper than 20; in a
conversation that reaches this, removals are not seen. Nothing can be locked or moved there, and
statuses that are not public are skipped, also where a key shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from kulanz.sources.connecting import HISTORY, LIVE, Context
from kulanz.sources.connectors.mastodon.answers import ANSWERS_WITH as ANSWERS_WITH
from kulanz.sources.connectors.mastodon.answers import StatusAnswers
from kulanz.sources.connectors.mastodon.conversations import Conversations
from kulanz.sources.connectors.mastodon.places import parse_place
from kulanz.sources.connectors.mastodon.statuses import Status, is_shown, order, read_statuses
from kulanz.sources.cursors import read_cursor, write_cursor
from kulanz.sources.errors import PermanentError
from kulanz.sources.public_answers import PostedAnswer, PublicAnswer
from kulanz.sources.sightings import Cursor, Page, Raw, Sighting

KEYS: Final[tuple[str, ...]] = ("token",)

_LISTED: Final = 40


class _Place(Struct, frozen=True, kw_only=True):
    """The cursor: the last status read in this lane, and what stays the same."""

    status_id: str
    account_id: str | None = None
    seen: str | None = None


class MastodonConnector:
    """Reads one account, hashtag or conversation; the key ``token`` is needed for answers, and where a
    server shows nothing to strangers.
    """

    name: Final = "mastodon"
    grace: Final = timedelta(0)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._place = parse_place(context.address)
        self._conversations = Conversations(context, self._place)

    @property
    def lanes(self) -> tuple[str, ...]:
        return (LIVE,) if self._place.kind == "thread" else (LIVE, HISTORY)

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:
        """Yield what came after the cursor (live) or before it (history), one conversation each."""
        place = read_cursor(_Place, cursor)
        if self._place.kind == "thread":
            yield from self._thread_pages(place)
            return
        account_id = self._account_id(place)
        position = None if place is None else place.status_id
        for listing in self._listings(lane, account_id, position):
            yield from self._listed_pages(listing)

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        """Yield conversations as they are now: two requests each, and one per status edited since."""
        for thread_id in thread_ids:
            yield self._conversations.reread(thread_id)

    def account(self) -> str:
        """Return the name of the account that answers are posted by."""
        return StatusAnswers(self._context, self._place).account()

    def answer(self, answer: PublicAnswer) -> PostedAnswer:
        """Post an answer as a reply, once."""
        return StatusAnswers(self._context, self._place).answer(answer)

    def _thread_pages(self, place: _Place | None) -> Iterator[Page]:
        page = self._conversations.reread(self._place.name)
        seen = _digest(page)
        if place is None or place.seen != seen:
            cursor = write_cursor(_Place(status_id=self._place.name, seen=seen))
            yield Page(raw=page.raw, posts=page.posts, threads=page.threads, cursor=cursor)

    def _account_id(self, place: _Place | None) -> str | None:
        """Return the id behind an account's name, asked for once; None for a hashtag."""
        if self._place.kind != "account":
            return None
        if place is not None and place.account_id is not None:
            return place.account_id
        answer = self._conversations.get(
            self._place.api("accounts/lookup"), params={"acct": self._place.name}
        )
        found = answer.json()
        account_id = found.get("id") if isinstance(found, dict) else None
        if not isinstance(account_id, str) or not account_id.isalnum():
            raise PermanentError(
                f"{answer.url} names no account: expected a server with the Mastodon API", kind="address"
            )
        return account_id

    def _listings(self, lane: str, account_id: str | None, position: str | None) -> Iterator[_Listing]:
        """Yield pages of the timeline, from the position on, as long as they lead further."""
        url = self._place.timeline(account_id)
        towards = "min_id" if lane == LIVE else "max_id"
        while True:
            params: dict[str, str | int] = {"limit": _LISTED}
            if position is not None:
                params[towards] = position
            answer = self._conversations.get(url, params=params)
            listed = read_statuses(answer.json(), answer.url, self._context.problems)
            listing = _Listing(answer.raw(), lane, account_id, _further(lane, listed, position))
            if not listing.statuses:
                return
            yield listing
            if lane == LIVE and position is None:
                return
            position = listing.statuses[-1].id

    def _listed_pages(self, listing: _Listing) -> Iterator[Page]:
        """Yield a page per conversation; statuses that need no further request go with the next."""
        waiting: list[Sighting] = []
        read: set[str] = set()
        for status in listing.statuses:
            cursor = listing.cursor(status.id)
            thread_id = self._context.known.thread_of(status.id)
            if status.id in read or not is_shown(status):
                continue
            if thread_id is not None or _is_alone(status):
                waiting.append(self._conversations.single(status, thread_id or status.id))
                continue
            conversation = self._conversations.around(status)
            read.update(each.id for each in conversation.statuses)
            page = self._conversations.page(conversation, (listing.raw,), cursor)
            yield msgspec.structs.replace(page, posts=(*waiting, *page.posts))
            waiting.clear()
        yield Page(raw=(listing.raw,), posts=tuple(waiting), cursor=listing.cursor(listing.statuses[-1].id))


CONNECTOR: Final = MastodonConnector


@dataclass(frozen=True, slots=True)
class _Listing:
    """One page of a timeline, its statuses in the lane's direction."""

    raw: Raw
    lane: str
    account_id: str | None
    statuses: list[Status]

    def cursor(self, status_id: str) -> Cursor:
        return write_cursor(_Place(status_id=status_id, account_id=self.account_id))


def _is_alone(status: Status) -> bool:
    return not status.replies_count and status.in_reply_to_id is None and status.edited_at is None


def _further(lane: str, statuses: list[Status], position: str | None) -> list[Status]:
    """Return the statuses beyond the position, each once, in the lane's direction."""
    by_id = {status.id: status for status in statuses}
    rising = sorted(by_id, key=order)
    if lane == LIVE:
        return [by_id[each] for each in rising if position is None or order(each) > order(position)]
    return [by_id[each] for each in reversed(rising) if position is None or order(each) < order(position)]


def _digest(page: Page) -> str:
    """What tells one state of a conversation from another."""
    state = [(each.post.post_id, each.version) for each in page.posts]
    gone = [thread.thread_id for thread in page.threads if thread.gone]
    return sha256(msgspec.json.encode((state, gone))).hexdigest()
