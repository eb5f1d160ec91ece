"""Do tests notice? ``python -m benchmarks.mutation core|tlog|rules [--sample 120] [--seed 1]``.

Changes one place inside a function of a pure package and asks whether a test fails. A process forks to learn
which test passes which line; another imports all, and forks for each change to run the tests that pass its
line, the shortest first, until one fails. Too much time or memory counts as a failure. Test files that name
the desk's database, and what is reckoned while a module is imported, are left out.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any, Final

import msgspec
import pytest
from hypothesis import Phase, settings
from msgspec import Struct

from benchmarks.mutants import Mutant, mutants

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = {
    "core": ("src/kulanz/core", "tests/core"),
    "tlog": ("src/kulanz/tlog", "tests/tlog"),
    "rules": ("src/kulanz/desk/rules", "tests/desk"),
}
DATABASE: Final = {"db", "transactional_db"}
OPTIONS: Final = (
    *("-q", "-s", "-p", "no:cacheprovider", "--hypothesis-seed=0"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # Hypothesis is imported before the first fork
)
MOST_SECONDS: Final = 10.0
LEAST_SECONDS: Final = 5.0
MOST_MEMORY: Final = 8 * 2**30

Place = tuple[Mutant, list[str]]
Wanted = dict[int, Place]


class Passed(Struct):
    """How long a test took, whether it succeeded, and which lines it passed, by file."""

    seconds: float = 0.0
    succeeded: bool = False
    lines: dict[str, set[int]] = msgspec.field(default_factory=lambda: defaultdict(set))


class Learning:
    """A plugin of pytest: which lines of a folder does each test pass."""

    def __init__(self, folder: Path) -> None:
        self.tests: dict[str, Passed] = defaultdict(Passed)
        self._prefix = f"{folder}/"
        self._now = Passed().lines

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not DATABASE & set(getattr(item, "fixturenames", ()))]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._now = self.tests[nodeid].lines
        sys.settrace(self._entered)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = self.tests[report.nodeid]
        test.seconds += report.duration
        test.succeeded |= report.when == "call" and report.passed

    def _entered(self, frame: FrameType, *_: object) -> Any:
        return self._line if frame.f_code.co_filename.startswith(self._prefix) else None

    def _line(self, frame: FrameType, *_: object) -> Any:
        self._now[frame.f_code.co_filename].add(frame.f_lineno)
        return self._line


class Trying:
    """A plugin of pytest: once all is imported, a fork for each change; writes down what became of it."""

    def __init__(self, wanted: Wanted, learnt: dict[str, Passed], kept: Path, minutes: float) -> None:
        self._wanted, self._learnt, self._kept = wanted, learnt, kept
        self._until = time.monotonic() + 60 * minutes

    def pytest_configure(self) -> None:
        """A failure is not made smaller: that there is one says enough."""
        settings.register_profile("first", parent=settings(), phases=[Phase.explicit, Phase.generate])
        settings.load_profile("first")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        functions = _functions()
        for number, (mutant, tests) in self._wanted.items():

            def run(mutant: Mutant = mutant, tests: list[str] = tests) -> int:
                for code in mutant.codes():
                    for one in functions[code.co_filename, code.co_qualname, code.co_firstlineno]:
                        one.__code__ = code
                return self._first_failure(session, [items[name] for name in tests])

            if time.monotonic() > self._until:
                break
            with self._kept.open("a") as file:
                file.write(f"{number} {_forked(run)}\n")
        return True

    def _first_failure(self, session: pytest.Session, items: list[pytest.Item]) -> int:
        for item, following in zip(items, [*items[1:], None], strict=True):
            signal.setitimer(signal.ITIMER_PROF, LEAST_SECONDS + self._learnt[item.nodeid].seconds)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return 1
        return 0


def main() -> int:
    """Learn, sample, run, print; always 0, since a change may say nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    parser.add_argument("package", choices=PACKAGES)
    parser.add_argument("--sample", type=int, default=120, help="about how many changes")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--minutes", type=float, default=60, help="stop then: the order is by chance")
    parser.add_argument("--learnt", type=Path, metavar="FILE", help="keep here what tests pass, or take it")
    given = parser.parse_args()
    folder, tests = (ROOT / name for name in PACKAGES[given.package])
    with tempfile.TemporaryDirectory() as scratch:
        tempfile.tempdir = os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = scratch
        learnt = _learnt(folder, _files(folder, tests), given.learnt or Path(scratch, "learnt"))
        every = [(one, _tests(one, learnt)) for path in sorted(folder.rglob("*.py")) for one in mutants(path)]
        chosen = _sample([one for one in every if one[1]], given.sample, random.Random(given.seed))  # noqa: S311
        wanted = dict(enumerate(chosen))
        plugin = Trying(wanted, learnt, Path(scratch, "ends"), given.minutes)
        ends = Counter(_ends(wanted, plugin, Path(scratch, "ends")))
    print(f"{len(every)} changes are possible, {sum(bool(one[1]) for one in every)} are passed by a test")
    print(", ".join(f"{count} {end}" for end, count in ends.items()))
    return 0


