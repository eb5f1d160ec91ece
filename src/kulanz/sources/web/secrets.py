"""Keys that cannot be printed by accident."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "***"
_KEY_NAME: Final = re.compile(
    r"(?:api|access|auth|client|user|private|refresh|bearer)?[-_]?"
    r"(?:key|token|secret|passw(?:or)?d|authorization|signature|sig|credential)s?|auth|jwt|sid|session|cookie",
    re.IGNORECASE,
)


class Secret:
    """A key or password: ``str`` and ``repr`` show only ``***``, ``reveal`` gives it to the wire.

    Blank space around the value is dropped, since a key read from a file ends with a newline.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value.strip()

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a Secret is not written anywhere: keep where it came from, and read it anew")


def names_a_key(name: str) -> bool:
    """Return whether a header or query parameter of this name usually holds a key."""
    parts = re.split(r"[^A-Za-z]+", name)
    return bool(_KEY_NAME.fullmatch(name)) or any(_KEY_NAME.fullmatch(part) for part in parts if part)
