"""Conversations with a known outcome as labelled examples, under pseudonyms, to train and to measure with.

Pseudonyms are made with a key that stays at the desk. Names are masked where the desk knows them: see
``docs/howto/learn-from-outcomes.md`` for what it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Final
from urllib.parse import urlsplit

import msgspec
from django.db import transaction

from kulanz.core.posts import Post as CorePost
from kulanz.core.staff import StaffRules
from kulanz.desk.models import Event
from kulanz.desk.queries.company import staff_rules
from kulanz.desk.queries.examples import ESCALATED, ISSUE, NONE, Examples, Judged, examples
from kulanz.desk.queries.rows import posts_of
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.masking import Names
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.events import record
from kulanz.desk.services.exports import alias
from kulanz.desk.services.known_names import account_names, erased_at, shared_names
from kulanz.desk.services.veiling import is_narrow

LEVELS: Final = (ESCALATED, ISSUE, NONE)
SHOWN: Final = 2
"""Examples of a level that are shown before somebody takes all of them along."""


class Label(msgspec.Struct, frozen=True):
    """One line of the labels; ``origin`` is the outcome of its issue, or why it is none."""

    thread_id: str
    level: int
    origin: str


@dataclass(frozen=True, slots=True)
class Example:
    """A conversation as it may be taken along; ``posts`` are in their order."""

    label: Label
    posts: tuple[CorePost, ...]


@dataclass(frozen=True, slots=True)
class _Mask:
    """Makes the posts of one source ready to be taken along."""

    source: int
    names: Names
    erased: frozenset[str]
    staff: StaffRules

    def masked(self, posts: Iterable[CorePost]) -> Iterator[CorePost]:
        """Yield the posts of a conversation, without hidden ones and those of people who were erased."""
        kept = [post for post in posts if not post.hidden and post.author_id not in self.erased]
        writers = {post.author_id for post in kept if post.author_id and not is_narrow(post.author_id)}
        names, ids = self.names.among(writers), {post.post_id for post in kept}
        for post in kept:
            yield self._post(post, names.masked, ids)

    def _post(self, post: CorePost, masked: Callable[[str], str], ids: Container[str]) -> CorePost:
        """Return what the analysis reads of a post, but for addresses: they lead to it."""
        ours = post.role == "staff" or self.staff.names_author(post.author_id or "")
        return CorePost(
            thread_id=_thread(self.source, post.thread_id),
            post_id=self._of("post", post.post_id),
            author_id=self._of("account", post.author_id) if post.author_id else None,
            created_at=post.created_at,
            text=masked(post.text),
            reply_to=self._of("post", post.reply_to) if post.reply_to and post.reply_to in ids else None,
            role="staff" if ours else post.role,
            lang=post.lang,
            likes=post.likes,
            accepted=post.accepted,
            automatic=post.automatic,
            quotes=tuple(map(masked, post.quotes)),
            code=tuple(map(masked, post.code)),
            links=tuple(filter(None, map(_site, post.links))),
            mentions=tuple(self._of("account", name) for name in post.mentions if name not in self.erased),
            thread_title=masked(post.thread_title) if post.thread_title else None,
            thread_views=post.thread_views,
            thread_closed_at=post.thread_closed_at,
        )

    def _of(self, noun: str, key: str) -> str:
        return _pseudonym(noun, self.source, key)


def labelled(found: Examples) -> Iterator[Example | None]:
    """Yield an example for each conversation; None where nothing is left of it."""
    mask: _Mask | None = None
    shared = shared_names()
    for judged in found:
        source = judged.thread.source_id
        if mask is None or mask.source != source:
            names = Names.of({**shared, **account_names(source, partial(_pseudonym, "account", source))})
            mask = _Mask(source, names, erased_at(source), staff_rules(source))
        yield _example(judged, mask)


def take_along(*, actor: Actor, only_judged: bool, now: datetime) -> Examples:
    """Return the conversations that are examples, and write into the audit trail who takes them along."""
    actor.need(Right.SET_SOURCES)
    found = examples(only_judged=only_judged)
    with transaction.atomic():
        record_export(actor=actor, count=len(found), now=now)
    return found


def some_of(found: Examples) -> list[Example]:
    """Return some examples as they are taken along, the last ones of every level, the gravest first."""
    chosen: dict[int, tuple[int, str]] = {}
    for level in LEVELS:
        of_level = sorted(pk for pk, (known, _) in found.known.items() if known == level)
        chosen |= {pk: found.known[pk] for pk in of_level[-SHOWN:]}
    made = [each for each in labelled(Examples(chosen)) if each is not None]
    return sorted(made, key=lambda each: -each.label.level)


def post_lines(found: Examples) -> Iterator[bytes]:
    """Yield the posts of examples as Kulanz JSONL, a conversation at a time."""
    encode = msgspec.json.Encoder().encode_lines
    return (encode(each.posts) for each in labelled(found) if each is not None)


def label_lines(found: Examples) -> Iterator[bytes]:
    """Yield the labels of examples as JSONL, in the same order."""
    encode = msgspec.json.Encoder().encode_lines
    return (encode([each.label]) for each in labelled(found) if each is not None)


def record_export(*, actor: Actor | None, count: int, now: datetime) -> None:
    """Write into the audit trail that examples were taken along, and how many."""
    record(actor, "export_examples", Event(pk=0), now=now, data={"examples": count})


def _example(judged: Judged, mask: _Mask) -> Example | None:
    thread = judged.thread
    posts = tuple(mask.masked(posts_of(thread)))
    label = Label(_thread(thread.source_id, thread.key), judged.level, judged.origin)
    return Example(label, posts) if posts else None


def _thread(source: int, key: str) -> str:
    return _pseudonym("thread", source, key)


def _pseudonym(noun: str, source: int, key: str) -> str:
    return f"{noun}-{alias(noun, f'{source} {key}')}"


@lru_cache(maxsize=4096)
def _site(address: str) -> str:
    """Return the site that a link leads to: the rest of its address may name somebody."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return ""
    return f"https://{host}/" if host else ""
