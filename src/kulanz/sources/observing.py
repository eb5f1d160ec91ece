"""What guests see: public pages read without any key, compared with what an interface said.

An interface answers whoever holds the key; a page answers everybody. Where the two differ, somebody sees
a post that others do not: it is kept from guests, was taken away, or reads otherwise there. The pages are
read by a client that is given no key, and robots.txt is obeyed.

A post is looked for in what the pages say of themselves, so that its exact words can be compared, and
else among all words of the pages. Only a thread whose pages were all read can lack a post.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from lxml import etree  # type: ignore[import-untyped]
from msgspec import Struct

from kulanz.core.posts import Post, UtcTime
from kulanz.sources.revisions import WordChange
from kulanz.sources.sightings import Raw
from kulanz.sources.structured.forumpage import ForumPage, page_key, read_page
from kulanz.sources.structured.forumposts import sightings
from kulanz.sources.web.client import Answer, HttpClient
from kulanz.sources.web.robots import Robots
from kulanz.sources.worddiff import word_diff

DifferenceKind = Literal["withheld", "missing", "other_text", "shown_to_guests"]

_REFUSED: Final = frozenset((401, 403, 404, 410, 451))
_MOST_PAGES: Final = 200
_RUN: Final = 4
"""Runs of so many words are looked for: single words are everywhere."""
_SHOWN: Final = 0.9
"""A page that holds so many of a post's runs shows it: emoji and links may be drawn otherwise there."""
_PARTLY: Final = 0.3
_WORD: Final = re.compile(r"\w+")
_NOT_READ: Final = frozenset(("script", "style", "template", "blockquote", "select", "textarea"))
_INLINE: Final = frozenset(
    ("a", "b", "i", "em", "strong", "span", "u", "s", "small", "mark", "sub", "sup", "wbr", "font")
)
_PARSER: Final = etree.HTMLParser(
    encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
)
_MAX_CHARS: Final = 8_000_000

Run = tuple[str, ...]


class Difference(Struct, frozen=True, kw_only=True):
    """One thing that guests see otherwise than the interface says.

    ``withheld``: guests get no page of the thread, ``status`` says how it was refused.
    ``missing``: the words of a post that the interface shows are on none of its pages; a notice may
    stand in its place. ``other_text``: the post is there with other words. ``shown_to_guests``: the
    interface calls it hidden, and guests can read it. ``diff`` goes from the interface's words to the
    guests' and is empty where the pages do not tell where a post begins and ends. ``share`` is how much
    of the post's text was found on the pages, 0 to 1.
    """

    thread_id: str
    kind: DifferenceKind
    found_at: UtcTime
    post_id: str | None = None
    status: int | None = None
    share: float | None = None
    diff: tuple[WordChange, ...] = ()


class Observation(Struct, frozen=True, kw_only=True):
    """One thread as guests see it.

    ``readable`` is False where the pages hold no known post, as pages that a program draws in the
    browser: then nothing is said of single posts. ``complete`` is False where not all pages could be
    read: then no post is called missing. ``compared`` counts the posts that were looked for.
    """

    thread_id: str
    readable: bool
    complete: bool
    compared: int
    differences: tuple[Difference, ...]
    raw: tuple[Raw, ...]


class Observer:
    """Reads threads as a guest; ``http`` is used without any key."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self._robots = Robots(http)

    def observe(self, url: str, posts: Sequence[Post]) -> Observation:
        """Compare one thread's public pages with its posts as the interface gave them.

        ``url`` is the thread's first public page. ``posts`` are at least one, all of one thread and not
        removed; a hidden one has ``hidden`` set and the text that it had before. Raise PermanentError
        where robots.txt forbids the page, TemporaryError where it cannot be read now.
        """
        seen = self._seen(url, posts)
        thread_id = posts[0].thread_id
        if not seen.pages:
            refused = Difference(
                thread_id=thread_id, kind="withheld", found_at=seen.found_at, status=seen.answers[-1].status
            )
            return _observation(seen, thread_id, [refused], posts=[])
        compared = [post for post in posts if _words(post.text)]
        found = [difference for post in compared if (difference := _difference(post, seen)) is not None]
        return _observation(seen, thread_id, found, compared)

    def _seen(self, url: str, posts: Sequence[Post]) -> _Seen:
        """Read the thread's pages up to the first that is refused."""
        seen = _Seen(wanted={run for post in posts for run in _runs(_words(post.text))})
        target: str | None = url
        while target is not None and len(seen.pages) < _MOST_PAGES:
            self._robots.require(target)
            answer = self._http.get(target, accepted=_REFUSED)
            seen.answers.append(answer)
            if answer.status in _REFUSED:
                break
            page = seen.take(target, answer, posts[0].thread_id)
            target = page.following
            if target is not None and page_key(target) in seen.visited:
                break
        return seen


