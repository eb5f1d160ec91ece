"""Looking at a site again and again with a connector, as a store does."""

from __future__ import annotations

from collections.abc import Iterable

from kulanz.sources.connecting import LIVE
from kulanz.sources.sightings import Page, Sighting, ThreadSighting
from kulanz.testing.reading import Notebook, Reading

Seen = tuple[dict[str, Sighting], dict[str, ThreadSighting]]
"""Posts and threads by id, of each the last that was said."""


class Follower:
    """Follows a site from now on, and shows what each look brought."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.notes = Notebook()
        self.look()

    def look(self) -> Seen:
        """What the live lane has found since the last look."""
        return _gathered(self.reading.pages(self.notes, LIVE))

    def look_again(self, thread_id: str) -> Seen:
        """What reading a thread again brings."""
        return _gathered(self.reading.reread(self.notes, [thread_id]))


def _gathered(pages: Iterable[Page]) -> Seen:
    posts: dict[str, Sighting] = {}
    threads: dict[str, ThreadSighting] = {}
    for page in pages:
        posts.update((each.post.post_id, each) for each in page.posts)
        threads.update((each.thread_id, each) for each in page.threads)
    return posts, threads
