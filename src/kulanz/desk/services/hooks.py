"""What sources send us: pages are kept at once, everything else becomes due work for the worker.

A receiver of ``kulanz.sources.receivers`` reads and checks the delivery. Nobody is logged in here: nothing
that comes is believed beyond what its signature proves.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from msgspec.structs import replace

from kulanz.desk.access import hook_thread_url
from kulanz.desk.models import Reread, Source
from kulanz.desk.queries.known import KnownPosts
from kulanz.desk.rules.hooks import PUSH, receivers_of
from kulanz.desk.rules.plain import plainly
from kulanz.desk.rules.rotation import good
from kulanz.desk.services.fetching import want
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.mentions import claim_mentions, is_ours
from kulanz.desk.services.sealing import unseal
from kulanz.desk.services.subscriptions import KeptSubscriptions
from kulanz.sources.connectors import CONNECTORS
from kulanz.sources.receivers.discourse import DiscourseReceiver
from kulanz.sources.receivers.github import GithubReceiver
from kulanz.sources.receivers.pingback import PingbackReceiver
from kulanz.sources.receivers.push import PushReceiver
from kulanz.sources.receivers.trackback import TrackbackReceiver
from kulanz.sources.receivers.webmention import WebmentionReceiver
from kulanz.sources.receivers.websub import WebSubReceiver
from kulanz.sources.receiving import Delivery, Receipt, Receiver
from kulanz.sources.web.secrets import Secret

GRACE: Final = timedelta(minutes=5)
"""How long an edit may stay unshown at a platform that only sends: as long as at most forums."""

PAUSED: Final = Receipt(
    status=503,
    body=b"this source is paused at the desk: send it again later\n",
    headers={"retry-after": "300"},
)
UNKNOWN: Final = Receipt(status=404, body=b"there is nothing here that takes deliveries\n")
_NOTED_EVERY: Final = timedelta(minutes=1)
_MOST_REREADS: Final = 1_000
_LONGEST_KEY: Final = 256
_MOST_REMEMBERING: Final = 64
_UNPROVED: Final = frozenset({401, 403})


def receive(*, source: Source, receiver: str, delivery: Delivery) -> Receipt:
    """Take a delivery to a source and return the answer; what it says is kept before it is answered.

    Raise SealError where the source's secret cannot be opened, and Django's database errors where
    nothing could be kept: then the sender must be told to try again.
    """
    if receiver not in receivers_of(source.connector):
        return UNKNOWN
    if source.state == "paused":
        return PAUSED
    now = delivery.received_at
    receipt = _received(source, receiver, _named(source, receiver, delivery), now)
    grace = GRACE if receiver == PUSH else timedelta(0)
    for page in receipt.pages:
        keep_page(source=source, page=page, lane=None, grace=grace, now=now)
    _ask_again(source, receipt, now)
    claim_mentions(source=source, claims=receipt.mentions, now=now)
    if receipt.pages or receipt.rereads or receipt.topics:
        _note_delivery(source, now)
    return receipt


def _ask_again(source: Source, receipt: Receipt, now: datetime) -> None:
    """Have threads read again with the source's own rights, or the whole feed."""
    named = plainly(receipt.rereads) if source.connector in CONNECTORS else ()
    keys = [key for key in named if 0 < len(key) <= _LONGEST_KEY]
    for key in keys[:_MOST_REREADS]:
        Reread.objects.update_or_create(source=source, key=key, defaults={"asked_at": now})
    if keys or receipt.topics:
        want(source=source, now=now)


def _note_delivery(source: Source, now: datetime) -> None:
    """Note about when a source sent last; not for each of many deliveries a second."""
    if source.delivered_at is None or source.delivered_at < now - _NOTED_EVERY:
        Source.objects.filter(pk=source.pk).update(delivered_at=now)


def _named(source: Source, receiver: str, delivery: Delivery) -> Delivery:
    """Give posts that name no source the name of the one they were sent to."""
    if receiver != PUSH or delivery.query.get("source"):
        return delivery
    return replace(delivery, query={**delivery.query, "source": source.name})


def _received(source: Source, name: str, delivery: Delivery, now: datetime) -> Receipt:
    """Have a delivery checked with each secret that is good, until one fits."""
    for secret in good(unseal(bytes(source.sealed_hook_secret)).decode(), now):
        receipt = _MAKERS[name](source, Secret(secret)).receive(delivery)
        if receipt.status not in _UNPROVED:
            break
    return receipt


def _github(source: Source, secret: Secret) -> Receiver:
    """GitHub's receiver remembers what it saw, so one is kept for every source and secret."""
    key = (source.pk, secret.reveal())
    with _lock:
        found = _remembering.get(key) or _Guarded(GithubReceiver(secret, KnownPosts(source)))
        _remembering[key] = found
        _remembering.move_to_end(key)
        while len(_remembering) > _MOST_REMEMBERING:
            _remembering.popitem(last=False)
    return found


def _claims(
    make: Callable[[Callable[[str], bool]], Receiver],
) -> Callable[[Source, Secret], Receiver]:
    return lambda source, _: make(lambda target: is_ours(source, target))


def _trackback(source: Source, _secret: Secret) -> Receiver:
    """The last part of a trackback's path is the desk's number of the thread that it is about."""
    return TrackbackReceiver(lambda path: hook_thread_url(source, path.rstrip("/").rpartition("/")[2]))


class _Guarded:
    """A receiver that remembers, used by one thread at a time."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver, self._lock = receiver, Lock()

    @property
    def name(self) -> str:
        return self._receiver.name

    def receive(self, delivery: Delivery) -> Receipt:
        with self._lock:
            return self._receiver.receive(delivery)


_lock: Final = Lock()
_remembering: Final[OrderedDict[tuple[int, str], Receiver]] = OrderedDict()
_MAKERS: Final[Mapping[str, Callable[[Source, Secret], Receiver]]] = {
    "push": lambda _, secret: PushReceiver(secret),
    "discourse": lambda _, secret: DiscourseReceiver(secret),
    "github": _github,
    "websub": lambda source, _: WebSubReceiver(KeptSubscriptions(source)),
    "webmention": _claims(WebmentionReceiver),
    "pingback": _claims(PingbackReceiver),
    "trackback": _trackback,
}
