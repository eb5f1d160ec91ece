"""Where a page links to a target, in what way, and with which words around."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urljoin

from kulanz.core.spread.addresses import canonical
from kulanz.sources.mentions.mention import How

_WAYS: Final[dict[str, How]] = {
    "u-in-reply-to": "reply",
    "u-like-of": "like",
    "u-repost-of": "repost",
    "u-bookmark-of": "bookmark",
}
_VIA: Final = re.compile(r"(?:^|[\s(])(?:via|h/t|gefunden bei|quelle)[\s:]*\Z", re.IGNORECASE)
_BLOCKS: Final = frozenset(("p", "li", "dd", "td", "blockquote", "article", "section", "div", "main", "body"))
_ASIDE: Final = frozenset(("nav", "footer", "aside"))
_WHOLE: Final = frozenset(("article", "main", "body"))
_ENOUGH: Final = 80
_LONGEST: Final = 600
_UP: Final = 3


def anchors_to(root: Any, target: str, base: str) -> list[Any]:
    """Return the links of a page to the target, those in its text before those in its margins."""
    wanted = canonical(target)
    found = [tag for tag in root.iter("a", "area") if wanted and canonical(_address(tag, base)) == wanted]
    return sorted(found, key=lambda tag: any(above.tag in _ASIDE for above in tag.iterancestors()))


def way_of(anchor: Any) -> How:
    """Return in what way a link links, by its microformat or the word before it."""
    for tag in _nearest(anchor):
        for name in (tag.get("class") or "").split():
            if name in _WAYS:
                return _WAYS[name]
    if "via" in (anchor.get("rel") or "").lower().split() or _VIA.search(_before(anchor)):
        return "via"
    return "link"


def passage_of(anchor: Any) -> str:
    """Return the text around a link: its paragraph, or what is around that where it says little."""
    text = _around(anchor)
    if len(text) <= _LONGEST:
        return text
    start = text.find(_words("".join(anchor.itertext())))
    first = max(0, min(start - _LONGEST // 2, len(text) - _LONGEST))
    cut = text[first : first + _LONGEST]
    return ("… " if first else "") + cut + ("" if first + _LONGEST >= len(text) else " …")


def _around(anchor: Any) -> str:
    text = ""
    for block in anchor.iterancestors(*_BLOCKS):
        text = _words("".join(block.itertext()))
        if len(text) >= _ENOUGH or block.tag in _WHOLE:
            break
    return text or _words("".join(anchor.itertext()))


def _address(tag: Any, base: str) -> str:
    href: str = tag.get("href") or ""
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""


def _nearest(anchor: Any) -> Iterator[Any]:
    yield anchor
    for _, above in zip(range(_UP), anchor.iterancestors(), strict=False):
        yield above


def _before(anchor: Any) -> str:
    sibling, parent = anchor.getprevious(), anchor.getparent()
    text: str | None = sibling.tail if sibling is not None else parent.text if parent is not None else None
    return (text or "")[-40:]


def _words(text: str) -> str:
    return " ".join(text.split())
