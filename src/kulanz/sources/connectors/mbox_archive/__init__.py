"""Reads mail archives that lie on the web as mboxes.

The address is that of one mbox (``.mbox``, ``.txt``, also ``.gz``), of a page that links to monthly ones,
as Mailman 2 makes it (pipermail), or of a public-inbox. Posts and threads have the ids that an
mbox gives them: the Message-ID, and that of the thread's first message. A file is asked for
again only if the server says that it changed (ETag, Last-Modified); of monthly files only the last two.

Removed messages are seen in one mbox and in a public-inbox, when a thread is read again; monthly
files are not read again. A public-inbox is read whole once; then its feed tells which threads have
new messages, and its search what the feed no longer shows. Mail cannot be edited, and there is no
closing or hiding: none of these is ever reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kulanz.core.posts import Post
from kulanz.sources.connecting import LIVE, Context
from kulanz.sources.connectors.mbox_archive.places import (
    FEED_LENGTH,
    is_file,
    is_inbox,
    monthly_files,
    newest_messages,
    thread_file,
)
from kulanz.sources.connectors.mbox_archive.progress import CHUNK, Place, Progress, chunks, first_unread
from kulanz.sources.cursors import read_cursor, write_cursor
from kulanz.sources.errors import PermanentError
from kulanz.sources.mail import in_thread
from kulanz.sources.mailarchive import read_mail_archive
from kulanz.sources.mailthreads import MailThreads
from kulanz.sources.sightings import Cursor, Page, Raw, Sighting, ThreadSighting
from kulanz.sources.web.client import Answer

MAILED_TO: Final = "list_address"
KEYS: Final[tuple[str, ...]] = (MAILED_TO,)

_NAMESAKES: Final = 200
_CHECKED_AGAIN: Final = 2
_OVERLAP: Final = timedelta(days=1)
_GONE: Final = (300, 404, 410)
_ASKED: Final = 3


@dataclass(frozen=True, slots=True)
class _Archive:
    """What the address leads to; ``whole`` where one file holds everything."""

    files: tuple[str, ...]
    whole: bool = True
    inbox: str | None = None


@dataclass(slots=True)
class _Run:
    """How far one run has come."""

    place: Place
    threads: MailThreads
    owing: bool = False

    def move(self, since: datetime | None, files: Mapping[str, Progress] | None = None) -> Cursor:
        """Note the place behind a page, and return its cursor."""
        self.place = Place(
            owing=self.owing,
            files={**self.place.files, **(files or {})},
            namesakes=self.threads.recent_namesakes(_NAMESAKES),
            since=since,
        )
        return write_cursor(self.place)


class MboxArchiveConnector:
    """Reads one archive, oldest first; needs no key."""

    name: Final = "mbox"
    lanes: Final = (LIVE,)
    grace: Final = timedelta(0)

    def __init__(self, context: Context) -> None:
        self._context = context
        self._http, self._problems = context.http, context.problems
        if not context.address.startswith(("http://", "https://")):
            raise PermanentError(
                f"expected the https address of a mail archive, got {context.address!r}", kind="address"
            )

    def pages(self, lane: str, cursor: Cursor | None) -> Iterator[Page]:  # noqa: ARG002 - there is one lane
        """Yield messages that were not read yet, two hundred at a time."""
        place = read_cursor(Place, cursor) or Place()
        run = _Run(place, MailThreads(self._context.known.thread_of, place.namesakes))
        archive = self._archive()
        if archive.inbox is not None and place.since is not None:
            yield from self._inbox_news(archive.inbox, place.since, run)
            return
        for address in _worth_asking(archive.files, place):
            yield from self._file_pages(address, archive, run)

    def reread(self, thread_ids: Sequence[str]) -> Iterator[Page]:
        """Yield which messages the threads still have; nothing for monthly files."""
        archive = self._archive()
        if archive.inbox is not None:
            for thread_id in thread_ids:
                yield self._inbox_thread(archive.inbox, thread_id)
        elif archive.whole:
            yield self._whole_again(archive.files[0], thread_ids)

    def _archive(self) -> _Archive:
        address = self._context.address
        if is_file(address):
            return _Archive((address,))
        answer = self._http.get(address)
        page = answer.text()
        if is_inbox(page):
            inbox = answer.url.partition("?")[0]
            return _Archive((f"{inbox.rstrip('/')}/all.mbox.gz",), inbox=inbox)
        files = monthly_files(page, answer.at)
        if not files:
            raise PermanentError(
                f"{answer.url} leads to no mail archive: expected an mbox, a page with links to monthly ones"
                " (2006-September.txt.gz), or a public-inbox",
                kind="address",
            )
        return _Archive(tuple(files), whole=False)

    def _file_pages(self, address: str, archive: _Archive, run: _Run) -> Iterator[Page]:
        begun = run.place.files.get(address, Progress())
        answer = self._http.get(address, validators=begun.validators)
        if answer.not_modified:
            return
        posts = [in_thread(mail, run.threads) for mail in read_mail_archive(answer, self._problems)]
        start = first_unread(posts, begun)
        if start == len(posts) and begun.at_end and begun.validators == answer.validators:
            return
        present = _present(posts, start) if archive.whole else {}
        for some, progress in chunks(posts, start, answer.validators):
            since = answer.fetched_at if archive.inbox and progress.at_end else None
            cursor = run.move(since, {address: progress})
            yield _page(answer.raw(), some, present if progress.at_end else {}, cursor)

    def _inbox_news(self, inbox: str, since: datetime, run: _Run) -> Iterator[Page]:
        """Yield what a public-inbox received: its feed names the newest messages, threads hold them."""
        feed = self._http.get(f"{inbox}new.atom")
        known = self._context.known
        unknown = [each for each in newest_messages(feed.text()) if known.thread_of(each) is None]
        # The search shows new messages half a minute late: what it owes is searched for once more.
        run.owing = len(unknown) >= FEED_LENGTH
        if run.owing or run.place.owing:
            yield from self._searched(inbox, since, run)
        for message_id in unknown:
            if known.thread_of(message_id) is None:
                answer = self._http.get(thread_file(inbox, message_id), accepted=_GONE)
                if answer.status not in _GONE:
                    then = since if run.owing else feed.fetched_at
                    yield from self._new_pages(answer, run, since, then)

    def _searched(self, inbox: str, since: datetime, run: _Run) -> Iterator[Page]:
        """Yield more than the feed shows, with a day's overlap for clocks that differ."""
        answer = self._http.post(
            f"{inbox}?q=rt:{int((since - _OVERLAP).timestamp())}..&x=m",
            body=b"",
            media_type="application/x-www-form-urlencoded",
            accepted=_GONE,
        )
        if answer.status not in _GONE:
            yield from self._new_pages(answer, run, since, since)

    def _new_pages(self, answer: Answer, run: _Run, since: datetime, then: datetime) -> Iterator[Page]:
        """Yield the messages of an answer that are not known yet, oldest first."""
        known = self._context.known
        mails = sorted(read_mail_archive(answer, self._problems), key=lambda mail: mail.sent_at)
        posts = [in_thread(mail, run.threads) for mail in mails if known.thread_of(mail.message_id) is None]
        for start in range(0, len(posts), CHUNK):
            at_end = start + CHUNK >= len(posts)
            yield _page(answer.raw(), posts[start : start + CHUNK], {}, run.move(then if at_end else since))

    def _inbox_thread(self, inbox: str, thread_id: str) -> Page:
        """Return what a public-inbox has of a thread; its first message may be gone, so ask others too."""
        others = sorted(self._context.known.post_ids(thread_id) - {thread_id})
        raws: list[Raw] = []
        for message_id in [thread_id, *others][:_ASKED]:
            answer = self._http.get(thread_file(inbox, message_id), accepted=_GONE)
            raws.append(answer.raw())
            if answer.status not in _GONE:
                present = frozenset(mail.message_id for mail in read_mail_archive(answer, self._problems))
                seen = ThreadSighting(thread_id=thread_id, present=present, gone=not present)
                return Page(raw=tuple(raws), threads=(seen,))
        return Page(raw=tuple(raws), threads=(ThreadSighting(thread_id=thread_id, gone=True),))

    def _whole_again(self, address: str, thread_ids: Sequence[str]) -> Page:
        answer = self._http.get(address)
        there = {mail.message_id for mail in read_mail_archive(answer, self._problems)}
        if not there:
            # More likely the file is just being written than that a whole archive was taken away.
            return Page(raw=(answer.raw(),))
        kept = {thread: self._context.known.post_ids(thread) & there for thread in thread_ids}
        seen = (
            ThreadSighting(thread_id=thread, present=present, gone=not present)
            for thread, present in kept.items()
        )
        return Page(raw=(answer.raw(),), threads=tuple(seen))


CONNECTOR: Final = MboxArchiveConnector


def _worth_asking(files: Sequence[str], place: Place) -> list[str]:
    """Return the files that were not read to their end, and the last ones, which may still grow."""
    unread = {address for address in files if not _is_read(place.files.get(address))}
    return [address for address in files if address in unread or address in files[-_CHECKED_AGAIN:]]


def _is_read(progress: Progress | None) -> bool:
    return progress is not None and progress.at_end


def _present(posts: Sequence[Post], start: int) -> dict[str, frozenset[str]]:
    """Return all posts of every thread that has one from ``start`` on."""
    found: dict[str, set[str]] = {post.thread_id: set() for post in posts[start:]}
    for post in posts:
        if post.thread_id in found:
            found[post.thread_id].add(post.post_id)
    return {thread: frozenset(ids) for thread, ids in found.items()}


def _page(raw: Raw, posts: Sequence[Post], present: dict[str, frozenset[str]], cursor: Cursor) -> Page:
    return Page(
        raw=(raw,),
        posts=tuple(Sighting(post=post) for post in posts),
        threads=tuple(ThreadSighting(thread_id=thread, present=ids) for thread, ids in present.items()),
        cursor=cursor,
    )
