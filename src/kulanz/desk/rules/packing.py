"""What is said of gestures and holds, as it is kept sealed."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Struct

from kulanz.desk.rules.plain import plain

_Words = TypeVar("_Words", bound=Struct)


def packed(words: Struct) -> bytes:
    return msgspec.json.encode(words)


def unpacked(content: bytes, kind: type[_Words]) -> _Words:
    """Return what was packed; words that are all empty where nothing was."""
    return msgspec.json.decode(content or b"{}", type=kind)


def changed(words: _Words, said: dict[str, str], most: int) -> _Words:
    """Return words with some of them changed, each no longer than ``most``."""
    return msgspec.structs.replace(words, **{name: plain(text).strip()[:most] for name, text in said.items()})
