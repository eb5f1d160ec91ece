"""Cursors as typed structures: what a connector keeps, and the JSON that a store keeps."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from kulanz.sources.errors import PermanentError
from kulanz.sources.sightings import Cursor

_Kept = TypeVar("_Kept", bound=msgspec.Struct)


def read_cursor(kind: type[_Kept], cursor: Cursor | None) -> _Kept | None:
    """Return a stored cursor as a structure, None for none; raise PermanentError for a strange one."""
    if cursor is None:
        return None
    try:
        return msgspec.convert(dict(cursor), kind)
    except msgspec.ValidationError as error:
        raise PermanentError(
            f"the stored cursor is of another version ({error}): fetch this source into a new folder"
        ) from error


def write_cursor(kept: msgspec.Struct) -> Cursor:
    """Return a structure as the JSON object that a store keeps."""
    written: Cursor = msgspec.json.decode(msgspec.json.encode(kept))
    return written
