"""Reading a log that somebody shows: from a folder, or over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from kulanz.logstores.paths import checked_path
from kulanz.sources.errors import FetchError
from kulanz.sources.web.client import HttpClient
from kulanz.tlog.sequencing import StoreError
from kulanz.tlog.tiles import ReadFile

LARGEST_FILE: Final = 17 << 20
"""Bytes: 256 entries of the largest size, with their lengths."""
_MISSING: Final = (404, 410)


def read_folder(folder: Path) -> ReadFile:
    """Return what reads a log's files below a folder that others may have filled."""

    def read(path: str) -> bytes | None:
        place = folder / checked_path(path)
        try:
            if not place.is_file():
                return None
            with place.open("rb") as file:
                content = file.read(LARGEST_FILE + 1)
        except OSError as error:
            raise StoreError(f"{place}: could not be read: {error.strerror or error}") from error
        if len(content) > LARGEST_FILE:
            raise StoreError(
                f"{place}: expected at most {LARGEST_FILE} bytes, got more: no log has such a file"
            )
        return content

    return read


def reader_of(client: HttpClient, address: str) -> Callable[[str], bytes | None]:
    """Return what reads a log's files below an address; it raises StoreError where the server fails."""

    def read(path: str) -> bytes | None:
        try:
            answer = client.get(f"{address.rstrip('/')}/{checked_path(path)}", accepted=_MISSING)
        except FetchError as error:
            raise StoreError(str(error)) from error
        return None if answer.status in _MISSING else answer.body

    return read
