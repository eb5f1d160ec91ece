"""``python -m benchmarks.fetching [--write FILE]``: requests and time to read a forum of 2,000 posts.

Three readers go over the same servers on loopback: Kulanz for the first time, Kulanz again after a
few replies, and a naive reader that asks for every thread. Times are without the pause of a second
between requests that is kept by default: with it, a read takes as many seconds as requests.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from kulanz.sources.connecting import LIVE
from kulanz.sources.connectors import connector_named
from kulanz.sources.fetching import Fetch, Outcome
from kulanz.sources.store import SourceStore
from kulanz.sources.store.store import Store
from kulanz.testing.reading import Reading

THREADS: Final = 200
POSTS: Final = 2_000
REPLIES: Final = 10
_TESTS: Final = Path(__file__).parents[1] / "tests"
_TIMES: Final = 20
"""A single post or delivery is measured so often; its time is the median."""


@dataclass(frozen=True, slots=True)
class Place:
    """A forum that can be read; ``reply(count)`` writes into so many threads."""

    title: str
    connector: str
    url: str
    reply: Callable[[int], None]
    deliver: Callable[[], Any] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One read: of what, by whom, at what cost."""

    place: str
    read: str
    requests: int
    seconds: float
    posts: int


class Reader:
    """Reads one place into a store, with the connector that a fetch would use."""

    def __init__(self, place: Place, store: SourceStore) -> None:
        self.place = place
        self.store = store
        self.reading = Reading(make=connector_named(place.connector).make, address=place.url)

    def fetch(self, read: str) -> Row:
        """Read all lanes to their ends."""
        before, begin = self.reading.http.requests, time.perf_counter()
        run = self._run()
        return self._row(read, self.reading.http.requests - before, begin, run.new_posts)

    def polled(self) -> Row:
        """Write a post and read what is new, until it is in the store; the time is that of the median."""
        times, before = [], self.reading.http.requests
        for _ in range(_TIMES):
            self.place.reply(1)
            begin = time.perf_counter()
            assert self._run((LIVE,)).new_posts == 1
            times.append(time.perf_counter() - begin)
        requests = self.reading.http.requests - before
        return Row(self.place.title, "one post, polled until stored", requests // _TIMES, median(times), 1)

    def naive(self) -> Row:
        """Ask for every known thread, as a reader must that does not look at lists."""
        run = self.store.begin(datetime.now(UTC))
        threads = [each.thread_id for each in self.store.candidates(run)]
        before, begin = self.reading.http.requests, time.perf_counter()
        pages = self.reading.connector(self.store).reread(threads)
        posts = {each.post.post_id for page in pages for each in page.posts}
        return self._row("naive: every thread", self.reading.http.requests - before, begin, len(posts))

    def delivered(self) -> Row:
        """Take webhooks, each until what it tells of is in the store; the time is that of the median."""
        from discourse_site import SECRET  # noqa: PLC0415 - the forum for tests is no package
        from kulanz.sources.receivers.discourse import DiscourseReceiver  # noqa: PLC0415
        from kulanz.sources.web.secrets import Secret  # noqa: PLC0415

        receiver, times, before = DiscourseReceiver(Secret(SECRET)), [], self.reading.http.requests
        for _ in range(_TIMES):
            assert self.place.deliver is not None
            delivery = self.place.deliver()
            begin = time.perf_counter()
            self._keep(receiver.receive(delivery).rereads)
            times.append(time.perf_counter() - begin)
        requests = self.reading.http.requests - before
        return Row(self.place.title, "one webhook, until stored", requests // _TIMES, median(times), 1)

    def _keep(self, thread_ids: tuple[str, ...]) -> None:
        connector, now = self.reading.connector(self.store), datetime.now(UTC)
        number = self.store.begin(now)
        for page in connector.reread(thread_ids):
            self.store.keep(
                page,
                run=number,
                lane=None,
                grace=connector.grace,
                problems=self.reading.problems,
                now=now,
                requests=0,
            )

    def _run(self, lanes: tuple[str, ...] | None = None) -> Outcome:
        run = Fetch(
            store=self.store,
            connector=self.reading.connector(self.store),
            http=self.reading.http,
            now=lambda: datetime.now(UTC),
            random=Random(1),  # noqa: S311 - the same draw every time
            problems=self.reading.problems,
            lanes=lanes,
        ).run()
        if run.error is not None:
            raise run.error
        return run

    def _row(self, read: str, requests: int, begin: float, posts: int) -> Row:
        return Row(self.place.title, read, requests, time.perf_counter() - begin, posts)


@contextmanager
def discourse() -> Iterator[Place]:
    """The forum that stands in for Discourse in the tests."""
    from discourse_site import SiteServer, community  # noqa: PLC0415

    with SiteServer(community(THREADS, POSTS // THREADS)) as server:
        topics = list(server.site.topics.values())

        def reply(count: int) -> None:
            for topic in topics[:: len(topics) // count][:count]:
                server.site.reply(topic, "kunde_3", "Bei mir ist es genauso.")

        def deliver() -> Any:
            reply(1)
            return server.site.deliveries[-1]

        yield Place("Discourse (stand-in)", "discourse", server.url, reply, deliver)


@contextmanager
def misago() -> Iterator[Place | None]:
    """A real Misago, where ``scripts/install-test-servers`` has installed it."""
    import servers  # noqa: PLC0415 - the servers for tests are no package of the project

    module, home = servers.server("misago"), servers.home("misago")
    if not module.installed(home):
        yield None
        return
    with module.start(home) as site:
        site.fill(THREADS, POSTS - THREADS)
        own = [site.open(f"Frage {number}", "Wer weiß Rat?").thread_id for number in range(REPLIES)]

        def reply(count: int) -> None:
            for thread_id in own[:count]:
                site.post(thread_id, "Bei mir ist es genauso.")

        yield Place(f"Misago {module.VERSION}", "misago", site.url, reply)


def measured(place: Place) -> Iterator[Row]:
    """Yield a row per read of one place."""
    with TemporaryDirectory(prefix="kulanz-fetching-") as folder, Store(Path(folder)) as store:
        reader = Reader(place, store.source(place.connector))
        yield reader.fetch("full")
        reader.fetch("settle")
        yield reader.fetch("again, nothing new")
        place.reply(REPLIES)
        yield reader.fetch(f"again, {REPLIES} replies")
        yield reader.naive()
        if place.deliver is not None:
            yield reader.delivered()
        yield reader.polled()


def main() -> int:
    """Measure what is installed, print the table, write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fetching", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table to a Markdown file")
    arguments = parser.parse_args()
    sys.path.insert(0, str(_TESTS))
    rows: list[Row] = []
    with discourse() as place:
        rows += measured(place)
    with misago() as found:
        rows += measured(found) if found is not None else ()
    text = _page(rows)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    return 0


def _page(rows: list[Row]) -> str:
    lines = [
        "# Requests and time of a fetch",
        "",
        "Made by `python -m benchmarks.fetching --write docs/fetching.md`, with servers on loopback that",
        f"hold {POSTS:,} posts in {THREADS} threads. A full read is the first one, with both lanes; the",
        "naive reader asks for every thread, which it must do each time to see what is new. Times include",
        "storing, and no pause between requests: with the pause of a second that is kept by default, a read",
        "takes as many seconds as requests. No Discourse server could be run: its figures are those of the",
        "forum that stands in for it in the tests. They count requests; the seconds are not Discourse's own.",
        "A polled post waits for the next run besides: with `--follow 60` half a minute on average.",
        f"Misago holds {REPLIES} threads of one post more, in which the replies are written.",
        "",
        "| forum | read | requests | seconds | posts |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.place} | {row.read} | {row.requests} | {row.seconds:.2f} | {row.posts:,} |" for row in rows
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
