"""``python -m benchmarks [--quick] [--write docs/benchmarks.md]``; status 1 where a bound is missed."""

from __future__ import annotations

import argparse
import lzma
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import drafting, memory, speed, startup
from benchmarks.enlarging import write_enlarged
from kulanz.core.posts import Post, sort_key
from kulanz.sources import read
from kulanz.sources.sample_community import sample_folder

STREAM: Final = Path(__file__).parents[2] / "shared/corpora/threads/community_stream.jsonl.xz"
SIZES: Final = (100_000, 1_000_000, 5_000_000)
_MORE: Final = (
    "The desk has pages of its own: [under load](desk-load.md), [with a large archive](desk-growth.md),",
    "[in a burst](desk-burst.md), [in the long run](soak.md).",
    "",
    "[Scans of 1, 10 and 50 million posts](scans.md) within a bound of memory.",
    "[How operations grow with size](scaling.md).",
    "[Spark beside the local engine](spark.md).",
)
_MIB: Final = 2**20
_RUNS: Final = 3
_CHECKS: Final = 15


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``met`` is None where nothing is asked."""

    what: str
    figures: str
    bound: str = ""
    met: bool | None = None


def main() -> int:
    """Measure, print the table, write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the archive of 5 million posts")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table to a Markdown file")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="kulanz-benchmarks-") as folder:
        rows = list(_rows(Path(folder), SIZES[:-1] if arguments.quick else SIZES))
    text = _page(rows)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    return int(any(row.met is False for row in rows))


def _rows(folder: Path, sizes: tuple[int, ...]) -> Iterator[Row]:
    yield _startup("`kulanz --help`", startup.help_seconds())
    yield _startup("`import kulanz`", startup.import_seconds())
    yield from map(_drafting, (2, 121))
    archive = folder / "archive.jsonl"
    sample = [sample_folder() / "threads"]
    write_enlarged(_posts(sample), SIZES[0], archive)
    yield _speed("the sample community, enlarged", archive, step=2, judged=False)
    if STREAM.exists():
        with lzma.open(STREAM) as packed, archive.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
        yield _speed("community_stream", archive, step=4)
    source = [STREAM] if STREAM.exists() else sample
    name = "community_stream" if STREAM.exists() else "the sample community"
    peaks: list[int] = []
    for size in sizes:
        write_enlarged(_posts(source), size, archive)
        if size == SIZES[1]:
            yield _speed(f"{name}, enlarged", archive, step=20, judged=STREAM.exists())
        yield _memory(archive, peaks)


def _posts(paths: list[Path]) -> list[Post]:
    return sorted(read(paths), key=sort_key)


def _startup(what: str, seconds: float) -> Row:
    bound = startup.AT_MOST
    return Row(
        f"start-up: {what}", f"{seconds:.2f} s of processor time", f"at most {bound} s", seconds <= bound
    )


def _drafting(posts: int) -> Row:
    found = drafting.measured(_CHECKS, posts=posts)
    share = drafting.AT_MOST / found.seconds
    figures = f"{1000 * found.seconds:.0f} ms, {share:.1f} times within what is asked"
    what = f"draft check: {drafting.CHARACTERS:,} characters, after {found.posts} posts"
    return Row(what, figures, f"at most {1000 * drafting.AT_MOST:.0f} ms", found.seconds <= drafting.AT_MOST)


def _speed(what: str, archive: Path, step: int, *, judged: bool = True) -> Row:
    found = speed.measured(archive, _RUNS, step)
    figures = (
        f"scan {found.scan:.0f} µs a post, VADER {found.vader:.0f} µs: "
        f"**{found.ratio:.1f} times** as fast ({1e6 / found.scan:,.0f} posts/s)"
    )
    title = f"speed: {what}, {found.posts:,} posts"
    if not judged:
        return Row(title, figures)
    return Row(title, figures, f"at least {speed.AT_LEAST:.0f} times", found.ratio >= speed.AT_LEAST)


def _memory(archive: Path, peaks: list[int]) -> Row:
    """Compare with the first archive, to whose peak this one's is added."""
    found = memory.measured(archive)
    peaks.append(found.peak)
    ratio = found.peak / peaks[0]
    figures = f"peak {found.peak / _MIB:.0f} MiB, {ratio:.2f} times the first ({found.seconds:,.0f} s)"
    what = f"memory: {found.posts:,} posts"
    return Row(what, figures, f"at most {memory.AT_MOST} times", ratio <= memory.AT_MOST)


def _page(rows: list[Row]) -> str:
    lines = [
        "# Benchmarks",
        "",
        "Made by `python -m benchmarks --write docs/benchmarks.md` (`make bench` prints the same table).",
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, one core.",
        "",
        "A scan reads, sorts, analyses and ranks; VADER only rates the sentiment of the same texts, in",
        "the same process and in turns with the scan, on a regular sample of them. Times are processor",
        f"times, each figure is the median of {_RUNS} runs. Enlarged archives hold threads again with",
        "other rare words, people and times. Only ratios and start-up are judged, the times are those of",
        "the machine. The speed on the sample community is not judged: its posts are short, which VADER",
        "likes, and many of its threads are conflicts, which are examined closely.",
        "",
        "| What | Measured | Asked | |",
        "|---|---|---|---|",
    ]
    lines += [f"| {row.what} | {row.figures} | {row.bound} | {_mark(row)} |" for row in rows]
    lines += ["", *_MORE]
    return "\n".join(lines) + "\n"


def _mark(row: Row) -> str:
    return "" if row.met is None else ("met" if row.met else "**missed**")


if __name__ == "__main__":
    sys.exit(main())
