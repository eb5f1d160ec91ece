"""``python -m benchmarks.growth [--posts N ...] [--write docs/desk-growth.md]``: what grows with an archive.

For each size a desk on PostgreSQL keeps an archive of so many posts (``benchmarks.archive``); then posts are
pushed, pages are asked for, and what is five years old is removed, over HTTP and one after the other, with no
worker beside. Every time is also told as a multiple of that with the first size.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import quote

from benchmarks.busy import Busy
from benchmarks.desk import _SECRET, _WORD, Sender, Visitor, _renamed, conversations, probe

SIZES: Final = (100_000, 1_000_000, 10_000_000)
VISITS: Final = 15
DELIVERIES: Final = 30
A_DELIVERY: Final = 100
SLICES: Final = 4
_PROBES: Final = 20
_ROOT: Final = Path(__file__).parents[1]
_PAGES: Final[Mapping[str, str]] = {
    "radar": "/",
    "radar, said at any time": "/?days=0",
    "issues": "/issues",
    "accounts": "/people?accounts=1",
    "alarms": "/alerts",
    "sources": "/sources",
    "numbers for monitoring": "/metrics",
    "search: a word that every third post has": "/search?q=ich&kind=posts",
    "search: a word of one in a thousand": "/search?q=Zipfwort100&kind=posts",
    "search: a word of a few posts": "/search?q=Zipfwort123456&kind=posts",
    "search: a frequent word and a rare one": f"/search?q={quote('ich Zipfwort1234')}&kind=posts",
    "search: a word that nobody wrote": "/search?q=Donaudampfschiff&kind=posts",
    "search: the beginning of every other word": "/search?q=zipf&kind=posts",
}

_HEAD: Final = """\
# What grows with an archive

Made by `python -m benchmarks.growth{given} --write docs/desk-growth.md` on PostgreSQL;
{cores} cores, shared by all. Each size is an archive of five years, one conversation in twenty a complaint.
Times are medians of {visits} requests over HTTP, one after the other; "times" compares the last size with the
first. A delivery holds {delivery} new posts. Removing what is too old takes 500 conversations a slice. Others
took {others} cores meanwhile.

| what | {sizes} | times |
|---|{lines}---|
"""


@dataclass(frozen=True, slots=True)
class Grown:
    """How long everything takes with so many posts, in seconds, and how large the database is, in bytes."""

    posts: int
    size: int
    seconds: Mapping[str, float]
    others: float


def measured(posts: int, server: str) -> Grown:
    """Fill a database of a server with so many posts, unless they are there, and measure."""
    with _desk(posts, server) as (desk, key):
        _filled(desk, posts)
        busy, sender, visitor = Busy(), Sender(desk.url, key), Visitor(desk.url)
        seconds = {f"a delivery of {A_DELIVERY} posts": _pushed(sender)}
        for number in range(_PROBES):
            sender.push(probe(number))
        desk.act("work")
        for name, path in _PAGES.items():
            seconds[name] = median(visitor.see(path)[1] for _ in range(VISITS))
        threads = desk.act("some_threads", str(VISITS))
        seconds["conversation"] = median(visitor.see(f"/threads/{pk}")[1] for pk in threads)
        seconds["removing, a slice"] = median(desk.act("remove_old", str(SLICES)))
        return Grown(posts, desk.act("database_size"), seconds, busy.others())


@contextmanager
def _desk(posts: int, server: str) -> Iterator[tuple[Any, str]]:
    from desk_site import desk_site  # noqa: PLC0415 - servers for tests are no package

    database = {"DATABASE_URL": _created(server, f"load_{posts}")}
    with (
        TemporaryDirectory(prefix="kulanz-growth-") as folder,
        desk_site(Path(folder), settings=database) as desk,
    ):
        if "alice" not in desk.act("members"):
            desk.act("people", _WORD)
        yield desk, desk.act("source", "push", f"load {time.time_ns()}", _SECRET)


def _created(server: str, name: str) -> str:
    import psycopg  # noqa: PLC0415 - needs the extra postgres
    from psycopg import sql  # noqa: PLC0415

    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.rpartition("/")[0] + f"/{name}"


def _filled(desk: Any, posts: int) -> None:
    env = {**desk.surroundings, "PYTHONPATH": os.pathsep.join([str(_ROOT / "src"), str(_ROOT)])}
    command = [sys.executable, "-m", "benchmarks.archive", str(posts)]
    subprocess.run(command, cwd=_ROOT, env=env, check=True)  # noqa: S603 - our own program


def _pushed(sender: Sender) -> float:
    """Push conversations that are new every time, and return what a delivery takes."""
    prefix = f"{time.time_ns()}"
    new = (_renamed(post, prefix) for post in conversations())
    return median(sender.push(list(islice(new, A_DELIVERY))) for _ in range(DELIVERIES))


@contextmanager
def _server() -> Iterator[str]:
    """A PostgreSQL with as much memory as a small server gives it."""
    import servers  # noqa: PLC0415 - servers for tests are no package

    with servers.server("postgres").start(servers.home("postgres")) as cluster:
        yield cluster.url()


def main() -> int:
    """Measure, print the table, write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--posts", type=int, nargs="+", default=SIZES)
    parser.add_argument("--server", help="a database of a PostgreSQL of yours, which makes others beside it")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table to a Markdown file")
    arguments = parser.parse_args()
    sys.path.insert(0, str(_ROOT / "tests"))
    if arguments.server:
        grown = [measured(posts, arguments.server) for posts in arguments.posts]
    else:
        with _server() as server:
            grown = [measured(posts, server) for posts in arguments.posts]
    text = _page(grown, arguments.posts)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    return 0


def _page(grown: Sequence[Grown], posts: Sequence[int]) -> str:
    given = "" if tuple(posts) == SIZES else " --posts " + " ".join(map(str, posts))
    head = _HEAD.format(
        given=given,
        cores=os.cpu_count(),
        visits=VISITS,
        delivery=A_DELIVERY,
        others=", ".join(f"{each.others:.1f}" for each in grown),
        sizes=" | ".join(f"{each.posts:,} posts" for each in grown),
        lines="---|" * len(grown),
    )
    sizes = [each.size / 2**30 for each in grown]
    rows = ["| size of the database | " + " | ".join(f"{size:.1f} GiB" for size in sizes)]
    rows[0] += f" | {sizes[-1] / sizes[0]:.0f} |"
    for name in grown[0].seconds:
        times = [each.seconds[name] for each in grown]
        shown = " | ".join(f"{seconds:.3f} s" for seconds in times)
        rows.append(f"| {name} | {shown} | {times[-1] / times[0]:.1f} |")
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
