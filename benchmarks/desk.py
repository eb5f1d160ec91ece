"""``python -m benchmarks.desk [--seconds 300] [--write FILE]``: a desk under load, as its visitors see it.

Posts are pushed over HTTP at a steady rate to a desk that ``kulanz serve`` runs. Every few seconds a
conversation is pushed that ends on the radar, and the radar is asked until it is there: that is the time
from push to radar. Other visitors ask for pages meanwhile. At the end every acknowledged post must be in
the database. Then pages and search are asked with many posts in the database. What a page takes is also
told as a multiple of what it takes the same desk at rest, or with few posts: that can be compared elsewhere.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import count, islice
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, Final
from urllib.parse import quote
from urllib.request import Request, urlopen

import msgspec

from benchmarks.busy import Busy
from kulanz.core.posts import Post
from kulanz.sources import read
from kulanz.sources.sample_community import sample_folder

RATES: Final = {"SQLite": 50, "PostgreSQL": 200}
WORKERS: Final = {"SQLite": 1, "PostgreSQL": 2}
DELIVERIES_A_SECOND: Final = 5
PROBE_EVERY_S: Final = 5.0
PROBE_POSTS: Final = 16
ASK_EVERY_S: Final = 0.25
PATIENCE_S: Final = 300.0
VISITS: Final = 60
WORDS: Final = ("ich", "mahnung", "die mahnung", "rechnung", "forum antwort", "passwort", "vertrag kündigen")
PAGES: Final = {
    "radar": "/",
    "radar, said at any time": "/?days=0",
    "issues": "/issues",
    "cases": "/cases",
    "people": "/people",
    "accounts": "/people?accounts=1",
    "alarms": "/alerts",
    "sources": "/sources",
}
_WORD: Final = "a long enough password"
_SECRET: Final = "known to both sides"  # noqa: S105 - of the benchmark
_THREAD: Final = re.compile(r'data-open href="(/threads/\d+)"')
_TESTS: Final = Path(__file__).parents[1] / "tests"

_HEAD: Final = """\
# A desk under load

Made by `python -m benchmarks.desk {given} --write docs/desk-load.md`
on one core of a machine with {cores}: senders, visitors, web server, workers and database share it. Web
server and workers are those of `kulanz serve`. When it began, {busy:.1f} other processes wanted a core; what
others took while a desk ran stands beside its figures.
"""
_LOADED: Final = """\
## Posts pushed at a steady rate

Posts of the sample community come in {deliveries} deliveries a second. Every {every:g} seconds a
conversation of {probe} posts is pushed that ends on the radar; the time from its first byte until the radar
shows it is the time from push to radar, and includes asking for the radar again and again. Pages are the
radar and a conversation; how many times as long as the same pages took when all was done stands beside them.
A delivery waits for the one before it: where less than the rate was reached, the machine had no more to give.

| database | posts a second, reached | for | workers | acknowledged | lost or doubled | push answered, p95 | \
push to radar, p95 | slowest | pages, p95 | p95 at rest, times | rest analysed in | cores that others took |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
{rows}
"""
_FULL: Final = """\
## Pages with {posts:,} posts in the database

{visits} requests each, one after the other, over HTTP. {visits} conversations are new; the others are an
archive, one in twenty of them a complaint, and each round of them has accounts of its own. The search is for
words that between 43 and 0.2 of a hundred posts have, by themselves or two together. "Times" is the median
over that of the same desk before the archive came.

Others took {others} meanwhile.

| database | page | median | times | p95 | slowest |
|---|---|---|---|---|---|
{rows}
"""


@dataclass(slots=True)
class Load:
    """What a run under load showed. Times are in seconds."""

    database: str
    rate: int
    seconds: float
    workers: int
    acknowledged: int = 0
    kept: int = 0
    rest: float = 0.0
    others: float = 0.0
    answers: list[float] = field(default_factory=list)
    radar: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    at_rest: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Full:
    """How long every request took with many posts in the database, by the kind of page; in seconds.

    ``few`` is the same with few posts. ``others`` is how many cores other programs kept busy meanwhile.
    """

    database: str
    few: Mapping[str, Sequence[float]]
    pages: Mapping[str, Sequence[float]]
    others: float


class Sender:
    """Pushes posts to a desk's source."""

    def __init__(self, url: str, key: str) -> None:
        self._address = f"{url}/hooks/{key}/push"
        self.acknowledged = 0

    def push(self, posts: Sequence[Post]) -> float:
        """Push posts in one delivery and return how long it took to be acknowledged."""
        body = b"\n".join(msgspec.json.encode(post) for post in posts)
        headers = {"Authorization": f"Bearer {_SECRET}", "Content-Type": "application/x-ndjson"}
        begin = time.perf_counter()
        with urlopen(Request(self._address, body, headers), timeout=60) as answer:  # noqa: S310 - loopback
            assert answer.status == HTTPStatus.OK, answer.read()
        self.acknowledged += len(posts)
        return time.perf_counter() - begin


