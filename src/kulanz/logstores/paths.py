"""Paths of a log's files: a few plain characters, so that no path leads out of its folder."""

from __future__ import annotations

import re
from typing import Final

from kulanz.tlog.sequencing import StoreError

_PATH: Final = re.compile(r"[a-z0-9]+(?:[./-][a-z0-9]+)*")
_LONGEST: Final = 200


def checked_path(path: str) -> str:
    """Return a path as it is; raise StoreError for one that no log has."""
    if len(path) > _LONGEST or not _PATH.fullmatch(path):
        raise StoreError(f"expected a path like tile/0/x001/067.p/8, got {path[:80]!r}")
    return path
