"""Push: another program sends its posts as Kulanz JSONL over HTTP.

One POST holds up to ``MAX_LINES`` lines, one post each, in the fields of Kulanz JSONL; ``?source=NAME``
or the field ``source`` says where they come from. Beside the usual fields a line may carry what the
sender knows of edits: ``version``, ``edited_at``, ``edited_by``, ``removed``. The same post may be sent
again at any time: a post is known by its source and post_id, and a changed text becomes a revision.
The sender proves itself by ``Authorization: Bearer KEY``.

The answer is JSON: how many lines were kept, and of each that was not its number, the reason and the
remedy. Good lines are kept whatever the others are. Status: 200 all kept, 207 some, 400 none, 401 wrong
key, 405 another method, 413 too many lines.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from kulanz.core.posts import Post, UtcTime
from kulanz.sources.jsonl import BAD_LINE, decoder, remedy_for
from kulanz.sources.receiving import Delivery, Receipt
from kulanz.sources.sightings import Page, Raw, Sighting
from kulanz.sources.web.secrets import Secret

MAX_LINES: Final = 10_000
_MOST_TOLD: Final = 100
_EDITS: Final = ("version", "edited_at", "edited_by", "removed")
_JSON: Final = "application/json"


class _Refused(msgspec.Struct):
    """A line that was not kept."""

    line: int
    reason: str
    remedy: str


class _Edits(msgspec.Struct):
    """What a sender knows of a post's edits."""

    version: int | None = None
    edited_at: UtcTime | None = None
    edited_by: str | None = None
    removed: bool = False


class PushReceiver:
    """Receives Kulanz JSONL; made with the key that senders must show."""

    name: Final = "push"

    def __init__(self, key: Secret) -> None:
        self._key = key

    def receive(self, delivery: Delivery) -> Receipt:
        """Keep the good lines of a delivery, and tell of the others."""
        if delivery.method != "POST":
            return _answer(405, {"error": "expected POST"}, {"allow": "POST"})
        if not self._proved(delivery.headers.get("authorization", "")):
            error = "expected the header 'Authorization: Bearer KEY' with this receiver's key"
            return _answer(401, {"error": error}, {"www-authenticate": "Bearer"})
        return taken(delivery)

    def _proved(self, shown: str) -> bool:
        wanted = f"Bearer {self._key.reveal()}"
        return bool(self._key.reveal()) and hmac.compare_digest(shown.encode(), wanted.encode())


RECEIVER: Final = PushReceiver


def taken(delivery: Delivery) -> Receipt:
    """Keep the good lines of a delivery whose sender is known by other means."""
    lines = delivery.body.split(b"\n")
    if len(lines) > MAX_LINES + 1:
        return _answer(413, {"error": f"expected at most {MAX_LINES} lines, got {len(lines)}: send several"})
    return _kept(delivery, lines)


def _kept(delivery: Delivery, lines: list[bytes]) -> Receipt:
    refused: list[_Refused] = []
    posts = tuple(_sightings(lines, delivery.query.get("source"), refused))
    told = {"kept": len(posts), "refused": len(refused), "problems": refused[:_MOST_TOLD]}
    if not posts:
        return _answer(400 if refused else 200, told)
    raw = Raw(
        url=f"push:{delivery.query.get('source', '')}",
        media_type="application/x-ndjson",
        body=delivery.body,
        fetched_at=delivery.received_at,
    )
    receipt = _answer(207 if refused else 200, told)
    return replace(receipt, pages=(Page(raw=(raw,), posts=posts),))


def _sightings(lines: list[bytes], source: str | None, refused: list[_Refused]) -> Iterator[Sighting]:
    decode = decoder(keep_extra=True)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            post = decode(line)
            yield _sighting(post, source)
        except BAD_LINE as error:
            refused.append(_Refused(number, str(error), remedy_for(error)))
        except ValueError as error:
            refused.append(
                _Refused(number, str(error), "add ?source=NAME to the address or the field source")
            )


def _sighting(post: Post, source: str | None) -> Sighting:
    extra = {} if post.extra is msgspec.UNSET else dict(post.extra)
    edits = msgspec.convert({name: extra.pop(name) for name in _EDITS if name in extra}, _Edits)
    if not (post.source or source):
        raise ValueError("names no source")
    named = replace(post, source=post.source or source, extra=extra or msgspec.UNSET)
    return Sighting(
        post=named,
        version=edits.version,
        edited_at=edits.edited_at,
        edited_by=edits.edited_by,
        removed=edits.removed,
    )


def _answer(status: int, told: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Receipt:
    return Receipt(status=status, body=msgspec.json.encode(told), media_type=_JSON, headers=headers or {})
