"""Foreign text made harmless: characters that steer a terminal or a page, and addresses."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
# C0, DEL and C1 (escape sequences), bidirectional overrides and isolates, lone surrogates
_STEERING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SPACES: Final = re.compile(r"\s+")
_ADDRESS_LIMIT: Final = 2000


def block(text: str) -> str:
    """Text of several lines without steering characters; every character keeps its place."""
    return _STEERING.sub(REPLACEMENT, text.replace("\r\n", " \n").replace("\r", "\n"))


def line(text: str, limit: int = 200) -> str:
    """Text as one line without steering characters, cut with an ellipsis after ``limit`` characters."""
    flat = _SPACES.sub(" ", block(text[: 4 * limit])).strip()
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def web_address(url: str | None) -> str | None:
    """The address if it is an absolute http or https one without credentials, else None."""
    if not url or len(url) > _ADDRESS_LIMIT or _STEERING.search(url) or _SPACES.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or "\\" in url:
        return None
    return url
