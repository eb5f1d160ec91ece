"""Texts without what identifies people: names that the desk knows, and numbers and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from unicodedata import normalize

from kulanz.core.drafts.personal import identifying
from kulanz.desk.rules.names import replaced, words_of

SOMEBODY: Final = "[name]"
"""Stands where a name was of which nothing else is known."""

_LINK: Final = re.compile(r"""\b(?:https?://|www\.)[^\s<>"]*[^\s<>".,;:!?)\]'*]""", re.IGNORECASE)
_LONG_NUMBER: Final = re.compile(
    r"""(?<![\w.,/-])(?!(?:\d{1,2}\.\d{1,2}\.\d{2,4}|\d{4}-\d{2}-\d{2})(?!\d))
        (?:[a-z]{2}(?=\d)|\+)?\d(?:[ ./()-]{0,3}\d){6,}""",
    re.VERBOSE | re.IGNORECASE,
)
_UNSEEN: Final = "\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ALIKE: Final = str.maketrans(
    dict.fromkeys(_UNSEEN, "")
    | dict.fromkeys("\u00a0\u2007\u2009\u202f", " ")
    | dict.fromkeys("\u2010\u2011\u2012", "-")
)


@dataclass(frozen=True, slots=True)
class Names:
    """What stands for names: by their words, and whether without an ``@`` before them, too.

    ``lengths`` are the numbers of words of a name, the longest first; ``here`` are the names of those who
    write in a conversation. ``brackets`` open and close whatever stands for something.
    """

    known: Mapping[str, tuple[str, bool]]
    lengths: tuple[int, ...]
    here: frozenset[str] = frozenset()
    brackets: str = "[]"

    @classmethod
    def of(cls, known: Mapping[str, tuple[str, bool]], brackets: str = "[]") -> Names:
        lengths = {1, *(words.count(" ") + 1 for words in known)}
        return cls(known, tuple(sorted(lengths, reverse=True)), brackets=brackets)

    def among(self, writers: Iterable[str]) -> Names:
        return replace(self, here=frozenset(" ".join(words_of(alike(name))) for name in writers))

    def masked(self, text: str) -> str:
        """Return a text without names, and without numbers and addresses that say who somebody is.

        Of web addresses nothing stays: they lead to people, and some of them open doors.
        """
        unlinked = _LINK.sub(self._shown("link"), alike(text))
        return replaced(self._unnumbered(unlinked), self.lengths, self._found)

    def _found(self, words: str, mentioned: bool) -> str | None:
        for each in forms(words):
            name, bare = self.known.get(each, ("", False))
            if bare or (name and mentioned) or each in self.here:
                return name or self._shown("name")
        return self._shown("name") if mentioned and " " not in words else None

    def _unnumbered(self, text: str) -> str:
        parts: list[str] = []
        end = 0
        for start, stop, kind in _apart(text):
            parts += (text[end:start], self._shown(kind))
            end = stop
        return "".join((*parts, text[end:]))

    def _shown(self, kind: str) -> str:
        return f"{self.brackets[0]}{kind}{self.brackets[1]}"


def alike(text: str) -> str:
    """Return a text as names and numbers in it are compared: composed, without signs that nobody sees."""
    return text if text.isascii() else normalize("NFC", text.translate(_ALIKE))


def forms(words: str) -> Iterator[str]:
    """Yield words as they may be known: as they stand, without emphasis, and not in the genitive."""
    yield words
    plain = words.strip("_")
    if plain != words:
        yield plain
    if plain.endswith("s"):
        yield plain[:-1]


def _apart(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what says who somebody is, in order; what overlaps is one, called as what begins it."""
    found = [(each.start, each.end, each.kind) for each in identifying(text)]
    found += [(*match.span(), "number") for match in _LONG_NUMBER.finditer(text)]
    found.sort(key=lambda each: (each[0], each[2] == "number"), reverse=True)
    while found:
        start, end, kind = found.pop()
        while found and found[-1][0] < end:
            end = max(end, found.pop()[1])
        yield start, end, kind
