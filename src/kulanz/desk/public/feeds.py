"""Atom feeds (RFC 4287) of the public pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape
from typing import Final
from urllib.parse import urljoin

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed

from kulanz.core.spoken import Lang
from kulanz.desk.conf import conf

_LINK: Final = re.compile('href="([^"]*)"')
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
        html = _whole(item.html, item.url)
        made.add_item(item.title, item.url, html, unique_id=item.url, pubdate=item.at, updateddate=item.at)
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _whole(html: str, page: str) -> str:
    """Return HTML whose links lead on from anywhere: readers of feeds show it elsewhere than the page."""
    return _LINK.sub(lambda found: f'href="{escape(urljoin(page, unescape(found[1])))}"', html)
