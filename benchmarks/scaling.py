"""``python -m benchmarks.scaling [--write docs/scaling.md]``: how costs of main operations grow with size.

Each is measured at four sizes, each twice as large as the one before. The exponent is the slope of the line
through the logarithms; only growth faster than is asked makes status 1.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
import numpy as np
from msgspec.structs import replace

from benchmarks.enlarging import write_enlarged
from benchmarks.machine import processor
from benchmarks.scans import STREAM
from kulanz.api import make_analyser
from kulanz.batch import scan
from kulanz.cli.replaying import replayed
from kulanz.core.analysis import threads_of
from kulanz.core.contributions import contributions, merged
from kulanz.core.decision import Policy
from kulanz.core.features import Vectorizer
from kulanz.core.network import Contacts
from kulanz.core.posts import Post, sort_key
from kulanz.core.reading import ThreadReader
from kulanz.core.spread import spread_tree
from kulanz.core.staff import StaffRules
from kulanz.core.standing import standing
from kulanz.learning.threads import Judged, ThreadSettings, fit, labelled_rows
from kulanz.models import load
from kulanz.sources import read
from kulanz.sources.sample_community import sample_folder

_SEED: Final = 20260301
_BEGAN: Final = datetime(2026, 3, 1, tzinfo=UTC)
_RUNS: Final = 3
_SIZES: Final = 4
_TOLERANCE: Final = 0.2
_LINEAR: Final = 1.1
_LOGARITHMIC: Final = 1.3
_ISSUES: Final = 10
_LINKED: Final = 50
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Operation:
    """What is measured, how the smallest size is called and counted, and the exponent that it may have.

    ``prepared`` returns what is timed, and the size it really has.
    """

    name: str
    unit: str
    smallest: int
    at_most: float
    prepared: Callable[[int, Path], tuple[Callable[[], object], int]]


@dataclass(frozen=True, slots=True)
class Growth:
    """Sizes, processor seconds at each, and the exponent that fits them."""

    operation: Operation
    sizes: list[int]
    seconds: list[float]
    exponent: float


def main() -> int:
    """Measure, print the page, write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page to a Markdown file")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="kulanz-scaling-") as folder:
        found = [_told(_measured(operation, Path(folder))) for operation in OPERATIONS]
    text = "\n".join(_page(found)) + "\n"
    print(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    return int(not all(map(_met, found)))


def _told(found: Growth) -> Growth:
    print(_row(found), file=sys.stderr, flush=True)
    return found


def _measured(operation: Operation, folder: Path) -> Growth:
    sizes, seconds = [], []
    for step in range(_SIZES):
        work, size = operation.prepared(operation.smallest << step, folder)
        seconds.append(min(_timed(work) for _ in range(_RUNS)))
        sizes.append(size)
    slope, _ = np.polyfit(np.log(sizes), np.log(seconds), 1)
    return Growth(operation, sizes, seconds, float(slope))


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def _archive(posts: int, folder: Path) -> Path:
    path = folder / f"{posts}.jsonl"
    if not path.exists():
        source = [STREAM if STREAM.exists() else sample_folder() / "threads"]
        write_enlarged(sorted(read(source), key=sort_key), posts, path)
    return path


def _posts(posts: int, folder: Path) -> list[Post]:
    return sorted(read([_archive(posts, folder)]), key=sort_key)


def _reading(size: int, folder: Path) -> tuple[Callable[[], object], int]:
    path = _archive(size, folder)
    return lambda: sum(1 for _ in read([path])), size


def _converting(size: int, folder: Path) -> tuple[Callable[[], object], int]:
    path = _archive(size, folder)

    def convert() -> None:
        with (folder / "converted.jsonl").open("wb") as file:
            file.writelines(_encode(post) + b"\n" for post in read([path]))

    return convert, size


def _scanning(size: int, folder: Path) -> tuple[Callable[[], object], int]:
    path = _archive(size, folder)

    def scanned() -> None:
        with scan([path], partial(make_analyser)) as result:
            for _ in result:
                pass

    return scanned, size


def _replaying(size: int, _folder: Path) -> tuple[Callable[[], object], int]:
    thread = _thread(size)
    analyser = make_analyser(None)
    return lambda: replayed(thread, analyser, Policy(), lambda _done, _of: None), size


def _thread(size: int) -> list[Post]:
    """A thread of any length, of the sample's most debated one over and over."""
    posts = sorted(read([sample_folder() / "threads" / "4711.jsonl"]), key=sort_key)
    return [
        replace(
            posts[number % len(posts)],
            post_id=f"4711-{number}",
            author_id=f"a{number % 97}",
            created_at=_BEGAN + timedelta(minutes=number),
            reply_to=None,
        )
        for number in range(size)
    ]


def _spreading(size: int, folder: Path) -> tuple[Callable[[], object], int]:
    posts = _posts(size, folder)
    first = posts[0].thread_id
    address = "https://forum.example/t/1"
    known = [replace(post, thread_url=address) if post.thread_id == first else post for post in posts]
    linked = [
        replace(post, links=(address,)) if not (number + 1) % _LINKED else post
        for number, post in enumerate(known)
    ]
    return lambda: spread_tree(first, lambda: iter(linked), None), size


def _standing(size: int, folder: Path) -> tuple[Callable[[], object], int]:
    threads = list(threads_of(_posts(size, folder)))

    def everybody() -> None:
        for one in merged(map(contributions, threads)).values():
            standing(one, _BEGAN)

    return everybody, size


def _gathering(size: int, folder: Path) -> tuple[Callable[[], object], int]:
    threads = list(threads_of(_posts(size, folder)))
    return partial(_contacts, threads), size


def _reaching(size: int, folder: Path) -> tuple[Callable[[], object], int]:
    contacts = _contacts(list(threads_of(_posts(size, folder))))

    def reaches() -> None:
        for _ in contacts.network(_BEGAN).reaches(_SEED, exact_up_to=0):
            pass

    return reaches, size


def _contacts(threads: Sequence[Sequence[Post]]) -> Contacts:
    contacts = Contacts()
    for thread in threads:
        contacts.add_thread(thread)
    return contacts


def _training(size: int, folder: Path) -> tuple[Callable[[], object], int]:
    """What is learned does not matter here, so every tenth thread is called an issue."""
    posts = _posts(8 * size, folder)
    threads = [list(group) for _, group in groupby(posts, key=lambda post: post.thread_id)][:size]
    judged = {
        thread[0].thread_id: Judged(2 * (number % _ISSUES == 0), thread[-1].post_id)
        for number, thread in enumerate(threads)
    }
    models = load()
    reader = ThreadReader(Vectorizer(models.grams, models.vectors), models.head, StaffRules())
    return lambda: fit(labelled_rows(reader, threads, judged), ThreadSettings()), len(threads)


OPERATIONS: Final = (
    Operation("reading JSONL", "posts", 12_500, 1.0, _reading),
    Operation("converting to JSONL", "posts", 12_500, 1.0, _converting),
    Operation("a scan", "posts", 12_500, 1.0, _scanning),
    Operation("replay of one thread", "posts of it", 50, 2.0, _replaying),
    Operation("who took it up from whom", "posts", 12_500, 1.0, _spreading),
    Operation("standing of everybody", "posts", 12_500, 1.0, _standing),
    Operation("gathering who is in contact", "posts", 12_500, 1.0, _gathering),
    Operation("network reach of everybody", "posts", 12_500, 1.0, _reaching),
    Operation("training the thread model", "threads", 250, 1.0, _training),
)


def _met(found: Growth) -> bool:
    return found.exponent <= found.operation.at_most + _TOLERANCE


def _named(exponent: float) -> str:
    if exponent <= _LINEAR:
        return "linear" if exponent > 1 - _TOLERANCE else "less than linear: fixed costs still show"
    return "about n log n" if exponent <= _LOGARITHMIC else f"about n to the power of {exponent:.1f}"


def _row(found: Growth) -> str:
    operation = found.operation
    sizes = f"{found.sizes[0]:,} to {found.sizes[-1]:,} {operation.unit}"
    seconds = ", ".join(f"{each:.2g}" for each in found.seconds)
    a_unit = 1e6 * found.seconds[-1] / found.sizes[-1]
    return (
        f"| {operation.name} | {sizes} | {seconds} | {a_unit:,.0f} | {found.exponent:.2f} |"
        f" {_named(found.exponent)} | {operation.at_most:.0f} | {'met' if _met(found) else '**missed**'} |"
    )


def _page(found: Sequence[Growth]) -> Iterator[str]:
    yield from (
        "# Growth with size",
        "",
        "Made by `python -m benchmarks.scaling --write docs/scaling.md`:",
        f"Python {platform.python_version()}, one of {os.cpu_count()} cores of {processor()}.",
        "",
        f"Each operation at {_SIZES} sizes, each twice the one before: processor seconds, least of {_RUNS}.",
        "The exponent is the slope through the logarithms of sizes and seconds: 1 is linear, 2 quadratic.",
        "A replay asks the rules about every prefix of the thread, of long threads about 400 of them.",
        "",
        "| Operation | Sizes | Seconds | µs a unit at the largest | Exponent | So it is | Asked: at most | |",
        "|---|---|---|---|---|---|---|---|",
    )
    yield from map(_row, found)


if __name__ == "__main__":
    sys.exit(main())
