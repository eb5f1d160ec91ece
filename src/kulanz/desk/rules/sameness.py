"""Whether two profiles may be the same person: a proposal with its grounds, which a member decides."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

PROPOSED_FROM: Final = 0.5
SIMILAR_FROM: Final = 0.85
SHORTEST_KEY: Final = 4
SAME_EMAIL, SAME_NUMBER, SAME_ACCOUNT, SIMILAR_NAME = "email", "customer_number", "account", "name"
_WEIGHTS: Final = {SAME_EMAIL: 0.95, SAME_NUMBER: 0.95, SAME_ACCOUNT: 0.6, SIMILAR_NAME: 0.5}
_APART: Final = 0.5
_NO_LETTERS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody. ``accounts`` are (source, key)."""

    name: str
    email: str = ""
    customer_number: str = ""
    accounts: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two are one (0..1), and on what grounds: some of ``email``, ``account``, ``name`` ..."""

    score: float
    grounds: tuple[str, ...]

    @property
    def proposed(self) -> bool:
        return self.score >= PROPOSED_FROM


def likeness(one: Known, other: Known) -> Likeness:
    """Return how likely it is that two profiles are of one person.

    The grounds are taken as independent: the score is 1 - product(1 - weight), halved where both have a
    customer number and the numbers differ. An account's key counts at two different sources only: at one
    source nobody has it twice.
    """
    grounds = tuple(name for name, holds in _grounds(one, other).items() if holds)
    doubt = 1.0
    for ground in grounds:
        doubt *= 1 - _WEIGHTS[ground]
    apart = _differ(_digits(one.customer_number), _digits(other.customer_number))
    return Likeness((1 - doubt) * (_APART if apart else 1.0), grounds)


def _grounds(one: Known, other: Known) -> dict[str, bool]:
    return {
        SAME_EMAIL: _same(one.email.strip().casefold(), other.email.strip().casefold()),
        SAME_NUMBER: _same(_digits(one.customer_number), _digits(other.customer_number)),
        SAME_ACCOUNT: _share_account(one, other),
        SIMILAR_NAME: _similar(_plain(one.name), _plain(other.name)),
    }


def _share_account(one: Known, other: Known) -> bool:
    theirs = {(source, key.casefold()) for source, key in other.accounts}
    return any(
        len(key) >= SHORTEST_KEY and any(name == key.casefold() and place != source for place, name in theirs)
        for source, key in one.accounts
    )


def _similar(one: str, other: str) -> bool:
    if min(len(one), len(other)) < SHORTEST_KEY:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= SIMILAR_FROM


def _same(one: str, other: str) -> bool:
    return bool(one) and one == other


def _differ(one: str, other: str) -> bool:
    return bool(one) and bool(other) and one != other


def _digits(number: str) -> str:
    """A customer number without what is only there to read it: K-17 is k17."""
    return _NO_LETTERS.sub("", number).casefold()


def _plain(text: str) -> str:
    """Letters and digits alone, without case and accents, the words in order of the alphabet."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in bare if not unicodedata.combining(each))
    return "".join(sorted(_NO_LETTERS.sub(" ", bare).split()))
