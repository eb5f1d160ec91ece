"""Names of others in texts that somebody takes along: their data stays theirs (GDPR Art. 15(4))."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from kulanz.desk.models import Account, Person
from kulanz.desk.rules.names import is_unmistakable, replaced, words_of

SOMEBODY: Final = "[name]"


@dataclass(frozen=True, slots=True)
class Others:
    """The names of everybody else: ``bare`` are replaced wherever they stand, others after an ``@``."""

    bare: frozenset[str]
    own: frozenset[str]
    lengths: tuple[int, ...]

    def masked(self, text: str) -> str:
        return replaced(text, self.lengths, self._found)

    def value(self, value: Any) -> Any:
        """Return texts, and lists and objects of them, without the names of others."""
        if isinstance(value, str):
            return self.masked(value)
        if isinstance(value, list | tuple):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {name: self.value(each) for name, each in value.items()}
        return value

    def _found(self, words: str, mentioned: bool) -> str | None:
        if words in self.own:
            return None
        return SOMEBODY if words in self.bare or (mentioned and " " not in words) else None


def others(*, own: Iterable[str], people: Iterable[int], sources: Iterable[int]) -> Others:
    """Return the names at some sources and of all profiles, without somebody's own."""
    ours = frozenset(" ".join(words_of(each)) for each in own if each)
    known = [words for name in _names(people, sources) if is_unmistakable(words := words_of(name))]
    bare = frozenset(" ".join(words) for words in known) - ours
    lengths = {1, *(len(words) for words in known), *(each.count(" ") + 1 for each in ours)}
    return Others(bare, ours, tuple(sorted(lengths, reverse=True)))


def _names(people: Iterable[int], sources: Iterable[int]) -> Iterator[str]:
    yield from Account.objects.filter(source__in=sources).values_list("key", flat=True).iterator()
    rows = Person.objects.exclude(pk__in=people).values_list("name", "email", "customer_number")
    for row in rows.iterator():
        yield from (each for each in row if each)
