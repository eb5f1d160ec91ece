"""``python -m benchmarks.spark [--posts N] [--write docs/spark.md]``: Spark beside the local engine.

Every scan runs in a process of its own; all of them must give the same digest. Needs PySpark and Java: the
extra ``spark``, or what scripts/install-test-servers brings.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from benchmarks.enlarging import write_enlarged
from benchmarks.machine import processor
from kulanz.core.posts import sort_key
from kulanz.sources import read
from kulanz.sources.sample_community import sample_folder

POSTS: Final = 100_000
_MASTERS: Final = {
    "Spark, 1 executor core": "local-cluster[1,1,1024]",
    "Spark, 2 executors with a core each": "local-cluster[2,1,1024]",
    "Spark, 2 executors with two cores each": "local-cluster[2,2,1024]",
}
_SERVER: Final = Path(__file__).parents[1] / ".servers" / "spark"
_HEAD: Final = """# Scans on Spark

Made by `python -m benchmarks.spark --posts N --write docs/spark.md`: {posts} posts of the sample
community, enlarged, on {cores} cores of {processor}.
Times are those of a clock; `start` is Spark's own, before anything is read, and `scan` includes the start of
Python in the executors. More executor cores than the machine has can only show that they do no harm.

| engine | start | scan | posts/s | times the local engine |
|---|---|---|---|---|
"""
_DIFFERENT: Final = "**The digests differ.**\n"
_SCAN: Final = """
import json, sys, time
from contextlib import nullcontext
from functools import partial
from kulanz.api import make_analyser
from kulanz.batch import scan, spark
from kulanz.testing.engines import digest

path, master = sys.argv[1:]
began = time.perf_counter()
session = spark.session(master) if master else None
ready = time.perf_counter()
factory = partial(make_analyser, company=())
result = spark.scan_paths(session, [path], factory) if master else scan([path], factory)
with result:
    found = digest(result)
    done = time.perf_counter()
    times = {"start": ready - began, "seconds": done - ready}
    print(json.dumps({**times, "digest": found, "posts": result.tally.posts}))
if session is not None:
    session.stop()
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One scan: seconds until the session was there, seconds of the scan; both as a clock measures them."""

    start: float
    seconds: float
    digest: str
    posts: int


def main() -> int:
    """Measure, print the page, write it where asked; status 1 where two engines say different things."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spark", description=__doc__)
    parser.add_argument(
        "--posts", type=int, default=POSTS, metavar="N", help=f"size of the archive [{POSTS}]"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page to a Markdown file")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, range(os.cpu_count() or 1))  # executors have all the cores there are
    with TemporaryDirectory(prefix="kulanz-benchmarks-") as folder:
        archive = Path(folder) / "archive.jsonl"
        write_enlarged(sorted(read([sample_folder() / "threads"]), key=sort_key), arguments.posts, archive)
        runs = dict(_runs(archive))
    text = _page(runs)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    return int(len({run.digest for run in runs.values()}) > 1)


def _page(runs: dict[str, Run]) -> str:
    local = next(iter(runs.values()))
    rows = [
        f"| {name} | {run.start:.0f} s | {run.seconds:.0f} s | {run.posts / run.seconds:,.0f} "
        f"| {run.seconds / local.seconds:.1f} |"
        for name, run in runs.items()
    ]
    return (
        _HEAD.format(posts=f"{local.posts:,}", cores=os.cpu_count(), processor=processor())
        + "\n".join(rows)
        + "\n\n"
        + ("All gave the same digest.\n" if len({run.digest for run in runs.values()}) == 1 else _DIFFERENT)
    )


def _runs(archive: Path) -> Iterator[tuple[str, Run]]:
    yield "local engine, 1 process", _run(archive, "")
    for name, master in _MASTERS.items():
        yield name, _run(archive, master)


def _run(archive: Path, master: str) -> Run:
    zips = map(str, (_SERVER / "pyspark/python/lib").glob("py4j-*.zip"))
    paths = [os.environ.get("PYTHONPATH", ""), str(_SERVER), *zips]
    surroundings = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    command = [sys.executable, "-W", "ignore", "-c", _SCAN, str(archive), master]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=surroundings)  # noqa: S603 - ours
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Run)


if __name__ == "__main__":
    sys.exit(main())
