"""Whom a post speaks to, and how."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import islice
from typing import Final, Literal, get_args

from kulanz.core.posts import Post

Kind = Literal["thread", "reply", "mention", "quote", "thanks"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MOST_NAMED: Final = 20
_LEAST_QUOTED: Final = 12
_MOST_COMPARED: Final = 200
LOOK_BACK: Final = 200


def speaking(
    posts: Sequence[Post], thanking: Container[str] = (), start: int = 0
) -> Iterator[tuple[str, Post, Iterator[tuple[str, Kind]]]]:
    """Yield author and post with whom it speaks to and how, of the posts of a thread from ``start`` on.

    Posts by machines, hidden ones and those without an author speak to nobody.
    """
    conversation = Conversation(posts, thanking)
    for number in range(start, len(posts)):
        post = posts[number]
        if post.author_id is not None and not post.automatic and not post.hidden:
            yield post.author_id, post, conversation.addressed(number)


class Conversation:
    """The posts of one thread, in time order, asked for whom each speaks to."""

    def __init__(self, posts: Sequence[Post], thanking: Container[str]) -> None:
        self._posts = posts
        self._thanking = thanking
        self._authors = {post.post_id: post.author_id for post in posts}
        self._plain: dict[int, str] = {}

    def addressed(self, number: int) -> Iterator[tuple[str, Kind]]:
        """Yield the accounts that a post speaks to and how; the same account may come several times.

        A reply goes to the author of what it answers, any other post to the opener of the thread. A post
        that names more than ``MOST_NAMED`` accounts speaks to none of them in particular.
        """
        post = self._posts[number]
        known = post.reply_to is not None and post.reply_to in self._authors
        answered = self._authors[post.reply_to] if known and post.reply_to else self._posts[0].author_id
        if answered is not None:
            yield answered, "reply" if known else "thread"
            if post.post_id in self._thanking:
                yield answered, "thanks"
        for quoted in self._quoted(number):
            yield quoted, "quote"
        named = dict.fromkeys(post.mentions)
        if len(named) <= MOST_NAMED:
            yield from ((name, "mention") for name in named)

    def _quoted(self, number: int) -> Iterator[str]:
        quotes = (" ".join(quote.split())[:_MOST_COMPARED] for quote in self._posts[number].quotes)
        wanted = dict.fromkeys(quote for quote in quotes if len(quote) >= _LEAST_QUOTED)
        found = (self._writer(quote, number) for quote in islice(wanted, MOST_NAMED))
        yield from dict.fromkeys(author for author in found if author is not None)

    def _writer(self, quote: str, number: int) -> str | None:
        """The author of the latest earlier post that holds these words."""
        for earlier in range(number - 1, max(-1, number - 1 - LOOK_BACK), -1):
            if quote in self._text(earlier):
                return self._posts[earlier].author_id
        return None

    def _text(self, number: int) -> str:
        if number not in self._plain:
            self._plain[number] = " ".join(self._posts[number].text.split())
        return self._plain[number]
