"""What a Mastodon address names: an account, a hashtag, or one conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote, unquote, urlsplit

from kulanz.sources.errors import PermanentError

_ACCOUNT: Final = re.compile(r"/@([^/@]+(?:@[^/@]+)?)/?")
_TAG: Final = re.compile(r"/tags/([^/]+)/?")
_STATUS: Final = re.compile(r"/@[^/]+/(?:posts/|statuses/)?([0-9A-Za-z]{1,100})/?")
_EXPECTED: Final = (
    "expected https://HOST/@ACCOUNT, https://HOST/tags/HASHTAG or the address of one status,"
    " https://HOST/@ACCOUNT/NUMBER"
)


@dataclass(frozen=True, slots=True)
class Place:
    """``site`` is scheme and host; ``name`` is the account, the hashtag or the status's id."""

    kind: Literal["account", "tag", "thread"]
    site: str
    host: str
    name: str

    def api(self, path: str) -> str:
        """Return the address of an API method."""
        return f"{self.site}/api/v1/{path}"

    def timeline(self, account_id: str | None) -> str:
        """Return where the statuses are listed, by account id for an account."""
        if account_id is None:
            return self.api(f"timelines/tag/{quote(self.name)}")
        return self.api(f"accounts/{account_id}/statuses?exclude_reblogs=true")


def parse_place(address: str) -> Place:
    """Return what an address names; raise PermanentError for any other text."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError as error:
        raise PermanentError(f"{_EXPECTED}, got {address!r}", kind="address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise PermanentError(f"{_EXPECTED}, got {address!r}", kind="address")
    path, site = unquote(parts.path), f"{parts.scheme}://{parts.netloc}"
    if match := _ACCOUNT.fullmatch(path):
        return Place("account", site, host, match[1])
    if match := _TAG.fullmatch(path):
        return Place("tag", site, host, match[1])
    if match := _STATUS.fullmatch(path):
        return Place("thread", site, host, match[1])
    raise PermanentError(f"{_EXPECTED}, got {address!r}", kind="address")
