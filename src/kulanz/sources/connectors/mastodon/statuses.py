"""Statuses as the Mastodon API sends them, and what they are as posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from kulanz.core.posts import Post
from kulanz.sources.counts import countable
from kulanz.sources.errors import Problems
from kulanz.sources.html import html_to_text
from kulanz.sources.sightings import Sighting

_PUBLIC: Final = frozenset(("public", "unlisted"))
_REMEDY: Final = "expected a status as the Mastodon API sends it"

StatusId = Annotated[str, Meta(min_length=1, max_length=200)]


class Author(Struct, frozen=True):
    """The account that wrote a status; ``acct`` has no host where it lives on this server."""

    acct: str
    bot: bool | None = None


class Linked(Struct, frozen=True):
    """A mention or a hashtag: its page is no link that the author chose."""

    url: str | None = None
    acct: str | None = None


class Status(Struct, frozen=True):
    """One status; only the fields that are used."""

    id: StatusId
    created_at: datetime
    account: Author
    content: str | None = None
    spoiler_text: str | None = None
    visibility: str = "public"
    in_reply_to_id: str | None = None
    edited_at: datetime | None = None
    url: str | None = None
    language: str | None = None
    favourites_count: int | None = None
    replies_count: int | None = None
    reblog: Any = None
    mentions: list[Linked] = []
    tags: list[Linked] = []


class Version(Struct, frozen=True):
    """One version of a status, as its history lists them, oldest first."""

    created_at: datetime
    content: str | None = None
    spoiler_text: str | None = None


def read_statuses(value: Any, url: str, problems: Problems) -> list[Status]:
    """Return the statuses of a list, whoever may read them; report broken ones."""
    if not isinstance(value, list):
        problems.add(url, None, "is no list of statuses", _REMEDY)
        return []
    found = (read_status(entry, url, problems) for entry in value)
    return [status for status in found if status is not None]


def read_status(value: Any, url: str, problems: Problems) -> Status | None:
    """Return a status, whoever may read it; report a broken one and return None."""
    try:
        return msgspec.convert(value, Status)
    except msgspec.ValidationError as error:
        problems.add(url, None, f"is not a status: {error}", _REMEDY)
        return None


def read_versions(value: Any, url: str, problems: Problems) -> list[Version]:
    """Return the versions of a status, oldest first; report a broken list."""
    try:
        versions = msgspec.convert(value, list[Version])
    except msgspec.ValidationError as error:
        problems.add(url, None, f"is no history of a status: {error}", _REMEDY)
        return []
    return sorted(versions, key=lambda version: _utc(version.created_at))


def is_shown(status: Status) -> bool:
    """Whether a status is public and the author's own: a key may show more than that."""
    return status.visibility in _PUBLIC and status.reblog is None


def order(status_id: str) -> tuple[int, str]:
    """A key by which ids rise with time: they are numbers as text."""
    return len(status_id), status_id


def edit_number(status: Status) -> int:
    """The version of a status: milliseconds of its last edit, 0 where there was none."""
    return 0 if status.edited_at is None else int(_utc(status.edited_at).timestamp() * 1000)


def sighting(status: Status, thread_id: str, host: str) -> Sighting:
    """Return a status as a post; only its author can edit it on Mastodon."""
    author = handle(status.account.acct, host)
    edited = None if status.edited_at is None else _utc(status.edited_at)
    return Sighting(
        post=_post(status, thread_id, author, host),
        version=edit_number(status),
        edited_at=edited,
        edited_by=author if edited else None,
    )


def earlier_versions(status: Status, versions: Sequence[Version]) -> list[Status]:
    """Return the status as it was before its last edit, oldest first."""
    return [
        msgspec.structs.replace(
            status,
            content=version.content,
            spoiler_text=version.spoiler_text,
            edited_at=version.created_at if place else None,
        )
        for place, version in enumerate(versions[:-1])
    ]


def depths(root: str, statuses: Iterable[Status]) -> dict[str, int]:
    """Return how many replies lie between each status and the root, parents first in the list."""
    found = {root: 0}
    for status in statuses:
        found[status.id] = found.get(status.in_reply_to_id or "", 0) + 1
    return found


def _post(status: Status, thread_id: str, author: str, host: str) -> Post:
    words = html_to_text("<br>".join(filter(None, (status.spoiler_text, status.content))))
    automatic_links = {linked.url for linked in (*status.mentions, *status.tags)}
    return Post(
        thread_id=thread_id,
        post_id=status.id,
        author_id=author,
        created_at=_utc(status.created_at),
        text=words.text,
        reply_to=status.in_reply_to_id or None,
        lang=status.language or None,
        likes=countable(status.favourites_count),
        url=status.url or None,
        automatic=True if status.account.bot else None,
        quotes=words.quotes,
        code=words.code,
        links=tuple(link for link in words.links if link not in automatic_links),
        mentions=tuple(dict.fromkeys(handle(each.acct, host) for each in status.mentions if each.acct)),
    )


def handle(acct: str, host: str) -> str:
    """Return an account's name with its server."""
    return acct if "@" in acct else f"{acct}@{host}"


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
