"""Canonical JSON (RFC 8785): one value has one text, so that hashes of it mean something.

Floats are refused: how they are written is the one hard part of that standard, and a log needs none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from kulanz.tlog.errors import TlogError

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

LARGEST_INTEGER: Final = 2**53 - 1
DEEPEST: Final = 32


class CanonicalError(TlogError):
    """A value has no canonical JSON."""


def canonical(value: Json) -> bytes:
    """Return the canonical JSON of a value, in UTF-8.

    Raise CanonicalError for floats, integers beyond 2^53 - 1, lone surrogates, and what is nested deeper
    than 32.
    """
    return _written(value, 0).encode()


def _written(value: Json, depth: int) -> str:
    if depth > DEEPEST:
        raise CanonicalError(f"expected a value nested at most {DEEPEST} deep, got a deeper one: flatten it")
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, Mapping):
        names = sorted(value, key=_utf16)
        return "{" + ",".join(f"{_text(name)}:{_written(value[name], depth + 1)}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_written(each, depth + 1) for each in value) + "]"
    raise CanonicalError(
        f"expected null, truth, integer, text, list or object, got {type(value).__name__}: write it as text"
    )


def _integer(value: int) -> str:
    if abs(value) > LARGEST_INTEGER:
        raise CanonicalError(f"expected an integer within 2^53 - 1, got {value}: write it as text")
    return str(value)


def _text(value: str) -> str:
    _utf16(value)
    return json.dumps(value, ensure_ascii=False)


def _utf16(value: str) -> bytes:
    """Return what names are ordered by; raise CanonicalError where a text cannot be written."""
    if not isinstance(value, str):
        raise CanonicalError(f"expected text as a name, got {type(value).__name__}")
    try:
        return value.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise CanonicalError(
            f"expected Unicode text, got a lone surrogate at character {error.start}: take it out"
        ) from error
