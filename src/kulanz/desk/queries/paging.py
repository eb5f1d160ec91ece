"""Lists in pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from django.db.models import Model, QuerySet

PAGE: Final = 50

_Row = TypeVar("_Row")
_Model = TypeVar("_Model", bound=Model)


@dataclass(frozen=True, slots=True)
class Paged(Generic[_Row]):
    """A page of a list; ``following`` and ``previous`` are offsets, None where there is no such page."""

    rows: tuple[_Row, ...]
    total: int
    offset: int
    following: int | None
    previous: int | None


def paged(
    found: QuerySet[_Model], make: Callable[[list[_Model]], list[_Row]], *, offset: int, size: int = PAGE
) -> Paged[_Row]:
    """Return a page of rows; ``make`` turns what was read into what is shown."""
    total = found.count()
    start = min(max(offset, 0), total)
    rows = tuple(make(list(found[start : start + size])))
    return Paged(
        rows=rows,
        total=total,
        offset=start,
        following=start + size if start + size < total else None,
        previous=max(start - size, 0) if start else None,
    )
