"""The thread as a draft's check sees it: who is answered, what each side wrote, what everybody knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kulanz.core.drafts.draft import Draft
from kulanz.core.drafts.personal import Known
from kulanz.core.errors import CoreError
from kulanz.core.posts import Post

MOST_ASKED: Final = 6
"""Questions are looked for in so many of the customer's posts: the first and the last ones."""

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_NAME_FROM: Final = 3


class DraftError(CoreError, ValueError):
    """A draft that cannot be checked."""


@dataclass(frozen=True, slots=True)
class Talk:
    """The posts in time order, and which of them speak for the company.

    ``asked`` are the posts of the customer whom the draft answers, ``names`` the parts of that
    customer's account name.
    """

    posts: Sequence[Post]
    company: Sequence[bool]
    asked: Sequence[Post]
    names: tuple[str, ...]

    @property
    def customer(self) -> str:
        """What the customer wrote, as far as it is compared with the draft."""
        return "\n".join(post.text for post in self.asked)

    @property
    def staff(self) -> list[Post]:
        return [post for post, ours in zip(self.posts, self.company, strict=True) if ours]

    def answers_after(self, asked: Post) -> list[Post]:
        """The company's posts after one of the customer's."""
        at = self.posts.index(asked)
        later = zip(self.posts[at + 1 :], self.company[at + 1 :], strict=True)
        return [post for post, ours in later if ours and not post.automatic]

    def known(self, draft: Draft) -> Known:
        """What a draft cannot reveal, since everybody in the thread has read it."""
        names = [draft.author or ""]
        for post in self.posts:
            names += [post.author_id or "", *post.mentions]
        return Known(" ".join(names), "\n".join(post.text for post in self.posts))


def talk_of(draft: Draft, posts: Sequence[Post], company: Sequence[bool]) -> Talk:
    """Find who is answered: whom ``reply_to`` names, else who opened the thread, the company apart.

    Raise DraftError where ``reply_to`` is no post of the thread.
    """
    author = _customer(draft, posts, company)
    theirs = [
        post for post, ours in zip(posts, company, strict=True) if not ours and post.author_id == author
    ]
    if len(theirs) > MOST_ASKED:
        theirs = [theirs[0], *theirs[1 - MOST_ASKED :]]
    return Talk(posts, company, theirs, name_parts(author or ""))


def name_parts(author: str) -> tuple[str, ...]:
    """Return the parts of an account name by which its owner may be called."""
    return tuple(part for part in _WORD.findall(author) if len(part) >= _NAME_FROM)


def _customer(draft: Draft, posts: Sequence[Post], company: Sequence[bool]) -> str | None:
    if draft.reply_to is None:
        people = [post for post, ours in zip(posts, company, strict=True) if not ours]
        return people[0].author_id if people else None
    for post in posts:
        if post.post_id == draft.reply_to:
            return post.author_id
    raise DraftError(
        f"reply_to: expected a post of the thread, got {draft.reply_to!r}: name one of its post_ids"
    )
