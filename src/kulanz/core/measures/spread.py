"""How a thread points outward: links, 'via' mentions, and posts that amplify it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final
from urllib.parse import urlsplit

from kulanz.core.measures.columns import Columns, floats, indices, running_count
from kulanz.core.posts import Post
from kulanz.core.thread import Floats

READ: Final = 4000

# not "via mail": an address, an account, or the bracket in which bloggers name their source
_VIA: Final = re.compile(r"(?:\(|^)via[ :]+@?\w|\bvia[ :]+(?:@\w|https?:|[\w-]+\.\w{2})", re.MULTILINE)
_PUBLICITY: Final = re.compile(
    r"blog|presse|zeitung|journalist|redaktion|medien|reporter|newspaper|\bpress\b|social media|twitter|tweet"
    r"|mastodon|reddit|facebook|linkedin|youtube|hacker news|verbraucherschutz"
    r"|konsumentensch|consumer protection",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Spread:
    """How the posts point outward.

    ``outside_links``: links to other hosts than the thread's so far; ``hosts``: distinct ones.
    ``via``: posts so far that name a source with "via" (an address, an account, or in brackets).
    ``amplifiers``: posts of people so far that carry the matter to a public: they speak of a blog, the
    press or a network and threaten or link there, or link outside with "via". An article that opens its own
    page is such a place itself and carries nothing there. The tuples hold the indices of such posts.
    """

    outside_links: Floats
    hosts: Floats
    via: Floats
    amplifiers: Floats
    outside_posts: tuple[int, ...]
    via_posts: tuple[int, ...]
    amplifier_posts: tuple[int, ...]


def spread(c: Columns) -> Spread:
    """Measure how a thread points outward."""
    hosts = _outside_hosts(c)
    via = ["via" in post.text and bool(_VIA.search(post.text[:READ])) for post in c.posts]
    speakers = [not staff and not _is_article(post) for post, staff in zip(c.posts, c.company, strict=True)]
    rows = zip(c.posts, speakers, c.yes["threat"], hosts, via, strict=True)
    amplifies = [
        speaks and (bool(links and named) or bool((threat or links) and _public(post)))
        for post, speaks, threat, links, named in rows
    ]
    seen: set[str] = set()
    return Spread(
        outside_links=_running_sum([len(links) for links in hosts]),
        hosts=_running_sum([_add_new(seen, links) for links in hosts]),
        via=running_count(via),
        amplifiers=running_count(amplifies),
        outside_posts=indices(map(bool, hosts)),
        via_posts=indices(via),
        amplifier_posts=indices(amplifies),
    )


def _outside_hosts(c: Columns) -> list[list[str]]:
    """The hosts of each post's links, without those the thread itself has been seen at."""
    if not any(post.links for post in c.posts):
        return [[]] * len(c)
    own: set[str] = set()
    found = []
    for post in c.posts:
        own.update(_host(url) for url in (post.url, post.thread_url) if url)
        found.append(
            [host for host in map(_host, post.links) if host and host not in own] if post.links else []
        )
    return found


@lru_cache(maxsize=4096)
def _host(url: str) -> str:
    """The host of a URL without 'www.'; empty if it has none or cannot be read."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _is_article(post: Post) -> bool:
    """Whether a post is the page it stands on, as articles of blogs, news and feeds are."""
    return post.url is not None and post.url == post.thread_url and post.post_id == post.thread_id


def _public(post: Post) -> bool:
    return any(_PUBLICITY.search(text) for text in (post.text[:READ], *post.links))


def _add_new(seen: set[str], hosts: list[str]) -> int:
    before = len(seen)
    seen.update(hosts)
    return len(seen) - before


def _running_sum(values: list[int]) -> Floats:
    return floats(list(accumulate(values)))
