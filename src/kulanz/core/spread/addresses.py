"""Web addresses brought to one form, so that two ways to write the same page are equal."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

_LONGEST: Final = 2_048
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id|igshid|ref_src|replytocom)\Z", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php)\Z", re.IGNORECASE)
_POST_NUMBER = re.compile(r"/\d{1,12}\Z")


@lru_cache(maxsize=16_384)
def canonical(url: str) -> str | None:
    """Return host and path of an http(s) address, None where it is none.

    Scheme, ``www.``, port, fragment, closing slash and tracking parameters say nothing about which
    page is meant; the other parameters do, in any order.
    """
    if len(url) > _LONGEST:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    path = _INDEX.sub("/", parts.path).rstrip("/")
    kept = sorted(pair for pair in parse_qsl(parts.query) if not _TRACKING.match(pair[0]))
    return host.removeprefix("www.") + path + (f"?{urlencode(kept)}" if kept else "")


def page_of(address: str) -> str | None:
    """Return the thread's address for that of a post in it (``/t/title/12/5``), None without a number."""
    shorter, cut = _POST_NUMBER.subn("", address)
    return shorter if cut else None


def host_of(address: str) -> str:
    """Return the host of a canonical address."""
    return address.partition("/")[0].partition("?")[0]
