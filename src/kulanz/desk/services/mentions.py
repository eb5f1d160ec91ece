"""Pages elsewhere that link to ours: claims wait as due rows, are looked at, and kept as posts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from kulanz.core.posts import Post
from kulanz.core.spread.addresses import canonical
from kulanz.desk.conf import conf
from kulanz.desk.models import Mention, Source
from kulanz.desk.queries.company import staff_rules
from kulanz.desk.rules.hooks import MENTIONS
from kulanz.desk.rules.plain import plainly
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.events import record
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.outside import Outside, outside
from kulanz.desk.services.sources import new_secret
from kulanz.sources import mentions
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.receiving import Claim
from kulanz.sources.sightings import Page, Sighting

MOST_WAITING: Final = 1_000
"""So many claims of one source wait for a look at most: announcing pages is open to anybody."""

GIVEN_UP: Final = 8
_REQUESTS: Final = 8
_LONGEST_ID: Final = 256


def is_ours(source: Source, target: str) -> bool:
    """Whether an address may be mentioned: one of the source's host, or of a domain of the company."""
    host, own = _host(target), _host(source.address)
    domains = [*conf().company, *staff_rules(source.pk).domains]
    return (host == own and host != "") or any("." in each and _is_in(host, each.lower()) for each in domains)


def claim_mentions(*, source: Source, claims: Iterable[Claim], now: datetime) -> int:
    """Have claims looked at; the same pair of pages waits once. Return how many wait now."""
    waiting = 0
    for each in plainly(tuple(claims)):
        if Mention.objects.filter(source=source, due_at__isnull=False).count() >= MOST_WAITING:
            return waiting
        said = {"claim": msgspec.to_builtins(each), "claimed_at": now, "due_at": now, "attempts": 0}
        Mention.objects.update_or_create(source=source, digest=_digest(each), defaults=said)
        waiting += 1
    return waiting


def verify_due(*, now: datetime, world: Outside | None = None) -> int:
    """Look at one page that was said to link to ours; return how many that was."""
    rows = claim(Mention.objects.select_related("source").exclude(due_at=None), now, at_most=1)
    for row in rows:
        _verify(row, world or outside(), now)
    return len(rows)


def mention_source(now: datetime) -> Source:
    """Return the source that mentions are posts of; made where there is none yet."""
    made = {"name": "Mentions", "hook_key": new_secret(), "created_at": now}
    with transaction.atomic():
        source, is_new = Source.objects.get_or_create(connector=MENTIONS, address=MENTIONS, defaults=made)
        if is_new:
            record(None, "add", source, now=now, data={"connector": MENTIONS})
    return source


def _verify(row: Mention, world: Outside, now: datetime) -> None:
    said = msgspec.convert(row.claim, Claim)
    earlier = msgspec.convert(row.found, mentions.Mention) if row.found else None
    with world.client(_REQUESTS) as http:
        try:
            found = plainly(mentions.verify(said, http, earlier))
        except TemporaryError as error:
            wait = None if error.retry_after is None else timedelta(seconds=error.retry_after)
            if row.attempts < GIVEN_UP:
                failed(row, str(error), now, wait=wait)
            else:
                _give_up(row, str(error))
        except PermanentError as error:
            _give_up(row, str(error))
        else:
            _keep(row, found, now)


def _give_up(row: Mention, why: str) -> None:
    """Forget a page that cannot be looked at; what was found of it earlier stays."""
    if row.found is None:
        _as_claimed(row).delete()
    else:
        _as_claimed(row).update(due_at=None, attempts=0, last_error=why[:2000])


def _keep(row: Mention, found: mentions.Mention, now: datetime) -> None:
    if found.standing == "without_link":
        _as_claimed(row).delete()
        return
    first_at = row.first_at or now
    with transaction.atomic():
        Mention.objects.filter(pk=row.pk).update(found=msgspec.to_builtins(found), first_at=first_at)
        _as_claimed(row).update(due_at=None, attempts=0, last_error="")
        page = Page(posts=(Sighting(post=_post(found, first_at)),))
        keep_page(source=mention_source(now), page=page, lane=None, grace=timedelta(0), now=now)


def _as_claimed(row: Mention) -> QuerySet[Mention]:
    """Return the mention that was looked at; one announced again meanwhile is left alone, and due."""
    return Mention.objects.filter(pk=row.pk, claimed_at=row.claimed_at)


def _post(found: mentions.Mention, first_at: datetime) -> Post:
    """Return a mention as a post whose ids fit, and whose time does not change with every look."""
    post = mentions.mention_post(found)
    key = _fitting(found.source)
    same_page = Mention.objects.filter(claim__source=found.source, found__standing="verified")
    return msgspec.structs.replace(
        post,
        thread_id=key,
        post_id=key,
        author_id=post.author_id[:_LONGEST_ID] if post.author_id else None,
        created_at=found.published_at or first_at,
        links=tuple(sorted({found.target, *same_page.values_list("claim__target", flat=True)})),
    )


def _fitting(key: str) -> str:
    return key if len(key) <= _LONGEST_ID else f"sha256:{sha256(key.encode()).hexdigest()}"


def _digest(each: Claim) -> str:
    return sha256(f"{canonical(each.source)}\n{canonical(each.target)}".encode()).hexdigest()


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _is_in(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
