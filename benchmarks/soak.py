"""A desk's memory under a steady load: ``python -m benchmarks.soak [--hours 2] [--write FILE]``.

Posts are pushed at a steady rate to a desk that ``kulanz serve`` runs, and a visitor looks at its pages.
Every minute the memory that each of its processes has for itself (anonymous, Linux) is read. It is flat where
the line through the second half of the readings does not rise by more than ``AT_MOST`` of itself in an hour.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, mean
from threading import Event, Thread
from typing import Final

from benchmarks.busy import Busy
from benchmarks.desk import RATES, Load, Sender, Visitor, look, p95, push, running_desk, settled

AT_MOST: Final = 0.02
RATE: Final = 20
READ_EVERY_S: Final = 60.0
LOOK_EVERY_S: Final = 10.0
_TESTS: Final = Path(__file__).parents[1] / "tests"
_TEXT: Final = """\
# A desk in the long run

Made by `python -m benchmarks.soak {given} --write docs/soak.md`: {rate} posts
a second pushed for {hours:g} hours to a desk on {database}: {acknowledged:,} in all, {lost} lost or doubled;
a visitor looks at the radar and a conversation every {every:g} seconds. {busy}
Memory is what each process has for itself, read every minute.

| process | after an eighth | after half | at the end | rise in an hour, second half | |
|---|---|---|---|---|---|
{rows}

| | first quarter | last quarter |
|---|---|---|
| push answered, p95 | {first_push:.2f} s | {last_push:.2f} s |
| pages, p95 | {first_page:.2f} s | {last_page:.2f} s |

When the pushing ended, the rest was analysed in {rest:.0f} s.
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """Memory in MiB by process, so many hours after the beginning."""

    hours: float
    memory: Mapping[str, float]


def soak(database: str, hours: float) -> tuple[Load, list[Reading], Busy]:
    """Push, look and read memory for so many hours."""
    load = Load(database, RATE, hours * 3600, workers=1)
    readings: list[Reading] = []
    busy = Busy()
    with running_desk(database, workers=1) as (desk, key):
        stop, sender = Event(), Sender(desk.url, key)
        tasks = [
            Thread(target=push, args=(load, sender, stop)),
            Thread(target=look, args=(load, Visitor(desk.url), stop, LOOK_EVERY_S)),
        ]
        for task in tasks:
            task.start()
        readings.extend(_readings(desk.port, load.seconds))
        stop.set()
        for task in tasks:
            task.join()
        begin = time.perf_counter()
        load.kept, load.acknowledged = settled(desk)["posts"], sender.acknowledged
        load.rest = time.perf_counter() - begin
    return load, readings, busy


def _readings(port: int, seconds: float) -> Iterator[Reading]:
    begin = time.monotonic()
    while (passed := time.monotonic() - begin) < seconds:
        time.sleep(min(READ_EVERY_S, seconds - passed))
        yield Reading((time.monotonic() - begin) / 3600, _memory(port))


def _memory(port: int) -> dict[str, float]:
    """MiB that the processes of the desk at a port have for themselves, by what they do."""
    children: dict[int, list[int]] = defaultdict(list)
    served = None
    for process in map(int, filter(str.isdigit, (each.name for each in Path("/proc").iterdir()))):
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
            stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):
            continue
        children[int(stat.rpartition(")")[2].split()[1])].append(process)
        if b"serve" in words and any(word.endswith(f":{port}".encode()) for word in words):
            served = process if served is None else min(served, process)
    assert served is not None, "the desk has ended"
    workers = children[served]
    return {"web": _anonymous(served)} | {
        f"worker {n}": _anonymous(each) for n, each in enumerate(workers, 1)
    }


def _anonymous(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


def rise(readings: Sequence[Reading], process: str) -> float:
    """How much the memory of a process rises in an hour, as a part of what it has, by the second half."""
    late = readings[len(readings) // 2 :]
    memory = [each.memory[process] for each in late]
    return linear_regression([each.hours for each in late], memory).slope / mean(memory)


def main() -> int:
    """Soak, print what came of it, write it where asked; fail where memory is not flat or a post is lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0, help="how long posts are pushed")
    parser.add_argument("--database", choices=tuple(RATES), default="SQLite")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables to a Markdown file")
    arguments = parser.parse_args()
    sys.path.insert(0, str(_TESTS))
    load, readings, busy = soak(arguments.database, arguments.hours)
    text = _text(load, readings, f"Other programs took {busy.others():.1f} cores meanwhile.")
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    flat = all(rise(readings, process) <= AT_MOST for process in readings[0].memory)
    return int(not flat or load.kept != load.acknowledged)


def _text(load: Load, readings: Sequence[Reading], busy: str) -> str:
    quarters = {name: len(times) // 4 or 1 for name, times in (("push", load.answers), ("page", load.pages))}
    return _TEXT.format(
        given=f"--hours {load.seconds / 3600:g} --database {load.database}",
        rate=load.rate,
        hours=load.seconds / 3600,
        database=load.database,
        acknowledged=load.acknowledged,
        lost=abs(load.kept - load.acknowledged),
        every=LOOK_EVERY_S,
        busy=busy,
        rows="\n".join(_row(readings, process) for process in readings[0].memory),
        first_push=p95(load.answers[: quarters["push"]]),
        last_push=p95(load.answers[-quarters["push"] :]),
        first_page=p95(load.pages[: quarters["page"]]),
        last_page=p95(load.pages[-quarters["page"] :]),
        rest=load.rest,
    )


def _row(readings: Sequence[Reading], process: str) -> str:
    told = (readings[len(readings) // 8], readings[len(readings) // 2], readings[-1])
    memory = " | ".join(f"{each.memory[process]:.0f} MiB" for each in told)
    risen = rise(readings, process)
    return f"| {process} | {memory} | {risen:+.1%} | {'flat' if risen <= AT_MOST else 'rises'} |"


if __name__ == "__main__":
    sys.exit(main())
