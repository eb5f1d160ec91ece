"""How far a file was read, so that a read goes on behind it although the file has grown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from msgspec import Struct

from kulanz.core.posts import Post
from kulanz.sources.mailthreads import Namesake
from kulanz.sources.web.client import Validators

CHUNK: Final = 200


class Progress(Struct, frozen=True, kw_only=True):
    """So many messages of a file were read; ``digest`` tells whether they still stand there.

    ``validators`` are the server's when the file was read to its end.
    """

    count: int = 0
    digest: str = ""
    at_end: bool = False
    validators: Validators | None = None


class Place(Struct, frozen=True, kw_only=True):
    """The cursor: every file's progress, and since when a public-inbox is to be searched.

    ``owing`` says that more came in than its feed showed, so that the search is asked again.
    """

    files: dict[str, Progress] = {}
    namesakes: list[Namesake] = []
    since: datetime | None = None
    owing: bool = False


def first_unread(posts: Sequence[Post], begun: Progress) -> int:
    """Return where to go on: behind what was read, or at 0 where a message is missing before that."""
    return begun.count if _digest(posts[: begun.count]) == begun.digest else 0


def chunks(
    posts: Sequence[Post], start: int, validators: Validators | None
) -> Iterator[tuple[Sequence[Post], Progress]]:
    """Yield posts from ``start`` on, at least once, and the progress behind them."""
    for place in range(start, len(posts), CHUNK) or (start,):
        end = min(place + CHUNK, len(posts))
        at_end = end == len(posts)
        yield (
            posts[place:end],
            Progress(
                count=end,
                digest=_digest(posts[:end]),
                at_end=at_end,
                validators=validators if at_end else None,
            ),
        )


def _digest(posts: Sequence[Post]) -> str:
    ids = sha256()
    for post in posts:
        ids.update(post.post_id.encode("utf-8", "replace") + b"\n")
    return ids.hexdigest()
