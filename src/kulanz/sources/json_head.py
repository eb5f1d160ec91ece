"""The keys of a JSON document of which only the beginning is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# A string may end where the head ends: without that, an unfinished one costs quadratic time.
_TOKEN: Final = re.compile(rb'"((?:[^"\\]|\\.)*+)(?:"\s*(:)?|\\?\Z)|[{}\[\]]', re.DOTALL)
_LEADING: Final = b"\xef\xbb\xbf \t\r\n"


def top_level_keys(head: bytes) -> Iterator[bytes]:
    """Yield the keys of the outermost object, or of the first object of an outermost list."""
    body = head.lstrip(_LEADING)
    if not body.startswith((b"{", b"[")):
        return
    wanted = 1 if body.startswith(b"{") else 2
    depth = 0
    for token in _TOKEN.finditer(body):
        mark = token[0]
        if mark in {b"{", b"["}:
            depth += 1
        elif mark in {b"}", b"]"}:
            depth -= 1
            if depth < wanted:
                return
        elif token[2] and depth == wanted:
            yield token[1]


def is_json_list(head: bytes) -> bool:
    """Whether the document's outermost value is a list."""
    return head.lstrip(_LEADING).startswith(b"[")
