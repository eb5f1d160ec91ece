"""``python -m benchmarks.burst [--posts 10000] [--write docs/desk-burst.md]``: alarms while too much comes.

A desk on PostgreSQL that ``kulanz serve`` runs is pushed so many posts of calm conversations as fast as it
takes them. From then on, until all is analysed, conversations are pushed one after the other that raise an
alarm; each is timed from its first byte until the list of alarms shows it. The same is timed at rest before.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.busy import Busy
from benchmarks.desk import PATIENCE_S, Sender, Visitor, conversations, p95, probe, running_desk
from kulanz.core.posts import Post

WORKERS: Final = 2
AT_REST: Final = 10
_OF_EACH: Final = 4
_A_DELIVERY: Final = 250
_ASK_EVERY_S: Final = 0.1
_TESTS: Final = Path(__file__).parents[1] / "tests"

_PAGE: Final = """\
# Alarms while too much comes at once

Made by `python -m benchmarks.burst --posts {posts} --write docs/desk-burst.md` on PostgreSQL with
{workers} workers. {posts:,} posts of calm conversations, the first {of_each} of each, are pushed as fast
as the desk takes them. From then on conversations are pushed one after the other that raise an alarm; the
time from the first byte until the list of alarms shows it includes asking again and again. Others took
{others:.1f} cores meanwhile.

| what | measured |
|---|---|
| {posts:,} posts acknowledged in | {pushed:.1f} s |
| a delivery of {delivery} posts answered, p95 | {answered:.2f} s |
| everything analysed, after the last acknowledgement | {settled:.0f} s |
| alarm at rest, median | {rest:.1f} s |
| alarm during the burst, median | {median:.1f} s, {times:.1f} times |
| alarm during the burst, p95 | {p95:.1f} s |
| alarm during the burst, slowest | {slowest:.1f} s of {alarms} |
"""


@dataclass(slots=True)
class Burst:
    """What a burst showed; in seconds. ``alarms`` are those that were pushed while work waited."""

    pushed: float = 0.0
    settled: float = 0.0
    others: float = 0.0
    answers: list[float] = field(default_factory=list)
    rest: list[float] = field(default_factory=list)
    alarms: list[float] = field(default_factory=list)


def measured(posts: int) -> Burst:
    """Push so many posts at once and time alarms until all of them are analysed."""
    found, busy = Burst(), Busy()
    with running_desk("PostgreSQL", WORKERS) as (desk, key):
        sender, visitor, numbers = Sender(desk.url, key), Visitor(desk.url), count()
        found.rest = [_alarm(sender, visitor, next(numbers)) for _ in range(AT_REST)]
        begin = time.perf_counter()
        for delivery in _deliveries(islice(_calm(), posts)):
            found.answers.append(sender.push(delivery))
        found.pushed = time.perf_counter() - begin
        while _waiting(visitor):
            found.alarms.append(_alarm(sender, visitor, next(numbers)))
        found.settled = time.perf_counter() - begin - found.pushed
        kept = desk.act("counts")["posts"]
        assert kept == sender.acknowledged, f"{sender.acknowledged} posts were acknowledged, {kept} are kept"
    found.others = busy.others()
    return found


def _calm() -> Iterator[Post]:
    """The beginnings of conversations."""
    seen: dict[str, int] = {}
    for post in conversations():
        seen[post.thread_id] = seen.get(post.thread_id, 0) + 1
        if seen[post.thread_id] <= _OF_EACH:
            yield post


def _deliveries(posts: Iterable[Post]) -> Iterator[Sequence[Post]]:
    left = iter(posts)
    while delivery := list(islice(left, _A_DELIVERY)):
        yield delivery


def _alarm(sender: Sender, visitor: Visitor, number: int) -> float:
    """Push a conversation that raises an alarm, and return how long that takes."""
    begin = time.perf_counter()
    sender.push(probe(number))
    while f">Probe {number}.<" not in visitor.see("/alerts")[0]:
        assert time.perf_counter() - begin < PATIENCE_S, f"probe {number} raises no alarm"
        time.sleep(_ASK_EVERY_S)
    return time.perf_counter() - begin


def _waiting(visitor: Visitor) -> int:
    """How many conversations wait for their analysis, as the desk's metrics tell."""
    lines = visitor.see("/metrics")[0].splitlines()
    return next(int(float(line.split()[1])) for line in lines if line.startswith("kulanz_threads_stale "))


def _page(found: Burst, posts: int) -> str:
    figures: dict[str, Any] = {
        "posts": posts,
        "workers": WORKERS,
        "of_each": _OF_EACH,
        "delivery": _A_DELIVERY,
        "others": found.others,
        "pushed": found.pushed,
        "answered": p95(found.answers),
        "settled": found.settled,
        "rest": median(found.rest),
        "median": median(found.alarms),
        "times": median(found.alarms) / median(found.rest),
        "p95": p95(found.alarms),
        "slowest": max(found.alarms),
        "alarms": len(found.alarms),
    }
    return _PAGE.format(**figures)


def main() -> int:
    """Measure, print the page, write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.burst", description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table to a Markdown file")
    arguments = parser.parse_args()
    sys.path.insert(0, str(_TESTS))
    text = _page(measured(arguments.posts), arguments.posts)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
