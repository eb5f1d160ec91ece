"""Erased names do not come back: what sources say is kept with pseudonyms instead.

Names are known by their HMAC-SHA256 under a key of its own, so that nobody reads from the database who
was erased, and nobody tries out names without the desk's key.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from secrets import token_bytes
from typing import Any, Final

from django.db import transaction
from msgspec import structs

from kulanz.desk.conf import conf
from kulanz.desk.models import Person, Source, Tombstone, TombstoneKey
from kulanz.desk.rules.names import is_of, is_ordinary, is_unmistakable, replaced, words_of
from kulanz.desk.services.sealing import seal, unseal
from kulanz.sources.sightings import Page, Sighting, ThreadSighting

EVERYWHERE: Final = 0
SILENT: Final = "–"
"""Stands where the words were of somebody who wanted their posts to go."""
_ONLY: Final = 1
"""The primary key of the one key: two first erasures at once cannot make two."""
_KEY_BYTES: Final = 32
_TELLING: Final = 16
_SAID: Final = ("text", "quotes", "code", "links", "thread_title", "thread_url", "url")


@dataclass(frozen=True, slots=True)
class _Stone:
    pseudonym: str
    bare: bool
    silent: bool = False


@dataclass(frozen=True, slots=True)
class _Graveyard:
    """All that is erased: the key of the digests, stones by digest, and numbers of words by place."""

    key: bytes
    stones: Mapping[str, _Stone]
    lengths: Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Veil:
    """What replaces erased names in texts of some places: ids of sources, and EVERYWHERE.

    ``lengths`` are the numbers of words of a name, the longest first. ``loose`` replaces names that may also
    be ordinary words; ``named`` takes a whole text for a name.
    """

    key: bytes
    places: tuple[int, ...]
    stones: Mapping[str, _Stone]
    lengths: tuple[int, ...]
    loose: bool = False
    named: bool = False

    def account(self, key: str) -> str | None:
        """Return what is kept instead of the exact key of an account; None where nobody erased has it."""
        return next((stone.pseudonym for stone in self._found("key", key)), None)

    def text(self, text: str) -> str:
        """Return a text without erased names."""
        whole = (stone.pseudonym for stone in self._found("key", text) if stone.bare or self.named)
        return next(whole, None) or replaced(text, self.lengths, self._replacing)

    def value(self, value: Any) -> Any:
        """Return texts, and lists and objects of them, without erased names."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return type(value)(self.value(each) for each in value)
        if isinstance(value, dict):
            return {self.text(name): each if self.named else self.value(each) for name, each in value.items()}
        return value

    def loosely(self) -> Veil:
        return replace(self, loose=True)

    def for_names(self) -> Veil:
        """Return what replaces names that stand where nothing but names stands."""
        return replace(self, loose=True, named=True)

    def sees(self, body: bytes) -> bool:
        """Whether an answer of a source names somebody who was erased, as far as it can be read."""
        text = body.decode("utf-8", "replace")
        return self.loosely().text(text) != text

    def sighting(self, seen: Sighting) -> Sighting:
        """Return a post as it may be kept; the address of one by somebody erased leads to them."""
        post = seen.post
        said = {name: self.value(getattr(post, name)) for name in _SAID}
        said["mentions"] = self.for_names().value(post.mentions)
        stone = next(self._found("key", post.author_id), None) if post.author_id else None
        if stone is not None:
            said |= {"author_id": stone.pseudonym, "url": None}
        if stone is not None and stone.silent:
            said |= dict.fromkeys(("quotes", "code", "links", "mentions"), ()) | {"text": SILENT}
        kept = structs.replace(post, **said)
        return structs.replace(seen, post=kept, edited_by=self.for_names().value(seen.edited_by))

    def thread(self, seen: ThreadSighting) -> ThreadSighting:
        acts = tuple(structs.replace(act, by=self.for_names().value(act.by)) for act in seen.acts)
        return structs.replace(seen, title=self.value(seen.title), url=self.value(seen.url), acts=acts)

    def page(self, page: Page) -> Page:
        """Return a page as it may be kept; answers that name somebody erased are left out."""
        posts = tuple(map(self.sighting, page.posts))
        threads = tuple(map(self.thread, page.threads))
        named = (posts, threads) != (page.posts, page.threads)
        raw = () if named else tuple(each for each in page.raw if not self.sees(each.body))
        return structs.replace(page, raw=raw, posts=posts, threads=threads)

    def _replacing(self, words: str, mentioned: bool) -> str | None:
        for stone in self._found("words", words):
            if stone.bare or mentioned or self.loose:
                return stone.pseudonym
        found = self._found("mention", words) if mentioned or self.named else iter(())
        return next((stone.pseudonym for stone in found), None)

    def _found(self, kind: str, name: str) -> Iterator[_Stone]:
        for place in self.places:
            if (stone := self.stones.get(_digest(self.key, place, kind, name))) is not None:
                yield stone


def veiled(source: Source, page: Page) -> Page:
    """Return a page of a source as it may be kept."""
    veil = veil_of([source.pk])
    return page if veil is None else veil.page(page)


def veil_of(sources: Collection[int], *, loose: bool = False) -> Veil | None:
    """Return what is erased at sources and everywhere; None where nothing is."""
    graves = _graves()
    places = (*sources, EVERYWHERE)
    if graves is None or graves.lengths.keys().isdisjoint(places):
        return None
    lengths = {length for place in places for length in graves.lengths.get(place, ())} - {0}
    return Veil(graves.key, places, graves.stones, tuple(sorted(lengths, reverse=True)), loose)


