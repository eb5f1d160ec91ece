"""To whom a post speaks: the company, a customer, a member, or the audience.

Decided from mentions, the greeting (names of earlier authors, "Hallo Herr ...", "liebe Mitglieder"),
second and third person in German and English, and the post that is answered. Per post the first
rule that applies:

1. a plural greeting ("liebe alle", "hi everyone") is the audience, also beside a name; so is a
   company post about "some here" or "the discussion" without a name;
2. a mentioned or greeted author of an earlier post is the addressee;
3. who answers an author speaks to that author; but about the company in the third person and
   without "you", in answer to it, is for the audience;
4. who answers nobody speaks to the audience with a plural "you", or about the company in the third
   person; with any other "you" to the other side, if the company has written before.

Everything else is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

import numpy as np

from kulanz.core.measures.columns import Columns, running_count
from kulanz.core.posts import Post
from kulanz.core.thread import Floats, Ints

READ: Final = 600
GREETING: Final = 160
GREETING_WORDS: Final = 6
NAME_FROM: Final = 3

_YOU, _YE, _THEY, _THOSE, _CROWD, _PLURAL = 1, 2, 4, 8, 16, 32
_ANY_YOU: Final = _YOU | _YE
_PUNCTUATION: Final = ",.!?:;"
_AROUND: Final = _PUNCTUATION + "@()\"'"
_NAME_PARTS: Final = re.compile(r"[^\W_]+")
_SECOND: Final = """
    Sie Ihnen Ihr Ihre Ihren Ihrem Ihrer Ihres du Du dir Dir dich Dich dein Dein deine deinen deinem deiner
    hast bist kannst you You your Your yours yourself
"""
_SECOND_PLURAL: Final = "ihr euch Euch euer eure eurem euren eurer"
_THIRD: Final = """
    Unternehmen Firma Betreiber Anbieter Konzern they They them Them their Their theirs company Company vendor
    management Management
"""
_ABOUT_MANY: Final = "einige einigen manche manchen viele vielen some many Diskussion discussion"
_CROWD_HERE: Final = re.compile(
    r"""\b(?:einigen?|manchen?|vielen?|some|many)\ (?:hier|here|of\ you|nutzern?|mitgliedern?|kunden|users
    |members|customers|people)\b|\b(?:diese[r]?|die|der|this|the)\ dis[ck]ussion\b""",
    re.IGNORECASE | re.VERBOSE,
)
# "die" is mostly an article; before one of these verbs it is "those people"
_THOSE_DO: Final = re.compile(
    r"""ie\ (?<=\b[Dd]ie\ )(?:\w+\ )?(?:haben|hatten|sind|waren|wollen|können|sollen|müssen|werden|machen
    |lesen|schreiben|sagen|glauben|denken|tun|mahnen|löschen|buchen|kriegen|antworten|wissen|reden|ziehen|verlangen
    |behaupten)\b""",
    re.VERBOSE,
)
_TITLES: Final = frozenset(("Herr", "Herrn", "Frau", "Mr", "Mrs", "Ms", "Dr"))
_MANY: Final = """
    alle Alle allerseits zusammen Zusammen miteinander Leute leute Community community Mitglieder Mitstreiter
    Runde Freunde Forum Gemeinde Lieben lieben Kollegen Mitleser all everyone Everyone everybody Everybody
    folks Folks guys Guys members users
"""
_PLURAL_GREETING: Final = re.compile(
    r"""\b(?:hallo|hi|hey|moin|servus|hello|tag|morgen|abend|liebe|werte|geehrte|dear|ihr|an|thanks
      |sorry)[ ,]+
    (?:in\s+die\s+|liebe\s+|an\s+|there\s+|to\s+)?
    (?:alle|all|allerseits|zusammen|miteinander|leute|community|mitglieder|mitstreiter|runde|freunde
      |forum|gemeinde|lieben|kollegen|mitleser|everyone|everybody|folks|guys|members|users)\b
    |^(?:leute|everyone|folks|guys)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SIDE: Final = ("complaint", "affected", "anger", "distrust", "leave", "threat", "sympathy")


class Addressee(IntEnum):
    """To whom a post speaks; MEMBER is a customer who is spoken to by another one."""

    UNKNOWN = 0
    COMPANY = 1
    CUSTOMER = 2
    AUDIENCE = 3
    MEMBER = 4


@dataclass(frozen=True, slots=True)
class Addressees:
    """``codes``: an ``Addressee`` per post. ``audience_share`` (0..1, NaN before the first such post):
    of the posts so far by the company or on the side of the complaint that speak to each other or to
    the audience, the share that speaks to the audience.
    """

    codes: Ints
    audience_share: Floats

    def to(self, addressee: Addressee) -> tuple[int, ...]:
        """Indices of the posts that speak to an addressee."""
        return tuple(np.flatnonzero(self.codes == int(addressee)).tolist())


def addressees(c: Columns, names: Sequence[str] = ()) -> Addressees:
    """Find out to whom every post speaks; ``names`` are those of the company."""
    reader = _Reader(c, *_vocabulary(tuple(names)))
    codes = [reader.read(i) for i in range(len(c))]
    return Addressees(np.array(codes, np.int64), _audience_share(c, codes))


