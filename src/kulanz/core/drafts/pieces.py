"""A text in pieces: sentences and what a semicolon divides, each with its place."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_SHORT: Final = (
    "abs|art|bspw|bzw|ca|dr|etc|evtl|exkl|ggf|inkl|max|min|mr|mrs|ms|nr|no|prof|sog|st|str|tel|usw|vgl|zzgl"
    "|approx|inc|vs|ref|z|b|d|h|i|a|o|u|e|g|p|s"
)
_END: Final = re.compile(r"""[.!?…]+["”“«»’)]*(?=\s|$)|;(?=\s)|\n+""")
_NO_END: Final = re.compile(rf"(?:\b(?:{_SHORT})|(?:^|[^\w:])\d{{1,2}})\.$", re.IGNORECASE)
_LAST: Final = 12


class Piece(NamedTuple):
    """A passage and its place, ``text[start:end]``."""

    start: int
    end: int
    text: str


def pieces(text: str) -> list[Piece]:
    """Cut a text at sentence ends, semicolons and line ends; "z. B." and "14. April" stay whole."""
    found: list[Piece] = []
    start = 0
    for match in _END.finditer(text):
        if match.group() == "." and _NO_END.search(text, max(start, match.end() - _LAST), match.end()):
            continue
        _add(found, text, start, match.end())
        start = match.end()
    _add(found, text, start, len(text))
    return found


def _add(found: list[Piece], text: str, start: int, end: int) -> None:
    part = text[start:end]
    stripped = part.strip()
    if any(map(str.isalnum, stripped)):
        begin = start + len(part) - len(part.lstrip())
        found.append(Piece(begin, begin + len(stripped), stripped))
