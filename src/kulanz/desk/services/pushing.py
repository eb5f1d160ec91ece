"""Posts that a program sends with a token: kept at once, each with the source it names."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import datetime

import msgspec
from django.db import transaction
from msgspec.structs import replace

from kulanz.desk.models import Source
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.hooks import PUSH
from kulanz.desk.rules.plain import plain
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.hooks import GRACE
from kulanz.desk.services.ingesting import keep_page
from kulanz.sources.receivers.push import taken
from kulanz.sources.receiving import Delivery, Receipt
from kulanz.sources.sightings import Page, Raw, Sighting


class _Naming(msgspec.Struct):
    """What a line says of where it comes from."""

    source: str | None = None


def push(*, actor: Actor, body: bytes, source: str, now: datetime) -> Receipt:
    """Keep the good lines of Kulanz JSONL and return what a sender is told of the others.

    ``source`` is for lines that name none. All of a delivery is kept, or nothing: raise RuleError where it
    names a source that is not there, takes no pushed posts or is paused.
    """
    actor.need(Right.PUSH_POSTS)
    query = {"source": source} if source else {}
    delivery = Delivery(method="POST", path="", headers={}, body=body, received_at=now, query=query)
    receipt = taken(delivery)
    with transaction.atomic():
        for page in receipt.pages:
            _keep(page, delivery, now)
    return receipt


def _keep(page: Page, delivery: Delivery, now: datetime) -> None:
    by_name: defaultdict[str, list[Sighting]] = defaultdict(list)
    for sighting in page.posts:
        by_name[plain(sighting.post.source or "")].append(sighting)
    sources = _open(set(by_name), delivery)
    for name, posts in by_name.items():
        raw = _raw(page, name) if len(by_name) == 1 else ()
        keep_page(
            source=sources[name], page=Page(raw=raw, posts=tuple(posts)), lane=None, grace=GRACE, now=now
        )


def _raw(page: Page, name: str) -> tuple[Raw, ...]:
    """The delivery as it came; one to several sources is kept with none, so that removing one is complete."""
    return tuple(replace(raw, url=f"push:{name}") for raw in page.raw)


def _open(names: set[str], delivery: Delivery) -> dict[str, Source]:
    found = {row.name: row for row in Source.objects.filter(name__in=names, connector=PUSH)}
    missing = sorted(names - found.keys())
    if missing and delivery.query.get("source", missing[0]) != missing[0]:
        raise RuleError(
            "push: line %(line)s names source %(name)r, which wins over ?source= but takes no pushed posts: "
            "leave the field out, or add it on the page of the sources first",
            line=_line_naming(missing[0], delivery.body),
            name=missing[0][:200],
        )
    if missing:
        raise RuleError(
            "push: expected the name of a source that takes pushed posts, got %(missing)r: add it on"
            " the page of the sources first",
            missing=", ".join(missing)[:200],
        )
    paused = sorted(name for name, row in found.items() if row.state == "paused")
    if paused:
        raise RuleError(
            "push: paused at the desk: %(paused)s; resume it, then send again", paused=", ".join(paused)
        )
    return found


def _line_naming(source: str, body: bytes) -> int:
    """The first line that names a source; some line that could be read does."""
    for number, line in enumerate(body.split(b"\n"), start=1):
        with suppress(msgspec.DecodeError):
            if plain(msgspec.json.decode(line, type=_Naming).source or "") == source:
                return number
    return 0
