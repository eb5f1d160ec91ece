"""Microdata (itemscope, itemprop) of a page; ``itemref`` is not followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml import etree  # type: ignore[import-untyped]

from kulanz.sources.structured.items import MAX_ITEMS, Item, Markup, short_name

_ADDRESSES: Final = {
    "a": "href", "area": "href", "link": "href", "img": "src", "audio": "src", "video": "src",
    "source": "src", "embed": "src", "iframe": "src", "object": "data",
}  # fmt: skip
_WRITTEN: Final = frozenset(("text", "articleBody", "commentText", "description"))
_COPIES: Final = 4
"""Values that lie in values are copied again and again; all together may be so many pages long."""


def microdata_items(root: etree._Element, size: int) -> list[Item]:
    """Return the outermost items of a page; ``size`` is the page's length in characters."""
    reading = _Reading(left=size * _COPIES)
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if event == "start" and isinstance(element.tag, str):
            reading.start(element)
        elif reading.open and reading.open[-1][0] is element:
            reading.open.pop()
    return reading.items


@dataclass(slots=True)
class _Reading:
    left: int
    items: list[Item] = field(default_factory=list)
    open: list[tuple[etree._Element, Item]] = field(default_factory=list)
    count: int = 0

    def start(self, element: etree._Element) -> None:
        names = [short_name(name) for name in (element.get("itemprop") or "").split()]
        if element.get("itemscope") is not None and self.count < MAX_ITEMS:
            self._open(element, names)
        elif names and self.open:
            value = self._value(element, names)
            for name in names:
                self.open[-1][1].properties.setdefault(name, []).append(value)

    def _open(self, element: etree._Element, names: list[str]) -> None:
        types = frozenset(short_name(name) for name in (element.get("itemtype") or "").split())
        item = Item(types, element.get("itemid"), element.get("id"))
        self.count += 1
        if names and self.open:
            for name in names:
                self.open[-1][1].properties.setdefault(name, []).append(item)
        else:
            self.items.append(item)
        self.open.append((element, item))

    def _value(self, element: etree._Element, names: list[str]) -> str | Markup:
        if element.get("content") is not None:
            return str(element.get("content"))
        if element.tag in _ADDRESSES:
            return element.get(_ADDRESSES[element.tag]) or ""
        if element.tag == "time" and element.get("datetime"):
            return str(element.get("datetime"))
        if not _WRITTEN.isdisjoint(names):
            return Markup(
                self._taken(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
            )
        return " ".join(self._taken("".join(element.itertext())).split())

    def _taken(self, text: str) -> str:
        """Return what of a text may still be copied."""
        taken = text[: max(self.left, 0)]
        self.left -= len(text)
        return taken
