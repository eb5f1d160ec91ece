"""The elements of one large JSON list, one at a time."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, Final

from kulanz.sources.errors import SourceError
from kulanz.sources.items import Item

_CHUNK: Final = 256 * 1024
_SPACE: Final = " \t\r\n"


def list_elements(item: Item, max_bytes: int) -> Iterator[Any]:
    """Yield the elements of the item's outermost list without holding them all.

    Raises SourceError where the item is no JSON list, ends early, or has an element of more
    than ``max_bytes``; what came before is valid.
    """
    window = _Window(item, max_bytes)
    if window.next_mark() != "[":
        raise SourceError("expected a JSON list")
    mark = window.peek_mark()
    while mark != "]":
        yield window.value()
        mark = window.next_mark()
        if mark not in (",", "]"):
            raise SourceError("expected ',' or ']' in a JSON list: the file is damaged or ends early")


class _Window:
    """The part of the text that is being looked at."""

    def __init__(self, item: Item, max_bytes: int) -> None:
        self._stream = item.stream
        self._max = max_bytes
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._text = ""
        self._at = 0
        self._scan = json.JSONDecoder().raw_decode

    def peek_mark(self) -> str:
        """Return the next character that is not white space, "" at the end."""
        while True:
            rest = self._text[self._at :].lstrip(_SPACE)
            if rest:
                self._text, self._at = rest, 0
                return rest[0]
            if not self._grow():
                return ""

    def next_mark(self) -> str:
        mark = self.peek_mark()
        self._at += len(mark)
        return mark

    def value(self) -> Any:
        """Return the value that starts here, reading as much as it needs."""
        self.peek_mark()
        wanted = 0
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except RecursionError as error:
                raise SourceError("a JSON value is nested too deep") from error
            except json.JSONDecodeError as error:
                if len(self._text) > self._max or not self._grow(wanted):
                    raise SourceError(f"expected a JSON value: {error.msg}") from error
                # Doubling keeps the repeated attempts at one large value linear.
                wanted = len(self._text)
                continue
            # A number may go on in the next chunk.
            if end < len(self._text) or not self._grow():
                self._at = end
                return value

    def _grow(self, wanted: int = 0) -> bool:
        data = self._stream.read(max(_CHUNK, wanted))
        self._text = self._text[self._at :] + self._decode(data, final=not data)
        self._at = 0
        return bool(data)