def _files(folder: Path, tests: Path) -> list[str]:
    """The test files that name the package and never the database."""
    named, kept = (
        re.compile(rf"kulanz\.(desk\.)?{folder.name}\b"),
        re.compile(r"\bdb\b|django_db|\bmembers\b|services"),
    )
    texts = {path: path.read_text("utf-8") for path in sorted(tests.glob("test_*.py"))}
    return [str(path) for path, text in texts.items() if named.search(text) and not kept.search(text)]


def _learnt(folder: Path, files: list[str], kept: Path) -> dict[str, Passed]:
    def learn() -> int:
        plugin = Learning(folder)
        pytest.main([*OPTIONS, *files], [plugin])
        sys.settrace(None)
        return kept.write_bytes(msgspec.json.encode(plugin.tests))

    if not kept.exists():
        _forked(learn)
    return msgspec.json.decode(kept.read_bytes(), type=dict[str, Passed])


def _tests(mutant: Mutant, learnt: dict[str, Passed]) -> list[str]:
    """Those that pass the change, the shortest first, as long as there is time for one change."""
    passes = [name for name, test in learnt.items() if mutant.lines & test.lines.get(str(mutant.path), set())]
    found = sorted((name for name in passes if learnt[name].succeeded), key=lambda name: learnt[name].seconds)
    taken = accumulate(learnt[name].seconds for name in found)
    return [name for name, seconds in zip(found, taken, strict=True) if seconds <= MOST_SECONDS]


def _sample(every: list[Place], size: int, chance: random.Random) -> list[Place]:
    """One of every file at least, and of each as many as is its share; in any order."""
    by_file = defaultdict(list)
    for one in every:
        by_file[one[0].path].append(one)
    shares = {path: max(1, round(len(found) * size / len(every))) for path, found in by_file.items()}
    chosen = [one for path, found in by_file.items() for one in chance.sample(found, shares[path])]
    return chance.sample(chosen, len(chosen))


def _ends(wanted: Wanted, plugin: Trying, kept: Path) -> Iterator[str]:
    files = sorted({name.partition("::")[0] for _, tests in wanted.values() for name in tests})
    _forked(lambda: int(pytest.main([*OPTIONS, *files], [plugin])))
    for line in kept.read_text().splitlines():
        number, failed = map(int, line.split())
        mutant = wanted[number][0]
        if not failed:
            print(
                f"{number}  {mutant.path.relative_to(ROOT)}:{min(mutant.lines)}  {mutant.what}  not noticed"
            )
        yield "noticed" if failed else "not noticed"


def _functions() -> dict[tuple[str, str, int], list[FunctionType]]:
    found = defaultdict(list)
    gc.unfreeze()
    for one in gc.get_objects():
        if isinstance(one, FunctionType):
            code = one.__code__
            found[code.co_filename, code.co_qualname, code.co_firstlineno].append(one)
    gc.freeze()
    return found


def _forked(work: Callable[[], int]) -> int:
    """Work in a process of its own, which says nothing: its status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        silence = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(silence, stream)
        status = min(work(), 1)
    finally:
        os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
