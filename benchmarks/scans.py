"""``python -m benchmarks.scans [--posts N ...] [--write docs/scans.md]``; status 1 where a bound is missed.

Whole scans within a bound of memory. Posts are made while they are scanned and go through a pipe, so that the
disk holds only what the scan keeps there: about 600 bytes a post, and 300 a thread.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Final

import msgspec
from msgspec import Struct

from benchmarks.enlarging import enlarged, write_enlarged
from benchmarks.machine import processor
from kulanz.api import make_analyser
from kulanz.batch import BatchOptions, Phase, scan, shares
from kulanz.core.analysis import Analyser
from kulanz.core.posts import Post, sort_key
from kulanz.models import load
from kulanz.sources import read
from kulanz.sources.sample_community import sample_folder
from kulanz.testing.engines import digest, long_thread

STREAM: Final = Path(__file__).parents[2] / "shared/corpora/threads/community_stream.jsonl.xz"
GIANT: Final = 1_000_000
MIB: Final = 2**20
_MODEL_POSTS: Final = 30_000
_EVERY: Final = 0.05
_BYTES_A_POST: Final = 700
_PAGE: Final = """# Scans of large archives

Made by `python -m benchmarks.scans --posts {sizes} --write docs/scans.md`; 50 million posts, the size it
was made for, need 36 GB of disk (`--temp-dir`), 10 million 8, one million 2.
{made}, {day}.

Posts are made by another process and come through a pipe. Processor time is that of all processes of the scan,
reading and ranking included; the model alone took {model} µs a post. Memory is the peak of all processes
together, against `--memory`. Scans of the same posts have the same digest. Larger archives are scanned with
all workers only.

| Posts | Threads | Workers | Processor time | Analysis took | Posts/s of a core | Times the model alone | Peak memory | | Digest |
|---|---|---|---|---|---|---|---|---|---|"""  # noqa: E501 - a row of a table is one line
_encode: Final = msgspec.json.Encoder().encode


class Scanned(Struct, frozen=True, kw_only=True):
    """What a scan gave: counts, processor seconds of all its processes, seconds of its analysis, digest."""

    posts: int
    threads: int
    long: int
    processor: float
    analysing: float
    digest: str


class Measured(Struct, frozen=True, kw_only=True):
    """A scan with what it was given, and the peak of its processes' resident memory together, in bytes."""

    asked: int
    giant: bool
    workers: int
    memory: int
    peak: int
    scanned: Scanned


class Clock:
    """Notes when the analysis began."""

    def __init__(self) -> None:
        self.began: float | None = None

    def __call__(self, phase: Phase, done: int, total: int | None) -> None:
        del done, total
        if phase == "analysing" and self.began is None:
            self.began = time.perf_counter()


