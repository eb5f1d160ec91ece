"""Makes a large archive from a small one: the same threads again with other words, people and times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from msgspec.structs import replace

from kulanz.core.posts import Post

# one rare word in so many exchanged for another by Zipf's law with this exponent makes distinct
# words grow as in real archives: the more posts, the fewer new ones in each
_EXCHANGED: Final = 6
_ZIPF: Final = 1.4
_SEED: Final = 20260609
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_POOL: Final = 1 << 20
_LAST_RANK: Final = 1 << 40
_encode: Final = msgspec.json.Encoder().encode


def write_enlarged(source: Sequence[Post], posts: int, path: Path) -> None:
    """Write at least so many posts as Kulanz JSONL, ending with a whole thread."""
    with path.open("wb") as file:
        file.writelines(enlarged(source, posts))


def enlarged(source: Sequence[Post], posts: int) -> Iterator[bytes]:
    """Yield at least so many posts as lines of Kulanz JSONL, ending with a whole thread."""
    words = _Words(source)
    threads = [
        [(post, words.cut(post.text)) for post in group]
        for _, group in groupby(source, key=lambda post: post.thread_id)
    ]
    written = copy = 0
    while written < posts:
        thread = threads[copy % len(threads)]
        yield from (_encode(post) + b"\n" for post in _copy(thread, copy, words))
        written += len(thread)
        copy += 1


def _copy(thread: Sequence[tuple[Post, Sequence[str]]], copy: int, words: _Words) -> Iterator[Post]:
    later = timedelta(minutes=copy % 500_000)
    for post, cut in thread:
        yield replace(
            post,
            thread_id=f"{copy}-{post.thread_id}",
            post_id=f"{copy}-{post.post_id}",
            reply_to=post.reply_to and f"{copy}-{post.reply_to}",
            author_id=post.author_id and f"{post.author_id}{copy % 10_000}",
            created_at=post.created_at and post.created_at + later,
            text=words.exchanged(cut),
        )


class _Words:
    """The words of an archive, the frequent ones first, and rarer ones made of two of them."""

    def __init__(self, source: Sequence[Post]) -> None:
        counted: Counter[str] = Counter(word for post in source for word in _WORD.findall(post.text))
        self._known = [word for word, _ in counted.most_common()]
        self._ranks = {word: rank for rank, word in enumerate(self._known)}
        self._frequent = len(self._known) // 20
        self._random = np.random.default_rng(_SEED)
        self._rare = 0
        self._drawn: list[int] = []

    def cut(self, text: str) -> list[str]:
        """The text in pieces, every second of them a rare word; frequent words make the language and stay."""
        pieces, last = [], 0
        for found in _WORD.finditer(text):
            if self._ranks[found.group()] >= self._frequent:
                pieces += [text[last : found.start()], found.group()]
                last = found.end()
        return [*pieces, text[last:]]

    def exchanged(self, pieces: Sequence[str]) -> str:
        """The text of these pieces with some of the rare words exchanged for others."""
        told, rare = list(pieces), len(pieces) // 2
        for word in range(_EXCHANGED - self._rare % _EXCHANGED, rare + 1, _EXCHANGED):
            told[2 * word - 1] = self._word(self._draw())
        self._rare += rare
        return "".join(told)

    def _word(self, rank: int) -> str:
        count = len(self._known)
        if rank < count:
            return self._known[rank]
        first, second = divmod(rank, count)
        return self._known[first % count] + self._known[second].lower()

    def _draw(self) -> int:
        if not self._drawn:
            ranks = self._frequent * (1 + self._random.pareto(_ZIPF - 1, _POOL))
            self._drawn = np.minimum(ranks, _LAST_RANK).astype(np.int64).tolist()
        return self._drawn.pop()
