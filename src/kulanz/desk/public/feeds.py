"""Atom feeds (RFC 4287) of the public pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed

from kulanz.desk.conf import conf
from kulanz.desk.rules.status_pages import Lang

MOST: Final = 50
"""Entries of a feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed; ``html`` is harmless already."""

    title: str
    url: str
    at: datetime
    html: str = ""


def atom(title: str, *, page: str, feed: str, lang: Lang, items: Iterable[Item]) -> HttpResponse:
    """Return a feed of what a page lists, the newest first; ``page`` and ``feed`` are whole addresses."""
    company = next(iter(conf().company), conf().host)
    made = Atom1Feed(
        title=f"{title} · {company}",
        link=page,
        description=title,
        feed_url=f"{feed}?lang={lang}",
        language=lang,
        author_name=company,
    )
    for item in items:
        made.add_item(
            item.title, item.url, item.html, unique_id=item.url, pubdate=item.at, updateddate=item.at
        )
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
