"""What a target is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A parser as a function of bytes; ``declared`` is what it may raise for what it cannot read."""

    name: str
    parse: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]
    declared: tuple[type[Exception], ...] = ()


def of_text(parse: Callable[[str], object]) -> Callable[[bytes], object]:
    """Return a parser of text as one of bytes; what is no UTF-8 becomes the replacement character."""
    return lambda data: parse(data.decode("utf-8", "replace"))
