"""Posts that a program sends with a token: kept at once, each with the source it names."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from msgspec.structs import replace

from kulanz.desk.models import Source
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.hooks import PUSH
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.hooks import GRACE
from kulanz.desk.services.ingesting import keep_page
from kulanz.sources.receivers.push import taken
from kulanz.sources.receiving import Delivery, Receipt
from kulanz.sources.sightings import Page, Raw, Sighting


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
            _keep(page, now)
    return receipt


def _keep(page: Page, now: datetime) -> None:
    by_name: defaultdict[str, list[Sighting]] = defaultdict(list)
    for sighting in page.posts:
        by_name[sighting.post.source or ""].append(sighting)
    sources = _open(set(by_name))
    for name, posts in by_name.items():
        raw = _raw(page, name) if len(by_name) == 1 else ()
        keep_page(
            source=sources[name], page=Page(raw=raw, posts=tuple(posts)), lane=None, grace=GRACE, now=now
        )


def _raw(page: Page, name: str) -> tuple[Raw, ...]:
    """The delivery as it came; one to several sources is kept with none, so that removing one is complete."""
    return tuple(replace(raw, url=f"push:{name}") for raw in page.raw)


def _open(names: set[str]) -> dict[str, Source]:
    found = {row.name: row for row in Source.objects.filter(name__in=names, connector=PUSH)}
    missing = sorted(names - found.keys())
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
