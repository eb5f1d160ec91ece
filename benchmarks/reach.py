"""``python -m benchmarks.reach [--quick] [--write docs/reach.md]``; status 1 where a bound is missed.

Each community is measured in a process of its own. Only sums over all accounts are printed.
"""

from __future__ import annotations

import argparse
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kulanz.core.contributions import contributions, merged
from kulanz.core.network import EXACT_UP_TO, Contacts, Network, NetworkReach
from kulanz.core.network.addressing import KINDS
from kulanz.core.posts import sort_key
from kulanz.core.standing import standing
from kulanz.sources import read

CORPORA: Final = Path(__file__).parents[2] / "shared/corpora"
ARCHIVES: Final = {
    "Urho3D, its whole forum": CORPORA / "archives/urho3d_discourse_topics.tar.xz",
    "a company's community": CORPORA / "threads/community_stream.jsonl.xz",
}
GENERATED: Final = ((200_000, 2_000_000), (1_000_000, 20_000_000))
AT_MOST: Final = 8 * 2**30
MOST_ERRORS: Final = 3.0
_POWER: Final = 0.75
_SEED: Final = 20060914
_ASKED: Final = 20
_NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
_CHUNK: Final = 1_000_000
_DAYS: Final = 730

Within = NDArray[np.int64]
Reaches = dict[str, NetworkReach]


class Community(NamedTuple):
    """A source, a moment, and the names of some accounts."""

    contacts: Contacts
    now: datetime
    some: list[str]


class Found(Struct, frozen=True, kw_only=True):
    """What was measured of one community; seconds are processor times, ``peak`` is bytes.

    ``median`` and ``highest`` are those of the accounts' reach over the hops. ``bias`` and ``error`` compare
    the estimate with the exact count, mean and root mean square of the relative difference, over the
    ``asked`` accounts that have contacts. ``stated`` is the error that the estimate itself states.
    """

    accounts: int
    contacts: int
    pairs: int
    seconds: dict[str, float]
    peak: int
    median: list[float]
    highest: list[int]
    bias: list[float]
    error: list[float]
    asked: int
    stated: float


class Watch:
    """Processor time, part by part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.process_time()

    def lap(self, part: str) -> None:
        """End a part."""
        now = time.process_time()
        self.seconds[part] = now - self._since
        self._since = now


def main() -> int:
    """Measure, print the page, write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reach", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out the largest community")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page to a Markdown file")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        sys.stdout.buffer.write(msgspec.json.encode(_measured(arguments.one)))
        return 0
    found = {name: _apart(name) for name in _names(quick=arguments.quick)}
    text = "\n".join(_page(found)) + "\n"
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    return int(not all(_met(one) for one in found.values()))


def _names(*, quick: bool) -> Iterator[str]:
    yield from (name for name, path in ARCHIVES.items() if path.exists())
    yield from (f"{accounts}x{contacts}" for accounts, contacts in GENERATED[: 1 if quick else None])


def _apart(name: str) -> Found:
    command = [sys.executable, "-m", "benchmarks.reach", "--one", name]
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    return msgspec.json.decode(done.stdout, type=Found)


def _measured(name: str) -> Found:
    watch = Watch()
    community = _archive(ARCHIVES[name], watch) if name in ARCHIVES else _generated(name, watch)
    contacts = len(community.contacts)
    network = community.contacts.network(community.now)
    watch.lap("network")
    network.reach(community.some[0])
    watch.lap("PageRank and cores")
    estimates = dict(network.reaches(_SEED, exact_up_to=0))
    watch.lap("estimate")
    exact = _exact(network, community.some)
    watch.lap("exact" if len(exact) == network.accounts else f"exact for {len(exact)}")
    everybody = exact if len(exact) == network.accounts else estimates
    return _compared(network, contacts, estimates, exact, _table(everybody.values()), watch)


def _exact(network: Network, some: list[str]) -> Reaches:
    """Everybody's reach where that is reckoned exactly, else that of some."""
    if network.accounts <= EXACT_UP_TO:
        return dict(network.reaches(_SEED))
    return {account: found for account in some if (found := network.reach(account))}


def _compared(
    network: Network, contacts: int, estimates: Reaches, exact: Reaches, table: Within, watch: Watch
) -> Found:
    asked = [account for account, one in exact.items() if one.within[0]]
    off = _table(estimates[account] for account in asked) / _table(exact[account] for account in asked) - 1
    return Found(
        accounts=network.accounts,
        contacts=contacts,
        pairs=network.pairs,
        seconds=watch.seconds,
        peak=_peak(),
        median=np.median(table, axis=0).tolist(),
        highest=table.max(axis=0).tolist(),
        bias=off.mean(axis=0).tolist(),
        error=np.sqrt((off**2).mean(axis=0)).tolist(),
        asked=len(asked),
        stated=estimates[asked[0]].error,
    )