@lru_cache(maxsize=8)
def _vocabulary(names: tuple[str, ...]) -> tuple[Mapping[str, int], frozenset[str]]:
    """What each word says about the addressee, also with a punctuation mark behind it; and all words."""
    marks: dict[str, int] = {}
    lists = ((_SECOND, _YOU), (_SECOND_PLURAL, _YE), (_THIRD, _THEY), ("die Die", _THOSE))
    for text, mark in (*lists, (_ABOUT_MANY, _CROWD), (_MANY, _PLURAL), (" ".join(names), _THEY)):
        marks |= {word + end: mark for word in text.split() for end in ("", *_PUNCTUATION)}
    return marks, frozenset(marks)


class _Reader:
    """Reads the posts of a thread in order and remembers the names of their authors."""

    def __init__(self, c: Columns, vocabulary: Mapping[str, int], known: frozenset[str]) -> None:
        self._c = c
        self._vocabulary = vocabulary
        self._known = known
        self._sides: dict[str, bool] = {}
        self._authors: set[int] = set()
        self._company_wrote = False

    def read(self, i: int) -> Addressee:
        """The addressee of post i; call it for 0, 1, 2 ..."""
        text = self._c.posts[i].text[:READ]
        words = text.split()
        found = self._addressee(i, words, self._marks(text, words, company=self._c.company[i]))
        self._learn(i)
        return found

    def _addressee(self, i: int, words: list[str], marks: int) -> Addressee:
        post, company = self._c.posts[i], self._c.company[i]
        named = self._named(post, words)
        if marks & _PLURAL or (company and marks & _CROWD and named is None):
            return Addressee.AUDIENCE
        if named is not None:
            return _other(company, named)
        answered = self._answered(i, post)
        if answered is None:
            return self._to_nobody(company, marks)
        if answered and marks & _THEY and not marks & _ANY_YOU:
            return Addressee.AUDIENCE
        return _other(company, answered)

    def _to_nobody(self, company: bool, marks: int) -> Addressee:
        if marks & _YE or (marks & _THEY and not marks & _YOU):
            return Addressee.AUDIENCE
        if not marks & _YOU:
            return Addressee.AUDIENCE if company else Addressee.UNKNOWN
        if company:
            return Addressee.CUSTOMER
        return Addressee.COMPANY if self._company_wrote else Addressee.UNKNOWN

    def _marks(self, text: str, words: list[str], *, company: bool) -> int:
        marks = 0
        for word in self._known.intersection(words):
            marks |= self._vocabulary[word]
        if marks & _THOSE and not marks & _THEY and _THOSE_DO.search(text):
            marks |= _THEY
        if marks & _CROWD and not (company and _CROWD_HERE.search(text)):  # only theirs are asked for it
            marks &= ~_CROWD
        if marks & _PLURAL and not _PLURAL_GREETING.search(text[:GREETING]):
            marks &= ~_PLURAL
        return marks

    def _named(self, post: Post, words: list[str]) -> bool | None:
        """Whether the author who is mentioned or greeted by name speaks for the company."""
        for mention in post.mentions:
            if (side := self._sides.get(mention.lower())) is not None:
                return side
        titled = False
        for raw in words[:GREETING_WORDS] if self._sides else ():
            if raw.islower() and not titled:
                continue
            word = raw.strip(_AROUND)
            side = self._sides.get(word.lower()) if word[:1].isupper() else None
            if side is not None or (titled and word not in _TITLES):
                return side
            titled = word in _TITLES
        return None

    def _answered(self, i: int, post: Post) -> bool | None:
        """Whether the other author who is answered speaks for the company; None if nobody is."""
        parent = self._c.parent[i]
        if post.reply_to is None or parent < 0 or self._c.author[parent] == self._c.author[i]:
            return None
        return self._c.company[parent]

    def _learn(self, i: int) -> None:
        post, company, author = self._c.posts[i], self._c.company[i], self._c.author[i]
        self._company_wrote = self._company_wrote or company
        if post.author_id is None or author in self._authors:
            return
        self._authors.add(author)
        name = post.author_id[:READ].lower()
        self._sides[name] = company
        for part in _NAME_PARTS.findall(name):
            if len(part) >= NAME_FROM and part not in self._known:
                self._sides.setdefault(part, company)


def _other(company: bool, named_company: bool) -> Addressee:
    if named_company:
        return Addressee.COMPANY
    return Addressee.CUSTOMER if company else Addressee.MEMBER


def _audience_share(c: Columns, codes: list[Addressee]) -> Floats:
    side = c.any_of(_SIDE)
    known = (Addressee.COMPANY, Addressee.CUSTOMER, Addressee.AUDIENCE)
    rows = zip(side, c.company, codes, strict=True)
    counted = [(mine or staff) and code in known for mine, staff, code in rows]
    audience = [used and code == Addressee.AUDIENCE for used, code in zip(counted, codes, strict=True)]
    total = running_count(counted)
    total[total == 0] = np.nan
    return running_count(audience) / total