@dataclass(slots=True)
class _Seen:
    """What was found on a thread's pages of the runs of words that were wanted."""

    wanted: set[Run]
    runs: set[Run] = field(default_factory=set)
    answers: list[Answer] = field(default_factory=list)
    pages: list[ForumPage] = field(default_factory=list)
    visited: set[tuple[str, int]] = field(default_factory=set)
    described: list[Post] = field(default_factory=list)

    def take(self, url: str, answer: Answer, thread_id: str) -> ForumPage:
        """Note a page."""
        html = answer.text()[:_MAX_CHARS]
        page = read_page(html, answer.at)
        self.pages.append(page)
        self.visited |= {page_key(url), page_key(page.url)}
        self.runs |= self.wanted & _page_runs(html, {len(run) for run in self.wanted})
        self.described += (each.post for each in sightings(page, thread_id, None, _unreported))
        return page

    @property
    def found_at(self) -> datetime:
        return self.answers[-1].fetched_at

    @property
    def complete(self) -> bool:
        """Whether every page that the pages link was read to its end."""
        linked = {key for page in self.pages for key in page.others}
        whole = all(page.complete for page in self.pages) and self.answers[-1].status not in _REFUSED
        return whole and self.pages[-1].following is None and linked <= self.visited

    def share(self, post: Post) -> float:
        """Return how much of a post's text is on the pages."""
        runs = set(_runs(_words(post.text)))
        return len(runs & self.runs) / len(runs)

    def as_described(self, post: Post) -> Post | None:
        """Return the post as the pages describe it: by its address, else by who wrote it when."""
        by_address = (each for each in self.described if post.url is not None and each.post_id == post.url)
        by_writer = (
            each
            for each in self.described
            if each.author_id == post.author_id and each.created_at == post.created_at
        )
        return next(by_address, None) or next(by_writer, None)


def _observation(
    seen: _Seen, thread_id: str, found: Sequence[Difference], posts: Sequence[Post]
) -> Observation:
    readable = bool(seen.described) or any(seen.share(post) >= _SHOWN for post in posts)
    complete = bool(seen.pages) and seen.complete
    return Observation(
        thread_id=thread_id,
        readable=readable,
        complete=complete,
        compared=len(posts),
        differences=tuple(each for each in found if _is_certain(each, readable=readable, complete=complete)),
        raw=tuple(answer.raw() for answer in seen.answers),
    )


def _is_certain(difference: Difference, *, readable: bool, complete: bool) -> bool:
    if difference.kind == "missing":
        return readable and complete
    return readable or difference.kind == "withheld"


def _difference(post: Post, seen: _Seen) -> Difference | None:
    share = seen.share(post)
    if post.hidden:
        telling = len(_words(post.text)) >= _RUN and share >= _SHOWN
        return _of(post, "shown_to_guests", share, seen) if telling else None
    described = seen.as_described(post)
    if described is not None and _words(described.text):
        if share == 1 or _words(described.text) == _words(post.text):
            return None
        kind: DifferenceKind = "missing" if share < _PARTLY else "other_text"
        return _of(post, kind, share, seen, word_diff(post.text, described.text))
    if share >= _SHOWN:
        return None
    return _of(post, "other_text" if share >= _PARTLY else "missing", share, seen)


def _of(
    post: Post, kind: DifferenceKind, share: float, seen: _Seen, diff: tuple[WordChange, ...] = ()
) -> Difference:
    return Difference(
        thread_id=post.thread_id,
        kind=kind,
        found_at=seen.found_at,
        post_id=post.post_id,
        share=round(share, 3),
        diff=diff,
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(words: Sequence[str], length: int = _RUN) -> Iterator[Run]:
    """Yield all runs of words; a text shorter than a run is one."""
    if 0 < len(words) < length:
        yield tuple(words)
    for start in range(len(words) - length + 1):
        yield tuple(words[start : start + length])


def _page_runs(html: str, lengths: Iterable[int]) -> set[Run]:
    words = _words("".join(_pieces(html)))
    return {run for length in lengths for run in _runs(words, length)}


def _pieces(html: str) -> Iterator[str]:
    """Yield the text of a page as it is read, without what it quotes."""
    events: Any = etree.iterwalk(
        etree.fromstring(b"<div>" + html.encode("utf-8", "replace"), _PARSER), events=("start", "end")
    )
    for event, element in events:
        if element.tag not in _INLINE:
            yield " "
        if event == "end":
            yield element.tail or ""
        elif element.tag in _NOT_READ:
            events.skip_subtree()
        else:
            yield element.text or ""


def _unreported(_reason: str, _remedy: str) -> None:
    """Postings without a time are found by their words."""
