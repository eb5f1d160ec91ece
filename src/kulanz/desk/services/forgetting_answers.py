"""Answers of sources as they came: those that hold somebody who was erased are deleted, others stay.

Names are looked for in every way in which answers write them, and so are the first words of what the person
wrote: an answer may hold a post without its author. What cannot be read goes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from kulanz.desk.models import Post, RawPayload
from kulanz.desk.services.veiling import Veil

SLICE: Final = 200
_READABLE: Final = ("json", "html", "xml", "text/plain")
"""In other types, such as mail, words may be encoded in ways that nobody looks into here."""
_FIRST: Final = 6
"""So many words that a post begins with are nobody else's."""
_WORD: Final = re.compile(r"\w+")
_TAG: Final = re.compile(r"<[^<>]*>")
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """What an answer may not hold: names, by ``veil``, and posts, by the words ``begun`` with.

    ``needles`` are parts of the names, in ASCII: an answer without any of them names nobody.
    """

    veil: Veil
    needles: Collection[str]
    begun: Collection[Words]

    def is_in(self, body: bytes, media_type: str, url: str) -> bool:
        """Whether an answer holds something of what is sought, or cannot be read."""
        if not any(kind in media_type.lower() for kind in _READABLE):
            return True
        try:
            text = "\n".join((url, *_texts(body, media_type)))
        except ValueError:
            return True
        written = unquote(unescape(text))
        return self._names(written) or self._quotes(written)

    def _names(self, text: str) -> bool:
        folded = text.casefold()
        if "" not in self.needles and not any(each in folded for each in self.needles):
            return False
        return self.veil.for_names().text(text) != text

    def _quotes(self, text: str) -> bool:
        if not self.begun:
            return False
        words = _words(_TAG.sub(" ", text))
        return any(words[at : at + _FIRST] in self.begun for at in range(len(words) - _FIRST + 1))


def sought(source: int, veil: Veil, needles: Collection[str], accounts: Collection[str]) -> Sought:
    """Return what to look for of some accounts; ``needles`` are parts of all names of their person."""
    rows = Post.objects.filter(source=source, account__key__in=accounts).values_list("text", flat=True)
    begun = {words for text in rows.iterator() if len(words := _words(text)[:_FIRST]) == _FIRST}
    return Sought(veil, frozenset(needles), frozenset(begun))


def forget_answers(*, source: int, sought: Sought | None) -> None:
    """Delete the answers of a source that hold what is sought; None: all of them."""
    rows = RawPayload.objects.filter(source=source).order_by("pk")
    last = 0
    while some := list(rows.filter(pk__gt=last)[:SLICE]):
        last = some[-1].pk
        gone = [each.pk for each in some if sought is None or _holds(each, sought)]
        RawPayload.objects.filter(pk__in=gone).delete()


def _holds(row: RawPayload, sought: Sought) -> bool:
    return sought.is_in(zlib.decompress(bytes(row.packed)), row.media_type, row.url)


def _texts(body: bytes, media_type: str) -> Iterable[str]:
    """Return the texts of an answer; raise ValueError for one that is not what it says, or not UTF-8."""
    if "json" not in media_type.lower():
        return (body.decode("utf-8"),)
    return _strings(msgspec.json.decode(body))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield str(name)
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif value is not None:
        yield str(value)


def _words(text: str) -> Words:
    return tuple(found.group().casefold() for found in _WORD.finditer(text))
