"""Lists for programs: read in stretches that neither skip nor repeat a row, whatever is added meanwhile.

A stretch goes on after the values of its last row, not after a number of rows. What names that place is
signed, so that only what was given out comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar, cast

from django.core import signing
from django.db.models import Model, Q, QuerySet

from kulanz.desk.rules.errors import RuleError

SIZE: Final = 50
LARGEST: Final = 200
_SALT: Final = "kulanz.cursor"

_Row = TypeVar("_Row")
_Model = TypeVar("_Model", bound=Model)


@dataclass(frozen=True, slots=True)
class Stretch(Generic[_Row]):
    """Some rows of a list; ``following`` is where the next stretch begins, empty at the end."""

    rows: tuple[_Row, ...]
    following: str


def stretch(
    rows: QuerySet[_Model],
    order: Sequence[str],
    make: Callable[[list[_Model]], Sequence[_Row]],
    *,
    name: str,
    after: str = "",
    size: int = SIZE,
) -> Stretch[_Row]:
    """Return rows after a place in a list, ``size`` at most.

    ``order`` names fields that are never null, falling ones with a minus; the last of them must tell any
    two rows apart. ``name`` tells lists apart: raise RuleError for a place in another one.
    """
    fields = [field.removeprefix("-") for field in order]
    later = rows.filter(_beyond(order, opened(name, after, len(order)))) if after else rows
    found = list(later.order_by(*order)[: size + 1])
    shown = found[:size]
    more = len(found) > size
    return Stretch(
        rows=tuple(make(shown)),
        following=sealed(name, [getattr(shown[-1], field) for field in fields]) if more else "",
    )


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return the condition for rows that come after one with these values."""
    found, same = Q(), Q()
    for field, value in zip(order, values, strict=True):
        bare = field.removeprefix("-")
        step = "lt" if field.startswith("-") else "gt"
        found |= same & Q(**{f"{bare}__{step}": value})
        same &= Q(**{bare: value})
    return found


def sealed(name: str, values: Sequence[Any]) -> str:
    """Return what names a place in a list: strings, numbers and times."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return signing.dumps([name, *plain], salt=_SALT)


def opened(name: str, mark: str, count: int) -> list[Any]:
    """Return the values that name a place; raise RuleError where the mark is not one of this list."""
    try:
        shown, *values = cast("list[Any]", signing.loads(mark, salt=_SALT))
    except signing.BadSignature as error:
        raise RuleError("cursor: expected one that an answer of this list gave; begin without one") from error
    if shown != name or len(values) != count:
        raise RuleError("cursor: this one is of another list; begin without one")
    return values
