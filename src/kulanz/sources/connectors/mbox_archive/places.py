"""What an address leads to: one mbox, a page of monthly ones, or a public-inbox."""

from __future__ import annotations

import re
from html import unescape
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

_FILE: Final = re.compile(r".+\.(?:mbox|mbx|txt)(?:\.gz)?")
_LINK: Final = re.compile(r"""<a\s[^<>]{0,500}?href\s*=\s*["']?([^"'\s<>]{1,500})""", re.IGNORECASE)
_MONTH: Final = re.compile(r"(\d{4})-?(\d{1,2}|[A-Za-z]+)?\.(?:mbox|mbx|txt)(\.gz)?")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_OWN_LINKS: Final = frozenset(("new.atom", "_/text/help/"))
_ENTRY: Final = re.compile(r"""<link\s+href="([^"]{1,2000})"/?><id>""")
FEED_LENGTH: Final = 25
"""So many messages a public-inbox shows in its feed."""

_MOST_LINKS: Final = 20_000


def is_file(address: str) -> bool:
    """Whether an address is that of an mbox itself."""
    return _FILE.fullmatch(urlsplit(address).path) is not None


def is_inbox(page: str) -> bool:
    """Whether a page is that of a public-inbox."""
    return set(_links(page)) >= _OWN_LINKS


def monthly_files(page: str, at: str) -> list[str]:
    """Return the addresses of the monthly mboxes that a page links to, oldest first.

    Where a month is there packed and plain, it is the packed one. Links to other servers do not count.
    """
    found: dict[tuple[int, int], str] = {}
    for link in _links(page):
        address = _joined(at, link)
        month = _month(unquote(urlsplit(address).path).rpartition("/")[2])
        if month is not None and urlsplit(address).netloc == urlsplit(at).netloc:
            packed = found.get(month, "").endswith(".gz")
            found[month] = found[month] if packed else address
    return [found[month] for month in sorted(found)]


def _joined(at: str, link: str) -> str:
    """Return where a link of a page leads; nowhere, if it is none."""
    try:
        return urljoin(at, link)
    except ValueError:
        return ""


def newest_messages(feed: str) -> list[str]:
    """Return the ids of the messages in a public-inbox's feed, the newest first."""
    links = (unescape(match[1]) for match in _ENTRY.finditer(feed))
    return list(dict.fromkeys(unquote(link.rstrip("/").rpartition("/")[2]) for link in links))


def thread_file(inbox: str, message_id: str) -> str:
    """Return where a public-inbox gives the whole thread of a message."""
    return f"{inbox.rstrip('/')}/{quote(message_id, safe='@')}/t.mbox.gz"


def _links(page: str) -> list[str]:
    return [match[1] for match, _ in zip(_LINK.finditer(page), range(_MOST_LINKS), strict=False)]


def _month(name: str) -> tuple[int, int] | None:
    """Return year and month of names such as 2006-September.txt.gz and 200609.mbox."""
    match = _MONTH.fullmatch(name) or re.fullmatch(r"(\d{4})(\d{2})\.(?:mbox|mbx|txt)(\.gz)?", name)
    if match is None:
        return None
    month = (match[2] or "0").lower()
    if month.isdigit():
        return int(match[1]), int(month)
    return (int(match[1]), _MONTHS.index(month) + 1) if month in _MONTHS else None
