"""``python -m benchmarks.chaos [--kills 100] [--database SQLite] [--seed 1]``: kill -9 over the whole system.

A desk is under load: posts are pushed and fetched, people at the API promise, hold dunning, answer by
mail and moderate, billing confirms, the public log grows. Meanwhile its web process and its two workers are
killed, each at times of chance, and started again. At the end it comes to rest, and must hold what it was
given: nothing lost, nothing doubled, the findings those of a desk to which nothing happened.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from benchmarks.chaos.running import Outcome, outcome, scene, settle, under_load  # noqa: E402
from benchmarks.desk import RATES  # noqa: E402

WORKERS = 2


@contextmanager
def address(database: str) -> Iterator[Mapping[str, str]]:
    """A fresh database; on PostgreSQL what was committed is on the disk."""
    if database == "SQLite":
        yield {}
        return
    import servers  # noqa: PLC0415 - servers for tests are no package

    with servers.server("postgres").start(servers.home("postgres")) as cluster:
        yield {"DATABASE_URL": cluster.create("chaos")}


def killed(database: str, kills: int, seed: int) -> Outcome:
    """Kill processes of a desk under load, and say what became of it."""
    with address(database) as settings, scene(settings, WORKERS) as found:
        begin = time.monotonic()
        with under_load(found):
            found.crew.kill_at_random(kills, seed)
        seconds = time.monotonic() - begin
        settle(found)
        return outcome(found, seconds)


def told(database: str, seed: int, found: Outcome) -> str:
    """What became of a desk, in lines."""
    kills = ", ".join(f"{count} of {name}" for name, count in sorted(found.kills.items()))
    counts = ", ".join(f"{count:,} {name}" for name, count in found.counts.items())
    lines = [
        f"{database}, seed {seed}: {sum(found.kills.values())} kills ({kills}) in {found.seconds:.0f} s",
        f"held at the end: {counts}",
        f"tries without an answer: {found.unanswered}; mails that came twice: {found.doubled_mails}",
        *found.notes,
        f"wrong: {len(found.wrong)}",
        *(f"  {each}" for each in found.wrong[:50]),
    ]
    return "\n".join(lines)


def main() -> int:
    """Kill, check, print what came of it; fail where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--database", choices=tuple(RATES), default="SQLite")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    found = killed(arguments.database, arguments.kills, arguments.seed)
    print(told(arguments.database, arguments.seed, found))
    return int(bool(found.wrong))


if __name__ == "__main__":
    sys.exit(main())