class Visitor:
    """Somebody logged in, who asks for pages."""

    def __init__(self, url: str) -> None:
        from kulanz.desk.operating.visiting import Visit  # noqa: PLC0415 - needs the extra desk

        self._visit = Visit(url, url.removeprefix("http://"))
        self._visit.log_in("alice", _WORD)

    def see(self, path: str) -> tuple[str, float]:
        """Return a page and how long it took."""
        begin = time.perf_counter()
        page = self._visit.get(path)
        return page, time.perf_counter() - begin


def conversations() -> Iterator[Post]:
    """The sample community again and again, each round with conversations of its own, up to now."""
    known = _until_now(read([sample_folder() / "threads"]))
    for turn in count():
        yield from (_renamed(post, f"{turn}") for post in known)


def probe(number: int) -> list[Post]:
    """A conversation that ends on the radar, by a title that no other has."""
    first = _until_now(islice(read([sample_folder() / "threads" / "4711.jsonl"]), PROBE_POSTS))
    named = (_renamed(post, f"probe{number}") for post in first)
    return [msgspec.structs.replace(post, thread_title=f"Probe {number}.") for post in named]


def _until_now(posts: Iterable[Post]) -> list[Post]:
    """Move posts in time, so that the last of them is of now: the radar leaves out what is long over."""
    known = list(posts)
    by = datetime.now(UTC) - max(post.created_at for post in known if post.created_at)
    return [
        msgspec.structs.replace(post, created_at=post.created_at and post.created_at + by) for post in known
    ]


def _renamed(post: Post, prefix: str) -> Post:
    return msgspec.structs.replace(
        post,
        thread_id=f"{prefix}-{post.thread_id}",
        post_id=f"{prefix}-{post.post_id}",
        reply_to=post.reply_to and f"{prefix}-{post.reply_to}",
    )


@contextmanager
def running_desk(database: str, workers: int) -> Iterator[tuple[Any, str]]:
    """A desk on a fresh database, with the key of its source for pushes."""
    from desk_site import desk_site  # noqa: PLC0415 - servers for tests are no package

    with (
        TemporaryDirectory(prefix="kulanz-load-") as folder,
        _address(database) as settings,
        desk_site(Path(folder), workers=workers, settings=settings) as desk,
    ):
        desk.act("people", _WORD)
        yield desk, desk.act("source", "push", "load", _SECRET)


@contextmanager
def _address(database: str) -> Iterator[dict[str, str]]:
    if database == "SQLite":
        yield {}
        return
    import servers  # noqa: PLC0415 - servers for tests are no package

    with servers.server("postgres").start(servers.home("postgres")) as cluster:
        yield {"DATABASE_URL": cluster.create("load")}