def main() -> int:
    """Measure, print the page, write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scans", description=__doc__)
    parser.add_argument("--posts", type=int, nargs="+", default=[1_000_000], help="sizes; default: a million")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="the last for every size")
    parser.add_argument("--memory", type=int, default=1024, help="MiB for all processes of a scan")
    parser.add_argument("--temp-dir", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page to a Markdown file")
    parser.add_argument("--one", nargs=2, type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        workers, memory = given.one
        sys.stdout.buffer.write(msgspec.json.encode(_scanned(workers, memory, given.temp_dir)))
        return 0
    _check_disk(max(given.posts), given.temp_dir)
    model = _model_alone()
    found = list(_all(given))
    text = "\n".join(_page(found, model)) + "\n"
    print(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    return int(not all(_met(one) for one in found))


def _all(given: argparse.Namespace) -> Iterator[Measured]:
    for posts in given.posts:
        for workers in given.workers if posts == min(given.posts) else given.workers[-1:]:
            yield _told(_measured(posts, workers, given.memory * MIB, given.temp_dir))
    yield _told(_measured(min(given.posts), 1, given.memory * MIB, given.temp_dir, giant=True))


def _told(found: Measured) -> Measured:
    print(_row(found), file=sys.stderr, flush=True)
    return found


def _check_disk(posts: int, folder: Path) -> None:
    needed, free = _BYTES_A_POST * (posts + GIANT), shutil.disk_usage(folder).free
    if free < needed:
        sys.exit(f"{posts:,} posts need {needed >> 30} GiB in {folder}, which has {free >> 30}")


def _measured(posts: int, workers: int, memory: int, folder: Path, *, giant: bool = False) -> Measured:
    options = ["--one", str(workers), str(memory), "--temp-dir", str(folder)]
    command = [sys.executable, "-m", "benchmarks.scans", *options]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=told, env=environment
        )
        assert process.stdin is not None
        writer = os.fork()
        if not writer:
            _write(posts, process.stdin, giant=giant)
        process.stdin.close()
        peak = _peak(process)
        os.waitpid(writer, 0)
        told.seek(0)
        scanned = msgspec.json.decode(told.read(), type=Scanned)
    return Measured(asked=posts, giant=giant, workers=workers, memory=memory, peak=peak, scanned=scanned)


def _write(posts: int, pipe: IO[bytes], *, giant: bool) -> None:
    """Write all posts in a process of its own, which ends here."""
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    if giant:
        pipe.writelines(_encode(post) + b"\n" for post in long_thread(GIANT))
    pipe.writelines(enlarged(_source(), posts))
    pipe.close()
    os._exit(0)


def _source() -> list[Post]:
    return sorted(read([STREAM if STREAM.exists() else sample_folder() / "threads"]), key=sort_key)


def _peak(process: subprocess.Popen[bytes]) -> int:
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_resident, _family(process.pid))))
        time.sleep(_EVERY)
    if process.returncode:
        sys.exit(f"the scan ended with {process.returncode}")
    return peak


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def _scanned(workers: int, memory: int, folder: Path) -> Scanned:
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    held, partition = shares(memory, workers)
    options = BatchOptions(workers=workers, memory_bytes=held, partition_bytes=partition, temp_dir=folder)
    clock = Clock()
    with scan(["-"], partial(make_analyser), options=options, progress=clock) as result:
        found = digest(result)
        ended = time.perf_counter()
        tally = result.tally
    return Scanned(
        posts=tally.posts, threads=tally.threads, long=tally.long, processor=sum(os.times()[:4]),
        analysing=ended - (clock.began or ended), digest=found,
    )  # fmt: skip


def _model_alone() -> float:
    """Return the processor seconds a post of the analysis alone, of posts that are in memory and in order."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "posts.jsonl")
        write_enlarged(_source(), _MODEL_POSTS, path)
        posts = sorted(read([path]), key=sort_key)
    analyser = Analyser(load())
    began = time.process_time()
    for _ in analyser.reports(posts):
        pass
    return (time.process_time() - began) / len(posts)


def _met(found: Measured) -> bool:
    return found.peak <= found.memory and found.scanned.long == found.giant


def _row(found: Measured, model: float | None = None) -> str:
    scanned = found.scanned
    a_post = scanned.processor / scanned.posts
    times = f"{a_post / model:.2f}" if model else ""
    what = f"{scanned.posts:,}" + (", a million of them in one thread" if found.giant else "")
    seconds, analysing = (timedelta(seconds=round(each)) for each in (scanned.processor, scanned.analysing))
    mark = "met" if _met(found) else "**missed**"
    return (
        f"| {what} | {scanned.threads:,} | {found.workers} | {seconds} |"
        f" {analysing} | {1 / a_post:,.0f} | {times} |"
        f" {found.peak / MIB:,.0f} of {found.memory / MIB:,.0f} MiB | {mark} |"
        f" `{scanned.digest[:12]}` |"
    )


def _page(found: Sequence[Measured], model: float) -> Iterator[str]:
    made = f"Python {platform.python_version()}, {os.cpu_count()} cores of {processor()}"
    sizes = " ".join(str(each) for each in sorted({one.asked for one in found}))
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    yield _PAGE.format(made=made, sizes=sizes, day=day, model=f"{1e6 * model:.0f}")
    yield from (_row(one, model) for one in found)


if __name__ == "__main__":
    sys.exit(main())
