"""The Link header (RFC 8288)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin

_MAX_HEADER: Final = 16_384
_LINK: Final = re.compile(r"[\s,]*<([^>]*)>")
_PARAMETER: Final = re.compile(
    r"\s*;\s*([A-Za-z0-9!#$&+.^_`|~*-]+)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]*)))?"
)


def parse_links(header: str, base: str) -> dict[str, str]:
    """Return absolute http(s) addresses by relation in lower case, the first one of each.

    A link with an ``anchor`` speaks of another page and is left out; reading ends at the first
    thing that is no link.
    """
    header = header[:_MAX_HEADER]
    links: dict[str, str] = {}
    place = 0
    while link := _LINK.match(header, place):
        parameters, place = _parameters(header, link.end())
        target = _absolute(base, link[1])
        if target and "anchor" not in parameters:
            for relation in parameters.get("rel", "").lower().split():
                links.setdefault(relation, target)
    return links


def _parameters(header: str, place: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while parameter := _PARAMETER.match(header, place):
        value = re.sub(r"\\(.)", r"\1", parameter[2]) if parameter[2] is not None else parameter[3] or ""
        found.setdefault(parameter[1].lower(), value)
        place = parameter.end()
    return found, place


def _absolute(base: str, target: str) -> str | None:
    try:
        url = urljoin(base, target.strip())
    except ValueError:
        return None
    return url if url.lower().startswith(("http://", "https://")) else None