def under_load(database: str, rate: int, seconds: float, workers: int) -> Load:
    """Push at a steady rate for some time, while visitors look, and wait until everything is analysed."""
    load = Load(database, rate, seconds, workers)
    busy = Busy()
    with running_desk(database, workers) as (desk, key):
        stop = Event()
        main, probes = Sender(desk.url, key), Sender(desk.url, key)
        tasks = [
            Thread(target=push, args=(load, main, stop)),
            Thread(target=_probe, args=(load, probes, Visitor(desk.url), stop)),
            Thread(target=look, args=(load, Visitor(desk.url), stop)),
        ]
        for task in tasks:
            task.start()
        stop.wait(seconds)
        stop.set()
        for task in tasks:
            task.join()
        begin = time.perf_counter()
        counts = settled(desk)
        load.rest = time.perf_counter() - begin
        load.kept, load.acknowledged = counts["posts"], main.acknowledged + probes.acknowledged
        visitor = Visitor(desk.url)
        load.at_rest = [seconds for _ in range(VISITS // 2) for seconds in _look_once(visitor)]
    load.others = busy.others()
    return load


def push(load: Load, sender: Sender, stop: Event) -> None:
    """Send a delivery at each tick; one that is late is made up for, so that the rate holds."""
    posts = conversations()
    begin = time.perf_counter()
    for number in count(1):
        if stop.wait(max(0.0, begin + number / DELIVERIES_A_SECOND - time.perf_counter())):
            return
        load.answers.append(sender.push(list(islice(posts, load.rate // DELIVERIES_A_SECOND))))


def _probe(load: Load, sender: Sender, visitor: Visitor, stop: Event) -> None:
    for number in count():
        begin = time.perf_counter()
        sender.push(probe(number))
        # the words that were looked for stand in the form too: the title must be that of a row
        while f">Probe {number}.</a>" not in visitor.see(f"/?words=Probe+{number}.")[0]:
            assert time.perf_counter() - begin < PATIENCE_S, f"probe {number} does not come to the radar"
            time.sleep(ASK_EVERY_S)
        load.radar.append(time.perf_counter() - begin)
        if stop.wait(max(0.0, begin + PROBE_EVERY_S - time.perf_counter())):
            return


def look(load: Load, visitor: Visitor, stop: Event, every: float = 1.0) -> None:
    """Look at the radar and at one conversation, again and again, so many seconds apart."""
    while not stop.wait(every):
        load.pages.extend(_look_once(visitor))


def _look_once(visitor: Visitor) -> Iterator[float]:
    page, seconds = visitor.see("/")
    yield seconds
    for path in _threads_in(page)[:1]:
        yield visitor.see(path)[1]


def _threads_in(page: str) -> list[str]:
    return _THREAD.findall(page)


def settled(desk: Any) -> dict[str, int]:
    end = time.perf_counter() + PATIENCE_S
    while (counts := desk.act("counts"))["waiting"] and time.perf_counter() < end:
        time.sleep(1.0)
    assert not counts["waiting"], f"{counts['waiting']} threads still wait for analysis"
    return dict(counts)


def with_many_posts(database: str, posts: int) -> Full:
    """Ask for pages with so many posts in the database, one visitor at a time."""
    busy = Busy()
    with running_desk(database, workers=0) as (desk, key):
        sender = Sender(desk.url, key)
        for number in range(VISITS):
            sender.push(probe(number))
        desk.act("work")
        few = dict(_visited(Visitor(desk.url)))
        desk.act("enlarge", str(posts))
        pages = dict(_visited(Visitor(desk.url)))
    return Full(database, few, pages, busy.others())


def _visited(visitor: Visitor) -> Iterator[tuple[str, list[float]]]:
    """Ask for one kind of page after the other; yield how long each request took."""
    paths = _threads_in(visitor.see("/")[0])
    searches = [f"/search?q={quote(words)}&kind=posts" for words in WORDS]
    asked = {name: [path] for name, path in PAGES.items()} | {"conversation": paths, "search": searches}
    for name, places in asked.items():
        yield name, [visitor.see(places[i % len(places)])[1] for i in range(VISITS)]


def p95(seconds: Sequence[float]) -> float:
    """The time that 95 of 100 stay below."""
    return quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]


def main() -> int:
    """Measure, print the tables, write them where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0, help="how long posts are pushed")
    parser.add_argument("--posts", type=int, default=1_000_000, help="posts in the database; 0 leaves it out")
    parser.add_argument("--database", choices=tuple(RATES), action="append", help="by default both")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables to a Markdown file")
    arguments = parser.parse_args()
    sys.path.insert(0, str(_TESTS))
    busy = os.getloadavg()[0]
    databases = arguments.database or list(RATES)
    loads = [
        under_load(each, RATES[each], arguments.seconds, WORKERS[each])
        for each in databases
        if arguments.seconds
    ]
    full = [with_many_posts(each, arguments.posts) for each in databases if arguments.posts]
    tables = [_load_table(loads)] * bool(loads) + [_full_table(full, arguments.posts)] * bool(full)
    text = "\n".join([_head(arguments, busy), *tables])
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    return int(any(load.kept != load.acknowledged for load in loads))


def _head(arguments: argparse.Namespace, busy: float) -> str:
    given = "".join(f" --database {each}" for each in arguments.database or ())
    given = f"--seconds {arguments.seconds:g} --posts {arguments.posts}{given}"
    return _HEAD.format(given=given, cores=os.cpu_count(), busy=busy)


def _load_table(loads: Sequence[Load]) -> str:
    rows = "\n".join(_load_row(load) for load in loads)
    return _LOADED.format(deliveries=DELIVERIES_A_SECOND, every=PROBE_EVERY_S, probe=PROBE_POSTS, rows=rows)


def _load_row(load: Load) -> str:
    cells = (
        load.database,
        f"{load.rate}, {load.acknowledged / load.seconds:.0f} with the conversations",
        f"{load.seconds:g} s",
        str(load.workers),
        f"{load.acknowledged:,}",
        str(abs(load.kept - load.acknowledged)),
        f"{p95(load.answers):.2f} s",
        f"{p95(load.radar):.1f} s",
        f"{max(load.radar):.1f} s",
        f"{p95(load.pages):.2f} s",
        f"{p95(load.pages) / p95(load.at_rest):.1f}",
        f"{load.rest:.0f} s",
        f"{load.others:.1f}",
    )
    return f"| {' | '.join(cells)} |"


def _full_table(full: Sequence[Full], posts: int) -> str:
    others = " and ".join(f"{each.others:.1f} cores ({each.database})" for each in full)
    rows = "\n".join(
        f"| {each.database} | {page} | {median(times):.3f} s | {median(times) / median(each.few[page]):.1f}"
        f" | {p95(times):.3f} s | {max(times):.3f} s |"
        for each in full
        for page, times in each.pages.items()
    )
    return _FULL.format(posts=posts, visits=VISITS, rows=rows, others=others)


if __name__ == "__main__":
    sys.exit(main())
