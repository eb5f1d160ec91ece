"""JSON-LD as forums write it: one script with schema.org items, often in a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from lxml import etree  # type: ignore[import-untyped]

from kulanz.sources.structured.items import MAX_ITEMS, Item, Markup, short_name

_MAX_DEPTH: Final = 60
_KEYWORDS: Final = frozenset(("@context", "@type", "@id", "@graph"))


def jsonld_items(root: etree._Element) -> list[Item]:
    """Return the items of all JSON-LD scripts of a page; a broken script is left out."""
    items: list[Item] = []
    reading = _Reading()
    for script in root.iter("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() == "application/ld+json":
            items += reading.top(_decoded(script.text or ""))
    return items


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text.strip().encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return None


class _Reading:
    """Makes items of decoded JSON until there are too many or they lie too deep."""

    def __init__(self) -> None:
        self._left = MAX_ITEMS

    def top(self, value: Any) -> Iterator[Item]:
        for entry in value if isinstance(value, list) else [value]:
            if not isinstance(entry, Mapping):
                continue
            if isinstance(entry.get("@graph"), list):
                yield from self.top(entry["@graph"])
            elif item := self._item(entry, 0):
                yield item

    def _item(self, entry: Mapping[str, Any], depth: int) -> Item | None:
        if depth > _MAX_DEPTH or self._left <= 0:
            return None
        self._left -= 1
        item = Item(types=_types(entry.get("@type")), url=_plain(entry.get("@id")))
        for name, value in entry.items():
            if name not in _KEYWORDS:
                values = [v for v in self._values(value, depth) if v is not None]
                item.properties[short_name(name)] = values
        return item

    def _values(self, value: Any, depth: int) -> Iterator[str | Markup | Item | None]:
        for entry in value if isinstance(value, list) else [value]:
            if not isinstance(entry, Mapping):
                yield _plain(entry)
            elif "@value" in entry:
                yield _plain(entry["@value"])
            else:
                yield self._item(entry, depth + 1)


def _types(value: Any) -> frozenset[str]:
    names = value if isinstance(value, list) else [value]
    return frozenset(short_name(name) for name in names if isinstance(name, str))


def _plain(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
