"""A source as it is followed in use: a connector, a store, and what changed between two looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from kulanz import read_jsonl
from kulanz.core.posts import Post
from kulanz.sources.connectors import connector_named
from kulanz.sources.fetching import Fetch, Outcome
from kulanz.sources.revisions import Revision
from kulanz.sources.store import Store
from kulanz.testing.reading import Reading


class Following:
    """Follows one address into a folder; made again on the same folder it goes on.

    ``ahead`` is how much later it is here than on the server.
    """

    def __init__(self, name: str, address: str, folder: Path, **secrets: str) -> None:
        self.ahead = timedelta(0)
        self.reading = Reading(
            make=connector_named(name).make, address=address, secrets=secrets, now=self._now
        )
        self.store = Store(folder)
        self.source = self.store.source(f"{name}:{address}")

    def look(self) -> list[Revision]:
        """Read all lanes, and return the changes that this found."""
        before = len(self.source.revisions())
        self.fetch()
        return self.source.revisions()[before:]

    def look_again(self, *thread_ids: str) -> list[Revision]:
        """Read threads again, and return the changes that this found."""
        before = len(self.source.revisions())
        connector = self.reading.connector(self.source)
        run = self.source.begin(self._now())
        for page in connector.reread(thread_ids):
            self.source.keep(
                page,
                run=run,
                lane=None,
                grace=connector.grace,
                problems=self.reading.problems,
                now=self._now(),
            )
        return self.source.revisions()[before:]

    def fetch(self) -> Outcome:
        """Read all lanes; raise what ended the run early."""
        outcome = Fetch(
            store=self.source,
            connector=self.reading.connector(self.source),
            http=self.reading.http,
            now=self._now,
            random=Random(1),
            problems=self.reading.problems,
        ).run()
        if outcome.error is not None:
            raise outcome.error
        return outcome

    def posts(self) -> dict[str, Post]:
        """What is kept and shown, by id."""
        self.store.export()
        return {post.post_id: post for post in read_jsonl(self.store.posts_file)}

    def _now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def kinds(revisions: list[Revision]) -> list[tuple[str, str | None]]:
    """What happened to what."""
    return [(each.kind, each.post_id) for each in revisions]
