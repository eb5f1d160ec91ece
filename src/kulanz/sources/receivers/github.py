"""Webhooks of GitHub: issues, their comments, discussions and theirs.

Of a public repository a delivery shows what everybody sees, and two things that no read can tell: who
edited a text, and what a discussion says, as discussions have no REST API. So its posts are stored.
An issue is read again besides, whatever the delivery says of it. Of a private repository nothing is
stored: its issues are only read again, with the rights that the source has.

Set up the webhook with a secret (``X-Hub-Signature-256``), content type ``application/json``, and the
events issues, issue comments, discussions and discussion comments. A delivery that comes again is
told by the time of change in it: it is not stored where a newer one of the same post was, nor where
it is older than a day.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from kulanz.core.posts import Post
from kulanz.sources.connecting import Known
from kulanz.sources.github import posts_of, thread_id_of
from kulanz.sources.receivers.signatures import is_signed
from kulanz.sources.receiving import Delivery, Receipt
from kulanz.sources.sightings import ActKind, Page, Raw, Sighting, ThreadAct, ThreadSighting
from kulanz.sources.times import parse_time
from kulanz.sources.web.secrets import Secret

SIGNATURE: Final = "x-hub-signature-256"
OLDEST: Final = timedelta(days=1)
_REMEMBERED: Final = 10_000
_EVENTS: Final = frozenset({"issues", "issue_comment", "discussion", "discussion_comment"})
_WRITTEN: Final = frozenset({"opened", "created", "edited", "deleted"})
_ANSWERS: Final = {"answered": ("answer", True), "unanswered": ("old_answer", False)}
_ACTS: Final[Mapping[str, ActKind]] = {"locked": "locked", "unlocked": "unlocked", "transferred": "moved"}

_Json = Mapping[str, Any]


class GithubReceiver:
    """Takes the deliveries of one webhook; ``secret`` is the one entered at GitHub.

    With ``known`` the text before an edit is told too, where the post was never seen before it.
    """

    name: Final = "github"

    def __init__(self, secret: Secret, known: Known | None = None) -> None:
        self._secret = secret
        self._known = known
        self._newest: OrderedDict[str, datetime] = OrderedDict()

    def receive(self, delivery: Delivery) -> Receipt:
        """Answer 200 with what is to be stored; 403 without a right signature, 400 for what is no event."""
        if not is_signed(delivery.body, delivery.headers.get(SIGNATURE), self._secret):
            return Receipt(status=403, body=b"expected a signature made with the secret of this webhook\n")
        try:
            event = msgspec.json.decode(delivery.body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Receipt(status=400, body=b"expected a JSON object\n")
        kind = delivery.headers.get("x-github-event", "")
        thread = _thread(event) if kind in _EVENTS else None
        if thread is None:
            return Receipt(status=200)
        page = None if _is_private(event) else self._page(kind, event, thread, delivery)
        rereads = () if kind.startswith("discussion") else (thread.thread_id,)
        return Receipt(status=200, pages=() if page is None else (page,), rereads=rereads)

    def _page(self, kind: str, event: _Json, thread: ThreadSighting, delivery: Delivery) -> Page | None:
        about_comment = kind.endswith("_comment")
        posts = tuple(self._sightings(event, delivery.received_at, comment=about_comment))
        threads: tuple[ThreadSighting, ...] = ()
        if kind == "discussion":
            threads = (_acted(event, thread, delivery.received_at),)
        if not posts and not threads:
            return None
        raw = Raw(
            url=thread.url or thread.thread_id,
            media_type="application/json",
            body=delivery.body,
            fetched_at=delivery.received_at,
        )
        return Page(raw=(raw,), posts=posts, threads=threads)

    def _sightings(self, event: _Json, received_at: datetime, *, comment: bool) -> Iterator[Sighting]:
        action, entry = _action(event), _object(event, "comment") if comment else _opened(event)
        if action in _ANSWERS and not comment:
            yield from self._marked(event, received_at, *_ANSWERS[action])
        post = _post(entry, comment=comment)
        if post is None or action not in _WRITTEN:
            return
        if action == "deleted":
            self._note(post.post_id, received_at)
            yield Sighting(post=_plain(post), removed=True)
            return
        changed_at = _moment(entry.get("updated_at")) or received_at
        if not self._is_newest(post.post_id, changed_at, received_at):
            return
        if action != "edited" or not isinstance(_object(event, "changes").get("body"), dict):
            yield Sighting(post=_plain(post))
            return
        yield from self._earlier(event, entry, comment=comment)
        yield Sighting(post=_plain(post), edited_at=changed_at, edited_by=_sender(event))

    def _earlier(self, event: _Json, entry: _Json, *, comment: bool) -> Iterator[Sighting]:
        """Yield a post as it was before its edit, where nobody saw it then."""
        was = _object(_object(event, "changes"), "body").get("from")
        post = _post({**entry, "body": was}, comment=comment) if isinstance(was, str) else None
        if post is not None and self._known is not None and self._known.thread_of(post.post_id) is None:
            yield Sighting(post=_plain(post))

    def _marked(self, event: _Json, received_at: datetime, name: str, accepted: bool) -> Iterator[Sighting]:
        """Yield the comment that became the answer of a discussion, or is it no more."""
        post = _post(_object(event, name), comment=True)
        changed_at = _moment(_opened(event).get("updated_at")) or received_at
        if post is not None and self._is_newest(post.post_id, changed_at, received_at):
            yield Sighting(post=replace(_plain(post), accepted=accepted))

    def _is_newest(self, post_id: str, changed_at: datetime, received_at: datetime) -> bool:
        newest = self._newest.get(post_id)
        if received_at - changed_at > OLDEST or (newest is not None and changed_at < newest):
            return False
        self._note(post_id, changed_at)
        return True

    def _note(self, post_id: str, changed_at: datetime) -> None:
        self._newest[post_id] = changed_at
        self._newest.move_to_end(post_id)
        while len(self._newest) > _REMEMBERED:
            self._newest.popitem(last=False)


RECEIVER: Final = GithubReceiver


def _post(entry: _Json, *, comment: bool) -> Post | None:
    part = {"comments": [entry]} if comment else {"issue": entry}
    return next(posts_of(part), None)


def _plain(post: Post) -> Post:
    """Without what the connector leaves to the thread."""
    return replace(post, thread_closed_at=None)


def _opened(event: _Json) -> _Json:
    return _object(event, "discussion") or _object(event, "issue")


def _thread(event: _Json) -> ThreadSighting | None:
    opened = _opened(event)
    thread_id = thread_id_of(opened)
    if thread_id is None:
        return None
    title, url = opened.get("title"), opened.get("html_url")
    return ThreadSighting(
        thread_id=thread_id,
        title=title if isinstance(title, str) else None,
        url=url if isinstance(url, str) else None,
    )


def _acted(event: _Json, thread: ThreadSighting, received_at: datetime) -> ThreadSighting:
    """What a discussion's own event says of it: nothing can be read again to tell."""
    opened, action = _opened(event), _action(event)
    kind = _ACTS.get(action)
    at = _moment(opened.get("updated_at")) or received_at
    locked = opened.get("locked")
    return replace(
        thread,
        closed=locked if isinstance(locked, bool) else None,
        gone=action in ("deleted", "transferred"),
        acts=() if kind is None else (ThreadAct(kind=kind, at=at, by=_sender(event)),),
    )


def _is_private(event: _Json) -> bool:
    """Only what says that it is public is taken for it."""
    return _object(event, "repository").get("private") is not False


def _sender(event: _Json) -> str | None:
    login = _object(event, "sender").get("login")
    return login if isinstance(login, str) else None


def _action(event: _Json) -> str:
    action = event.get("action")
    return action if isinstance(action, str) else ""


def _object(entry: _Json, name: str) -> _Json:
    value = entry.get(name)
    return value if isinstance(value, dict) else {}


def _moment(value: object) -> datetime | None:
    try:
        return parse_time(value) if isinstance(value, str) else None
    except ValueError:
        return None