def bury_account(
    source: int, key: str, pseudonym: str, *, narrowly: bool = False, silent: bool = False
) -> None:
    """Have the posts of an account kept under a pseudonym from now on, and its name where it is mentioned.

    ``narrowly``: only after an ``@``, as names are that ``is_narrow``. ``silent``: without their words.
    """
    narrow = narrowly or is_narrow(key)
    _bury(source, "key", key, pseudonym, 0, bare=not narrow, silent=silent)
    _bury_words(source, key, pseudonym, narrow=narrow)


def bury_name(name: str, pseudonym: str, *, narrowly: bool = False) -> None:
    """Have a name, an address or a number replaced wherever it comes from now on."""
    _bury_words(EVERYWHERE, name, pseudonym, narrow=narrowly or is_narrow(name))


def is_narrow(name: str) -> bool:
    """Whether a name is replaced after an ``@`` only: ordinary words, or the company's own name."""
    words = words_of(name)
    return is_ordinary(words) or is_of(words, conf().company)


def is_erased(source: int, account: str) -> bool:
    """Whether the name of an account is the pseudonym of somebody who was erased."""
    return Tombstone.objects.filter(source=source, pseudonym=account).exists()


def buried(names: Collection[str]) -> frozenset[str]:
    """Return those of some names, addresses or numbers that belong to somebody who was erased."""
    if not names or not TombstoneKey.objects.exists():
        return frozenset()
    key = _key()
    digests = {name: _digest(key, EVERYWHERE, "words", " ".join(words_of(name))) for name in names if name}
    rows = Tombstone.objects.filter(digest__in=set(digests.values()))
    found = set(rows.values_list("digest", flat=True))
    return frozenset(name for name, digest in digests.items() if digest in found)


def name_digests(runs: Iterable[str]) -> dict[str, str]:
    """Return keyed digests of runs of words, by which names are known that are kept sealed."""
    return _digests("name", runs)


def address_digests(addresses: Iterable[str]) -> dict[str, str]:
    """Return keyed digests of mail addresses, by which customers are found that are kept sealed."""
    return _digests("mail", addresses)


def _digests(kind: str, texts: Iterable[str]) -> dict[str, str]:
    held = TombstoneKey.objects.get_or_create(pk=_ONLY, defaults={"sealed": seal(token_bytes(_KEY_BYTES))})[0]
    key = unseal(bytes(held.sealed))
    return {
        text: hmac.digest(key, f"{kind}\n{text}".encode("utf-8", "surrogatepass"), "sha256").hex()
        for text in texts
    }


def digest_key() -> bytes:
    """Return the key of the digests, which is made where there is none yet."""
    with transaction.atomic():
        return _made_key()


def key_digest(key: bytes) -> str:
    """Return what tells a key of digests from others."""
    return _digest(key, EVERYWHERE, "which key", "")[:_TELLING]


def person_digest(key: bytes, person: Person) -> str:
    """Return the digest of a profile, by which it is known again in an older database."""
    return _digest(key, EVERYWHERE, "person", f"{person.pk} {person.created_at.isoformat()}")


def account_digest(key: bytes, source: int, account: str) -> str:
    """Return the digest of an account as its stone has it."""
    return _digest(key, source, "key", account)


def _bury_words(place: int, name: str, pseudonym: str, *, narrow: bool) -> None:
    words = words_of(name)
    if words:
        kind, bare = ("mention", False) if narrow else ("words", is_unmistakable(words))
        _bury(place, kind, " ".join(words), pseudonym, len(words), bare=bare)


def _bury(  # noqa: PLR0913 - a row
    place: int, kind: str, name: str, pseudonym: str, words: int, *, bare: bool, silent: bool = False
) -> None:
    digest = _digest(_made_key(), place, kind, name)
    said = {"source_id": place or None, "pseudonym": pseudonym, "words": words, "bare": bare}
    said["silent"] = silent
    Tombstone.objects.get_or_create(digest=digest, defaults=said)


def _made_key() -> bytes:
    """Return the key, made when it is needed first; it is held, so that erasures bury one after the other."""
    keys = TombstoneKey.objects.select_for_update()
    kept, _new = keys.get_or_create(pk=_ONLY, defaults={"sealed": seal(token_bytes(_KEY_BYTES))})
    return unseal(bytes(kept.sealed))


def _key() -> bytes:
    return unseal(bytes(TombstoneKey.objects.values_list("sealed", flat=True).get(pk=_ONLY)))


def _graves() -> _Graveyard | None:
    """Return all that is erased; read anew only when something was buried since."""
    last = Tombstone.objects.order_by("-pk").values_list("pk", "digest").first()
    return None if last is None else _graves_up_to(*last)


@lru_cache(maxsize=1)
def _graves_up_to(_pk: int, _digest: str) -> _Graveyard:
    """The last stone tells: there are more after it and never between, for the key is held meanwhile."""
    stones: dict[str, _Stone] = {}
    lengths: dict[int, set[int]] = {}
    rows = Tombstone.objects.values_list("digest", "source", "pseudonym", "words", "bare", "silent")
    for digest, source, pseudonym, words, bare, silent in rows.iterator():
        stones[digest] = _Stone(pseudonym, bare, silent)
        lengths.setdefault(source or EVERYWHERE, set()).add(words)
    return _Graveyard(_key(), stones, {place: frozenset(some) for place, some in lengths.items()})


@lru_cache(maxsize=65_536)
def _digest(key: bytes, place: int, kind: str, name: str) -> str:
    """The same words come again and again: most are answered from memory."""
    return hmac.digest(key, f"{place}\n{kind}\n{name}".encode("utf-8", "surrogatepass"), "sha256").hex()
