"""``python -m benchmarks.public_log_asked [--seconds 20] [--write FILE]``: a public log that many ask for.

A desk writes a log of 10,000 entries. Its files and its pages are then asked for at a steady rate over kept
connections: from nginx with the configuration of the docs, and from the desk itself. A request that could not
be sent in time still counts from when it was due, so that a server which is too slow cannot hide it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from benchmarks.machine import processor
from benchmarks.parts import beginning

ENTRIES: Final = 10_000
RATE: Final = 500
CONNECTIONS: Final = 16
_ALONE: Final = 200
"""So many requests, one after the other, tell what one takes when nobody else asks."""
_PAGES: Final = 100
_PATIENCE_S: Final = 60
_TESTS: Final = Path(__file__).parents[1] / "tests"

_PART: Final = """\
## Asked for by many

Made by `python -m benchmarks.public_log_asked --seconds {seconds:g} --write docs/public-log.md`: a desk
writes {entries:,} entries with a commitment each, and {rate} requests a second are offered for {seconds:g} s
over {connections} kept connections. *Files* are the checkpoint, tiles and bundles of entries by chance,
*pages* `/record` and those of {pages} entries. Nginx has the configuration of
[serve the log](howto/serve-the-log.md); all is asked for once before. A time begins when its request is due,
not when it could be sent. *Times* is a time over that of the median request when one comes after the other.

Client, nginx, desk and database share the {cores} cores ({processor}) with other work: when it began,
{load:.1f} other processes wanted a core.

| what | from | reached a second | failed | not sent in time | alone | median, times | p95, times \
| p99, times | p99 |
|---|---|---|---|---|---|---|---|---|---|
{rows}

The desk reads the log's files without its database, and makes every page anew each time. Where more is asked
for than it reaches here, nginx has to answer.
"""


@dataclass(slots=True)
class Asked:
    """What came of a steady rate of requests. Times are in seconds; ``alone`` is one request's median."""

    what: str
    source: str
    seconds: float
    alone: float = 0.0
    failed: int = 0
    unsent: int = 0
    times: list[float] = field(default_factory=list)


class Visitor:
    """Asks over one kept connection."""

    def __init__(self, address: str) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=_PATIENCE_S)

    def ask(self, path: str) -> bool:
        """Ask for a page or file, read all of it, and return whether it came."""
        try:
            self._connection.request("GET", path)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            self._connection.close()
            return False
        return answer.status == HTTPStatus.OK


def asked(what: str, source: str, address: str, paths: Sequence[str], seconds: float) -> Asked:
    """Ask for each path once, then one after the other, then at a steady rate."""
    found = Asked(what, source, seconds)
    visitor = Visitor(address)
    for path in dict.fromkeys(paths):
        assert visitor.ask(path), f"{source} does not show {path}"
    found.alone = median(_seconds(visitor, path) for path in paths[:_ALONE])
    numbers, begin = count(), time.perf_counter()
    tasks = [
        Thread(target=_keep_asking, args=(found, Visitor(address), paths, numbers, begin))
        for _ in range(CONNECTIONS)
    ]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join()
    found.unsent = round(seconds * RATE) - len(found.times) - found.failed
    return found


def _seconds(visitor: Visitor, path: str) -> float:
    begin = time.perf_counter()
    assert visitor.ask(path)
    return time.perf_counter() - begin


def _keep_asking(
    found: Asked, visitor: Visitor, paths: Sequence[str], numbers: Iterator[int], begin: float
) -> None:
    """Send the next request that is due, until the time is over."""
    for number in numbers:
        due = begin + number / RATE
        if max(due, time.perf_counter()) >= begin + found.seconds:
            return
        time.sleep(max(0.0, due - time.perf_counter()))
        if visitor.ask(paths[number % len(paths)]):
            found.times.append(time.perf_counter() - due)
        else:
            found.failed += 1


