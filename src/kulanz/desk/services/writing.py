"""Connectors that write: whether a source's can, and one made for a short turn."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, Generic, TypeVar

from django.db.models import F

from kulanz.desk.models import Post, Source, Thread
from kulanz.desk.queries.known import KnownPosts
from kulanz.desk.queries.moderating import first_post
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.plain import plainly
from kulanz.desk.services.mail import can_send, own_address
from kulanz.desk.services.outside import Outside, keys_of
from kulanz.desk.services.sealing import SealError
from kulanz.sources.connectors import CONNECTORS, connector_named
from kulanz.sources.errors import PermanentError, Problems, SourceError
from kulanz.sources.public_answers import PublicAnswers
from kulanz.sources.web.client import HttpClient

_Contract = TypeVar("_Contract")
REQUESTS: Final = 15
SECONDS: Final = 20.0
LONGEST_WAIT: Final = 5.0
"""With ten seconds to connect, a turn's requests end before its claim does: nobody else writes meanwhile."""


def can_write(source: Source) -> bool:
    """Whether a source's connector writes private messages, and has the keys for it."""
    known = source.connector in CONNECTORS
    return known and _has_one_of(source, connector_named(source.connector).writes_with)


def can_answer(source: Source) -> bool:
    """Whether answers to a source are posted by the desk: by its connector with its keys, or by mail."""
    if source.connector not in CONNECTORS:
        return False
    if _has_one_of(source, connector_named(source.connector).answers_with):
        return True
    return bool(list_address(source)) and can_send()


def can_moderate(source: Source, act: str) -> bool:
    """Whether the desk does an act of moderation at a source: its connector knows it, and has the keys."""
    if source.connector not in CONNECTORS:
        return False
    connector = connector_named(source.connector)
    return act in connector.moderates and _has_one_of(source, connector.moderates_with)


def is_thread(thread: Thread, post: Post) -> bool:
    """Whether a conversation is removed and moved with this post at its source, as it began it there."""
    known = thread.source.connector in CONNECTORS
    if not known or not connector_named(thread.source.connector).first_is_thread:
        return False
    return post == first_post(thread)


def list_address(source: Source) -> str:
    """Return the address of the mailing list that a source reads, empty where nobody gave one."""
    key = connector_named(source.connector).mailed_to if source.connector in CONNECTORS else ""
    try:
        return keys_of(source).get(key, "") if key else ""
    except SealError:
        return ""


def _has_one_of(source: Source, wanted: Collection[frozenset[str]]) -> bool:
    try:
        given = keys_of(source).keys() if wanted else ()
    except SealError:
        return False
    return any(keys <= set(given) for keys in wanted)


class Writer(Generic[_Contract]):
    """A source's connector for a contract, in a ``with`` block; its requests are counted at the end."""

    def __init__(self, source: Source, world: Outside, contract: Any) -> None:
        limits = replace(world.limits, total_seconds=SECONDS)
        pacing = replace(world.pacing, attempts=1, longest_wait=LONGEST_WAIT)
        self._source, self._world = source, replace(world, limits=limits, pacing=pacing)
        self._contract = contract
        self._http: HttpClient = self._world.client(REQUESTS)

    def __enter__(self) -> _Contract:
        made: Any = self._world.connector(
            self._source.connector,
            self._source.address,
            keys_of(self._source),
            http=self._http,
            known=KnownPosts(self._source),
            problems=Problems(keep=1),
        )
        if not isinstance(made, self._contract):
            raise PermanentError(f"{self._source.connector} only reads: choose another way")
        writer: _Contract = made
        return writer

    def __exit__(self, *_: object) -> None:
        self._http.close()
        made = self._http.requests
        counted = {"requests_today": F("requests_today") + made, "requests_total": F("requests_total") + made}
        Source.objects.filter(pk=self._source.pk).update(**counted)


def learn_account(*, source: Source, world: Outside) -> None:
    """Ask a source once which account its keys post as; the page says so to whoever writes."""
    if source.posts_as_at is not None or not can_answer(source):
        return
    told: dict[str, Any] = {"posts_as_at": world.clock()}
    if list_address(source):
        Source.objects.filter(pk=source.pk).update(posts_as=own_address()[:255], **told)
        return
    with suppress(SourceError, RuleError), Writer[PublicAnswers](source, world, PublicAnswers) as writer:
        told |= {"posts_as": plainly(writer.account())[:255]}
    Source.objects.filter(pk=source.pk).update(**told)
