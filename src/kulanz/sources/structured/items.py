"""Items of structured data, the same whether they were written as JSON-LD or as microdata."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

MAX_ITEMS: Final = 20_000
"""More items of one page are not read."""


@dataclass(frozen=True, slots=True)
class Markup:
    """A value that is HTML."""

    html: str


@dataclass(slots=True)
class Item:
    """One thing with types and properties; names without their vocabulary's address.

    ``url`` is its own address (``@id``, ``itemid``) as written, ``anchor`` the id of its element.
    """

    types: frozenset[str] = frozenset()
    url: str | None = None
    anchor: str | None = None
    properties: dict[str, list[str | Markup | Item]] = field(default_factory=dict)

    def values(self, *names: str) -> Iterator[str | Markup | Item]:
        """Yield the values of properties, in the order of the names."""
        for name in names:
            yield from self.properties.get(name, ())

    def text(self, *names: str) -> str | None:
        """Return the first plain value with something in it."""
        return next((v.strip() for v in self.values(*names) if isinstance(v, str) and v.strip()), None)

    def items(self, *names: str) -> Iterator[Item]:
        """Yield the values that are items."""
        yield from (value for value in self.values(*names) if isinstance(value, Item))


def short_name(name: str) -> str:
    """Return a type or property without its vocabulary: ``https://schema.org/Comment`` is Comment."""
    return name.rpartition("/")[2].rpartition("#")[2].removeprefix("schema:")
