"""Every sentence of the pages, in English and German; the only place where they are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Final

from kulanz.core.spoken import Lang
from kulanz.pages.words_de import GERMAN
from kulanz.pages.words_en import ENGLISH

CATALOGUE: Final[dict[str, dict[str, str]]] = {"de": GERMAN, "en": ENGLISH}


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogue in one language; times are those of ``zone``."""

    lang: Lang
    zone: tzinfo = UTC

    def __call__(self, key: str, **values: str) -> str:
        """The sentence of a key with its values filled in; KeyError for an unknown key."""
        return CATALOGUE[self.lang][key].format(**values)

    def known(self, key: str, otherwise: str) -> str:
        """The word of a key that foreign data may have made up."""
        return CATALOGUE[self.lang].get(key, otherwise)

    def count(self, noun: str, n: int, written: str) -> str:
        """A counted noun: "1 post", "121 posts"; ``written`` is the formatted number."""
        return self(f"{noun}_one" if n == 1 else f"{noun}_many", n=written)