def _table(reaches: Iterable[NetworkReach]) -> Within:
    return np.array([one.within for one in reaches])


def _archive(path: Path, watch: Watch) -> Community:
    posts = sorted(read([path]), key=sort_key)
    threads = [list(thread) for _, thread in groupby(posts, key=lambda post: post.thread_id)]
    now = max(post.created_at for post in posts if post.created_at)
    watch.lap("read")
    people = merged(contributions(thread) for thread in threads)
    for one in people.values():
        standing(one, now)
    watch.lap("standing")
    contacts = Contacts()
    for thread in threads:
        contacts.add_thread(thread)
    watch.lap("gather")
    writers = [account for account, one in people.items() if one.spoke is None]
    return Community(contacts, now, writers[:_ASKED])


def _generated(name: str, watch: Watch) -> Community:
    """Givers and receivers drawn with a weight of rank**-0.75, over the last two years."""
    accounts, count = (int(number) for number in name.split("x"))
    chance = np.random.default_rng(_SEED)
    heaped = np.cumsum(np.arange(1, accounts + 1) ** -_POWER)
    names = [f"account-{number}" for number in chance.permutation(accounts).tolist()]
    times = [_NOW - timedelta(days=day) for day in range(_DAYS)]
    contacts = Contacts()
    for account in names:
        contacts.add_account(account)
    for start in range(0, count, _CHUNK):
        size = min(_CHUNK, count - start)
        pairs = np.searchsorted(heaped, chance.random((2, size)) * heaped[-1]).tolist()
        kinds, days = chance.integers(0, len(KINDS), size).tolist(), chance.integers(0, _DAYS, size).tolist()
        for giver, receiver, kind, day in zip(*pairs, kinds, days, strict=True):
            contacts.add(names[giver], names[receiver], KINDS[kind], times[day])
    watch.lap("gather")
    return Community(
        contacts, _NOW, [names[rank] for rank in np.geomspace(1, accounts - 1, _ASKED).astype(int)]
    )


def _peak() -> int:
    """The most memory this process held, in bytes."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return 1024 * int(line.split()[1])


def _met(found: Found) -> bool:
    return found.peak <= AT_MOST and max(map(abs, found.bias)) <= MOST_ERRORS * found.stated


def _page(found: dict[str, Found]) -> Iterator[str]:
    yield from (
        "# Reach within four hops",
        "",
        "Made by `python -m benchmarks.reach --write docs/reach.md`.",
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}; processor times",
        "of one core, each community in a process of its own, memory the peak of the whole process.",
        "",
        "The archives are real and are read as of their last post; only sums over all accounts are shown.",
        "The generated communities draw both sides of every contact with a weight of rank to the power of",
        "-0.75 (how many contacts an account has follows a power law with the exponent 2.3), over two years.",
        "What the figures mean: [standing and reach](explanation/standing-and-reach.md).",
        "",
        "| Community | Accounts | Contacts | Pairs that count | Seconds | Peak memory | |",
        "|---|---|---|---|---|---|---|",
    )
    yield from (_time_row(name, one) for name, one in found.items())
    yield from (
        "",
        f"Asked: at most {AT_MOST // 2**30} GiB, and a mean error of at most {MOST_ERRORS:.0f} times the",
        "stated one.",
        "",
        "The estimate against the exact count, over all accounts that have contacts, or over some of them",
        "where the community is too large to count everybody's. Accounts that reach mostly the same people",
        "err alike, so that the mean does not vanish.",
        "",
        "| Community | Compared | Hops | Median reach | Highest | Mean error | Root mean square | Stated |",
        "|---|---|---|---|---|---|---|---|",
    )
    for name, one in found.items():
        yield from _hop_rows(name, one)


def _title(name: str) -> str:
    if name in ARCHIVES:
        return name
    return "generated, {:,} accounts".format(int(name.partition("x")[0]))


def _time_row(name: str, found: Found) -> str:
    parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in found.seconds.items())
    cells = (
        *(_title(name), f"{found.accounts:,}", f"{found.contacts:,}", f"{found.pairs:,}"),
        *(parts, f"{found.peak / 2**20:,.0f} MiB", "met" if _met(found) else "**missed**"),
    )
    return f"| {' | '.join(cells)} |"


def _hop_rows(name: str, found: Found) -> Iterator[str]:
    rows = zip(found.median, found.highest, found.bias, found.error, strict=True)
    for hop, (median, highest, bias, error) in enumerate(rows, start=1):
        stated = found.stated if hop > 1 else 0.0
        yield (
            f"| {_title(name)} | {found.asked:,} | {hop} | {median:,.0f} | {highest:,} | {bias:+.2%} "
            f"| {error:.2%} | {stated:.2%} |"
        )


if __name__ == "__main__":
    sys.exit(main())
