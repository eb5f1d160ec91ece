"""Articles are read whole: the article, all its comments, and what the list of comments leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from kulanz.sources.connecting import Context, Known
from kulanz.sources.connectors.wordpress.api import Api
from kulanz.sources.connectors.wordpress.shapes import (
    Article,
    Comment,
    article_number,
    article_sighting,
    comment_number,
    comment_sighting,
    thread_sighting,
)
from kulanz.sources.sightings import Page, Raw, Sighting, ThreadSighting

BATCH: Final = 10
_MOST_ASKED: Final = 20
"""Comments that one read asks for one by one, because no list shows them."""


class Marker(Struct, frozen=True):
    """The marker of a thread: the number of its article, by which the API finds it again."""

    article: int


def number_of(thread_id: str, known: Known) -> int | None:
    """Return the number of a known thread's article, None where nothing tells it."""
    marker = known.marker(thread_id)
    return msgspec.json.decode(marker, type=Marker).article if marker else article_number(thread_id)


class Reading:
    """Reads articles by their numbers."""

    def __init__(self, context: Context, api: Api) -> None:
        self._context = context
        self.api = api
        self._site = context.address.rstrip("/")

    def whole(self, numbers: Sequence[int], start: int = 1) -> Iterator[tuple[Page, int | None]]:
        """Yield pages of comments from page ``start`` on, each with the number of the next page.

        The last one, whose next page is None, completes the threads. Only a read from the first
        page on can tell which posts are gone.
        """
        articles, raw = self.articles(numbers)
        listed = [number for number in numbers if number in articles]
        shown: list[Comment] = []
        page, steady, number = Page(raw=raw), True, start
        while listed:
            answer = self.api.comments(number, listed)
            shown += answer.comments
            posts = self.comments(answer.comments, articles)
            page = Page(raw=(*page.raw, answer.raw), posts=posts)
            if number >= answer.pages:
                # A list that changed while it was read in parts may lack what is there.
                steady = start == 1 and answer.total in (None, len(shown))
                break
            number += 1
            yield page, number
            page = Page()
        page, others = self._others(page, [each for each in numbers if each not in articles])
        yield self._completed(page, numbers, articles, shown + others if steady else None), None

    def _others(self, page: Page, numbers: Sequence[int]) -> tuple[Page, list[Comment]]:
        """Ask for comments on what is neither an article nor a page, or not public any more."""
        shown: list[Comment] = []
        for number in numbers:
            answer = self.api.comments_on(number)
            shown += answer.comments
            posts = self.comments(answer.comments, {})
            page = Page(raw=(*page.raw, answer.raw), posts=(*page.posts, *posts))
        return page, shown

    def articles(self, numbers: Sequence[int]) -> tuple[dict[int, Article], tuple[Raw, ...]]:
        """Ask for articles by number."""
        answers = self.api.by_number(numbers) if numbers else ()
        found = {article.id: article for answer in answers for article in answer.articles}
        return found, tuple(answer.raw for answer in answers)

    def openers(self, articles: Iterable[Article]) -> tuple[Sighting, ...]:
        """The articles as posts; one without a time is reported."""
        found: list[Sighting] = []
        for article in articles:
            try:
                found.append(article_sighting(article))
            except ValueError as error:
                self._problem(f"article {article.id}", error)
        return tuple(found)

    def comments(self, comments: Iterable[Comment], articles: Mapping[int, Article]) -> tuple[Sighting, ...]:
        """The comments as posts; one without a time is reported."""
        found: list[Sighting] = []
        for comment in comments:
            thread_id = self.thread_id(comment.post, articles)
            found += self.comment(comment, thread_id, articles.get(comment.post))
        return tuple(found)

    def comment(self, comment: Comment, thread_id: str, article: Article | None) -> tuple[Sighting, ...]:
        """One comment as a post; none where it has no time."""
        try:
            return (comment_sighting(comment, thread_id, article),)
        except ValueError as error:
            self._problem(f"comment {comment.id}", error)
            return ()

    def thread_id(self, number: int, articles: Mapping[int, Article]) -> str:
        """The thread of an article; of one that the API does not show, in WordPress's own form."""
        article = articles.get(number)
        return article.thread_id if article else f"{self._site}/?p={number}"

    def _completed(
        self,
        page: Page,
        numbers: Sequence[int],
        articles: Mapping[int, Article],
        shown: Sequence[Comment] | None,
    ) -> Page:
        """The last page with the articles themselves, and every thread with all of its posts."""
        commented = {comment.post for comment in shown or ()}
        for number in numbers:
            article = articles.get(number)
            # A page, such as an imprint, is a conversation only where there are comments.
            if number in commented or (article and article.type == "post") or (article and shown is None):
                ids = None if shown is None else {each.id for each in shown if each.post == number}
                page = self._with_thread(page, number, articles, ids)
        return page

    def _with_thread(
        self, page: Page, number: int, articles: Mapping[int, Article], ids: set[int] | None
    ) -> Page:
        article, thread_id = articles.get(number), self.thread_id(number, articles)
        openers = self.openers([article] if article else [])
        present, hidden = None, Page()
        if ids is not None:
            hidden, unasked = self._unlisted(number, articles, ids)
            listed = {f"{thread_id}#comment-{each}" for each in ids}
            unlisted = {each.post.post_id for each in (*openers, *hidden.posts)}
            present = frozenset(listed | unlisted | unasked)
        thread = thread_sighting(article) if article else ThreadSighting(thread_id=thread_id)
        marker = msgspec.json.encode(Marker(number)).decode()
        thread = replace(thread, marker=marker, present=present)
        return Page(
            raw=page.raw + hidden.raw,
            posts=page.posts + openers + hidden.posts,
            threads=(*page.threads, thread),
        )

    def _unlisted(self, number: int, articles: Mapping[int, Article], ids: set[int]) -> tuple[Page, set[str]]:
        """Ask for comments that are known and not listed; return also those left for another time."""
        if self.api.trusted:
            return Page(), set()
        thread_id = self.thread_id(number, articles)
        known = ((comment_number(each), each) for each in self._context.known.post_ids(thread_id))
        missing = sorted((each, post_id) for each, post_id in known if each is not None and each not in ids)
        raw: list[Raw] = []
        posts: tuple[Sighting, ...] = ()
        for each, _ in missing[:_MOST_ASKED]:
            answer, comment = self.api.comment(each)
            raw.append(answer)
            if comment is not None and comment.post == number:
                posts += self.comments([comment], articles)
        return Page(raw=tuple(raw), posts=posts), {post_id for _, post_id in missing[_MOST_ASKED:]}

    def _problem(self, what: str, error: ValueError) -> None:
        self._context.problems.add(f"{self._site}: {what}", None, str(error), "the rest is read")
