"""The contract of public answers: what a connector may offer beside reading.

An answer is posted in a thread that the connector reads, in the name of the account of the key, and is read
back as any other post. It is posted once: whoever asks again, as after a crash or a lost answer, is given the
post that is there already.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

SLACK: Final = timedelta(days=1)
"""By how much clocks may disagree: what is older than the answer by more is another post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAnswer:
    """Words for a thread, or for one post in it where ``post`` is its id.

    ``mark`` (letters, digits, ``-`` and ``_``, at most 50) is made once for an answer and is never shown to
    readers; platforms that take such a mark know the answer by it. At others it is found again by its words:
    a post of our account, not older than ``since`` (when it was first to be posted), and none of ``known``,
    the ids of other answers of ours in that thread.
    """

    mark: str
    thread: str
    text: str
    since: datetime
    post: str = ""
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedAnswer:
    """An answer as the platform keeps it; ``post`` is its id, as that of any post that is read."""

    thread: str
    post: str
    author: str
    at: datetime
    text: str
    url: str | None = None


@runtime_checkable
class PublicAnswers(Protocol):
    """A connector that posts in the threads that it reads.

    Its module names in ``ANSWERS_WITH`` the sets of keys that it needs for it, any one of which will do.
    """

    def account(self) -> str:
        """Return the name of the account that answers are posted by, as posts name it."""
        ...

    def answer(self, answer: PublicAnswer) -> PostedAnswer:
        """Have an answer posted, once, and return it as it is kept.

        Raise PermanentError where the platform refuses it, TemporaryError where nobody knows whether it
        arrived or where it may be accepted later: the same call again finds out.
        """
        ...


def posted_before(answer: PublicAnswer, own: Iterable[PostedAnswer]) -> PostedAnswer | None:
    """Return the first of our own posts in the thread that is this answer; ``own`` comes in any order."""
    words, earliest = same_words(answer.text), answer.since - SLACK
    found = (each for each in own if each.post not in answer.known and each.at >= earliest)
    return min((each for each in found if same_words(each.text) == words), key=_age, default=None)


def same_words(text: str) -> str:
    """Return a text as it is compared: platforms may change its blank space and how letters are coded."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _age(posted: PostedAnswer) -> tuple[datetime, str]:
    return posted.at, posted.post
