"""Reads a mailing list from a mailbox that is subscribed to it, by IMAP over TLS.

Posts and threads have the ids that an mbox of the same list gives them: the Message-ID, and that
of the thread's first message. Reading is by UID, oldest first; where UIDVALIDITY changes it begins
anew. Messages that are expunged or moved away are seen by ``reread`` as removed. Mail cannot be
edited, and a mailbox knows no closing or hiding: none of these is ever reported. Flags are not
read, so that UIDNEXT and the number of messages tell whether anything has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes
from itertools import islice
from typing import Final

from msgspec import Struct

from kulanz.core.posts import Post
from kulanz.sources.connecting import LIVE, Context
from kulanz.sources.connectors.imap.address import parse_address
from kulanz.sources.connectors.imap.session import Account, Session
from kulanz.sources.cursors import read_cursor, write_cursor
from kulanz.sources.errors import PermanentError
from kulanz.sources.items import MIB
from kulanz.sources.mail import MAX_MESSAGE_BYTES, MISSING_ID, MailError, in_thread, read_mail
from kulanz.sources.mailheads import read_head
from kulanz.sources.mailthreads import MailThreads
from kulanz.sources.sightings import Cursor, Page, Raw, Sighting, ThreadSighting

MAILED_TO: Final = "list_address"
_LOGIN: Final = ("user", "password")
KEYS: Final[tuple[str, ...]] = (*_LOGIN, MAILED_TO)

_BATCH: Final = 100
_BATCH_BYTES: Final = 8 * MIB
_NAMESAKES: Final = 200


class _Place(Struct, frozen=True, kw_only=True):
    """The cursor: the next UID to be read, and what joins replies that name no parent."""

    validity: int
    next_uid: int
    namesakes: list[tuple[int, str, datetime]] = []


class ImapConnector:
    """Reads one mailbox; needs the keys ``user`` and ``password``."""

    name: Final = "imap"
    lanes: Final = (LIVE,)
    grace: Final = timedelta(0)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._address = parse_address(context.address)
        self._account = _account(context)

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:  # noqa: ARG002 - there is one lane
        """Yield the messages that came after the cursor, a hundred or eight MiB at a time."""
        with self._session() as session:
            place = read_cursor(_Place, cursor)
            if place is None or place.validity != session.validity:
                place = _Place(validity=session.validity, next_uid=1)
            threads = MailThreads(self._context.known.thread_of, place.namesakes)
            for uids in _batches(session, place.next_uid):
                yield self._page(session, uids, threads)

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        """Yield which messages are still there; nothing for threads of a mailbox that is as it was."""
        known = self._context.known
        with self._session() as session:
            marker = f"{session.validity}-{session.next_uid}-{session.exists}"
            changed = [thread for thread in thread_ids if known.marker(thread) != marker]
            there = frozenset(_message_ids(session)) if changed else frozenset()
        for thread in changed:
            kept = frozenset(post for post in known.post_ids(thread) if post in there or MISSING_ID in post)
            seen = ThreadSighting(thread_id=thread, present=kept, gone=not kept, marker=marker)
            yield Page(threads=(seen,))

    def _session(self) -> Session:
        return Session(self._address, self._account, self._context.policy)

    def _page(self, session: Session, uids: Sequence[int], threads: MailThreads) -> Page:
        raws = [self._raw(session.validity, *message) for message in session.messages(uids)]
        posts = tuple(Sighting(post=post) for raw in raws for post in self._post(raw, threads))
        place = _Place(
            validity=session.validity,
            next_uid=uids[-1] + 1,
            namesakes=threads.recent_namesakes(_NAMESAKES),
        )
        return Page(raw=tuple(raws), posts=posts, cursor=write_cursor(place))

    def _raw(self, validity: int, uid: int, content: bytes) -> Raw:
        url = f"{self._address.url};UIDVALIDITY={validity}/;UID={uid}"
        return Raw(url=url, media_type="message/rfc822", body=content, fetched_at=self._context.now())

    def _post(self, raw: Raw, threads: MailThreads) -> Iterator[Post]:
        try:
            mail = read_mail(raw.body)
        except MailError as error:
            self._context.problems.add(raw.url, None, str(error), error.remedy)
        else:
            yield in_thread(mail, threads)


CONNECTOR: Final = ImapConnector


def _account(context: Context) -> Account:
    missing = [key for key in _LOGIN if key not in context.secrets]
    if missing:
        raise PermanentError(
            f"a mailbox needs the keys {' and '.join(_LOGIN)}: give {' and '.join(missing)}", kind="key"
        )
    for key in _LOGIN:
        if not _is_plain(context.secrets[key].reveal()):
            raise PermanentError(
                f"the key {key!r} holds characters that a login by IMAP cannot carry: give one of ASCII"
                " letters, digits and signs, such as a password made for this program alone",
                kind="key",
            )
    return Account(context.secrets["user"], context.secrets["password"])


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _batches(session: Session, first: int) -> Iterator[list[int]]:
    """Yield UIDs from ``first`` on, as many at a time as may be held in memory."""
    uids = session.uids(first)
    while some := list(islice(uids, _BATCH)):
        batch: list[int] = []
        room = _BATCH_BYTES
        for uid, size in sorted(session.sizes(some).items()):
            room -= min(size, MAX_MESSAGE_BYTES)
            if batch and room < 0:
                yield batch
                batch, room = [], _BATCH_BYTES
            batch.append(uid)
        if batch:
            yield batch


def _message_ids(session: Session) -> Iterator[str]:
    for field in session.message_id_fields():
        message_id = read_head(message_from_bytes(field), "").message_id
        if message_id is not None:
            yield message_id