def measured(folder: Path, seconds: float) -> Iterator[Asked]:
    """Have a desk write the log, then ask nginx and the desk for files and pages."""
    from desk_site import desk_site  # noqa: PLC0415 - servers for tests are no package

    log = folder / "log"
    settings = {"KULANZ_PUBLIC_PAGES": "yes", "KULANZ_LOG_FOLDER": str(log)}
    with desk_site(folder / "desk", settings=settings) as desk:
        leaves = desk.act("log_of_many", str(ENTRIES))
        files, pages = _files(log), _pages(leaves)
        with _nginx(log, folder / "cache", desk.port) as address:
            yield asked("files", "nginx, from the folder", address, files, seconds)
            yield asked("pages", "nginx, from its cache", address, pages, seconds)
        yield asked("files", "the desk", desk.url, files, seconds)
        yield asked("pages", "the desk", desk.url, pages, seconds)


def _files(log: Path) -> list[str]:
    """As many checkpoints as tiles and as bundles of entries, by chance."""
    draw = Random(1)  # noqa: S311 - the same draw every time
    folders = [
        sorted(path for path in log.glob(f"tile/{kind}/*") if path.is_file()) for kind in ("0", "entries")
    ]
    drawn = [draw.choice(files) for _ in range(RATE) for files in ([log / "checkpoint"], *folders)]
    return [f"/log/{path.relative_to(log).as_posix()}" for path in drawn]


def _pages(leaves: Sequence[str]) -> list[str]:
    """The record and pages of entries in turns."""
    entries = Random(1).sample(leaves, _PAGES)  # noqa: S311 - the same draw every time
    return [path for leaf in entries for path in ("/record", f"/record/{leaf}")]


@contextmanager
def _nginx(log: Path, cache: Path, port: int) -> Iterator[str]:
    """Nginx as the docs have it, for a log's folder and a desk on a port."""
    import servers  # noqa: PLC0415 - servers for tests are no package

    module = servers.server("nginx")
    files, before, pages = module.documented("serve-the-log.md")
    within = (
        (files + pages).replace("/srv/kulanz-log", str(log)).replace("127.0.0.1:8750", f"127.0.0.1:{port}")
    )
    with (
        module.start(servers.home("nginx")) as nginx,
        nginx.serve(within, before.replace("/var/cache/nginx/kulanz", str(cache))) as address,
    ):
        yield address


def main() -> int:
    """Measure, print the part of the page, write it where asked; status 1 where nginx fell behind."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public_log_asked", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each is asked")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the part into a Markdown file")
    arguments = parser.parse_args()
    sys.path.insert(0, str(_TESTS))
    load = os.getloadavg()[0]
    # the package keeps to one core for what is told in processor time; here all of them serve
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    with TemporaryDirectory(prefix="kulanz-asked-") as folder:
        rows = list(measured(Path(folder), arguments.seconds))
    text = _part(rows, arguments.seconds, load)
    print(text)
    if arguments.write:
        arguments.write.write_text(f"{beginning(arguments.write)}\n{text}", encoding="utf-8")
    return int(any(row.failed or row.unsent for row in rows if row.source != "the desk"))


def _part(rows: Sequence[Asked], seconds: float, load: float) -> str:
    return _PART.format(
        seconds=seconds,
        entries=ENTRIES,
        rate=RATE,
        connections=CONNECTIONS,
        pages=_PAGES,
        cores=os.cpu_count(),
        processor=processor(),
        load=load,
        rows="\n".join(map(_row, rows)),
    )


def _row(found: Asked) -> str:
    parts = quantiles(found.times, n=100, method="inclusive")
    cells = (
        found.what,
        found.source,
        f"{len(found.times) / found.seconds:.0f}",
        str(found.failed),
        f"{found.unsent:,}",
        f"{1e3 * found.alone:.2f} ms",
        *(f"{parts[share - 1] / found.alone:.1f}" for share in (50, 95, 99)),
        f"{1e3 * parts[98]:.1f} ms",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
