"""Texts without what identifies people: names that the desk knows, and numbers and addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from kulanz.core.drafts.personal import identifying
from kulanz.desk.rules.names import replaced, words_of

SOMEBODY: Final = "[name]"
"""Stands where a name was of which nothing else is known."""


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
        return replace(self, here=frozenset(" ".join(words_of(name)) for name in writers))

    def masked(self, text: str) -> str:
        """Return a text without names, and without numbers and addresses that say who somebody is."""
        return replaced(self._unnumbered(text), self.lengths, self._found)

    def _found(self, words: str, mentioned: bool) -> str | None:
        name, bare = self.known.get(words, ("", False))
        if bare or (name and mentioned) or words in self.here:
            return name or self._shown("name")
        return self._shown("name") if mentioned and " " not in words else None

    def _unnumbered(self, text: str) -> str:
        parts: list[str] = []
        end = 0
        for found in identifying(text):
            parts += (text[end : found.start], self._shown(found.kind))
            end = found.end
        return "".join((*parts, text[end:]))

    def _shown(self, kind: str) -> str:
        return f"{self.brackets[0]}{kind}{self.brackets[1]}"
