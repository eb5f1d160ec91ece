"""Who speaks for the company: what is given, what is configured, what a text gives away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kulanz.core.posts import Post

VOICE_FROM: Final = 3.0

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class StaffRules:
    """What the user says about her company.

    ``names`` are account names or names of the company: an author called exactly so, or a
    name with "team", "support", "service" or "care" beside it, is staff. ``domains`` are
    mail domains: an author whose address ends in one is staff. ``accounts`` are account names
    and nothing else, whatever they look like.
    """

    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Sequence[str]) -> StaffRules:
        """Sort what the user gave into names and domains: a domain has a dot and no space."""
        domains = tuple(item.lower().lstrip("@") for item in given if "." in item and " " not in item)
        names = tuple(item.lower() for item in given if "." not in item or " " in item)
        return cls(names, domains)

    def names_author(self, author: str) -> bool:
        """Whether an account name belongs to the company."""
        lowered = author.lower()
        if lowered in self.names or lowered in self.accounts:
            return True
        if any(_in_domain(lowered, domain) for domain in self.domains):
            return True
        return any(name in lowered and _is_desk(lowered) for name in self.names)


def _in_domain(address: str, domain: str) -> bool:
    host = address.rpartition("@")[2] if "@" in address else ""
    return host == domain or host.endswith("." + domain)


def _is_desk(author: str) -> bool:
    return any(word in author for word in ("team", "support", "service", "care"))


def given_staff(posts: Sequence[Post], rules: StaffRules) -> Bools:
    """Posts whose author is staff by role or by the user's rules."""
    if rules == StaffRules():
        return np.fromiter((post.role == "staff" for post in posts), bool, len(posts))
    return np.fromiter(
        (post.role == "staff" or rules.names_author(post.author_id or "") for post in posts), bool, len(posts)
    )


def inferred_staff(posts: Sequence[Post], given: Bools, voice: NDArray[np.float32]) -> Bools:
    """Posts of unmarked authors who have written in the company's voice, from that post on.

    ``voice`` holds log odds of the company's voice. A given role always counts for more. An
    opener never counts: who opens a thread with a grievance may quote the company at length.
    """
    inferred = np.zeros(len(posts), bool)
    if not (voice > VOICE_FROM).any():
        return inferred
    speakers: set[str | None] = set()
    opener = posts[0].author_id
    for number, post in enumerate(posts):
        author = post.author_id
        if given[number] or author is None or author == opener or post.role is not None:
            continue
        if voice[number] > VOICE_FROM:
            speakers.add(author)
        inferred[number] = author in speakers
    return inferred
