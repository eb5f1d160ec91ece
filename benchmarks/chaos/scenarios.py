"""``python -m benchmarks.chaos.scenarios [restart|disk|clock ...]``: of database, disk and clock.

PostgreSQL is restarted, the disk is full, the clock is set. Each happens to a desk under load, which must
go on by itself and hold in the end what it was given. A full disk needs root, for it is a small file system
of its own; a clock that goes wrong needs a C compiler.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from struct import Struct
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.chaos.__main__ import WORKERS, told
from benchmarks.chaos.running import Outcome, Scene, outcome, scene, settle, under_load

STRETCH_S: Final = 12.0
MATTERS: Final = 60
RESTARTS: Final = ("fast", "immediate", "fast", "immediate")
_HOUR: Final = 3600
CLOCKS: Final = (-_HOUR, 0, -23 * _HOUR, 0, _HOUR, 0, 23 * _HOUR, 0)
"""Seconds the clock is off by, one after the other: to be right again is a change back or ahead, too.

Less than a day, after which what is usual at a source is learned anew: findings would not be those of a desk
beside it."""
_DISK: Final = "160m"
_ROOM: Final = 64 * 1024
_CLOCK: Final = Path(__file__).with_name("clock.c")
_OFFSET: Final = Struct("q")


def restart() -> Outcome:
    """PostgreSQL is restarted, in good order and as if it had crashed."""
    import servers  # noqa: PLC0415 - servers for tests are no package

    module = servers.server("postgres")
    with module.start(servers.home("postgres")) as cluster:
        address = cluster.create("chaos")
        # what was committed survives a crash of the server, as it does on a real one
        _sql(module, address, "ALTER DATABASE chaos SET synchronous_commit = on")
        try:
            with scene({"DATABASE_URL": address}, WORKERS, matters=MATTERS) as found:
                return _through(
                    found, [partial(_control, module, cluster, "restart", mode) for mode in RESTARTS]
                )
        finally:
            _control(module, cluster, "stop", "immediate")


def disk() -> Outcome:
    """The disk is full while posts come and people work, and has room again."""
    with _small_disk() as place:
        filler = place / "filler"
        with scene({}, WORKERS, place, matters=MATTERS) as found:
            backup = Path(found.desk.folder) / "backup.zip"
            said: list[str] = []

            def fill() -> None:
                _fill(filler)
                said.append(_backed_up(found, backup))

            result = _through(found, [fill, filler.unlink, fill, filler.unlink])
            result.notes += [f"backup on a full disk: {words}" for words in said]
            return result


def clock() -> Outcome:
    """The clock is set back by an hour and by 23, and ahead, and right again each time."""
    with TemporaryDirectory(prefix="kulanz-clock-") as folder:
        offset, library = Path(folder) / "offset", Path(folder) / "clock.so"
        offset.write_bytes(_OFFSET.pack(0))
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, _CLOCK], check=True)  # noqa: S603, S607 - our own
        wrong = {"LD_PRELOAD": str(library), "CLOCK_OFFSET": str(offset)}
        with scene({}, WORKERS, processes=wrong, matters=MATTERS) as found:
            return _through(found, [partial(_set, offset, to) for to in CLOCKS])


def _through(found: Scene, blows: list[Callable[[], object]]) -> Outcome:
    """Have a desk go through something, a blow after each stretch of time; it must go on after the last."""
    begin = time.monotonic()
    for name in found.crew.names:
        found.crew.start(name)
    with under_load(found):
        for blow in blows:
            time.sleep(STRETCH_S)
            blow()
        time.sleep(STRETCH_S)
        before = len(found.given.pushes.given)
        time.sleep(STRETCH_S)
        going = len(found.given.pushes.given) > before
    rest = found.rest_by_itself()
    seconds = time.monotonic() - begin
    dead = [name for name in found.crew.names if not found.crew.is_alive(name)]
    settle(found)
    result = outcome(found, seconds)
    result.wrong += [f"{name} has ended" for name in dead]
    result.wrong += [] if going else ["after the last blow nothing was taken any more"]
    result.wrong += [] if rest is not None else ["the desk did not come to rest by itself"]
    result.notes.append(f"at rest by itself after {rest or 0:.0f} s")
    return result


def _control(module: Any, cluster: Any, act: str, mode: str) -> None:
    owner = "postgres" if os.geteuid() == 0 else None
    program, log = module._program("pg_ctl"), cluster.data / "log"  # noqa: SLF001
    command = [program, act, "-D", cluster.data, "-m", mode, "-w", "-l", log]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, user=owner, cwd=cluster.data, check=act == "restart", **quiet)  # noqa: S603 - our own program


def _sql(module: Any, address: str, sql: str) -> None:
    command = [module._program("psql"), "-q", "-c", sql, address]  # noqa: SLF001
    subprocess.run(command, check=True, cwd="/")  # noqa: S603 - our own words


@contextmanager
def _small_disk() -> Iterator[Path]:
    with TemporaryDirectory(prefix="kulanz-disk-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", folder], check=True)  # noqa: S603, S607
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)  # noqa: S603, S607


def _fill(filler: Path) -> None:
    """Take all the room there is; what was taken is only given back with the file."""
    with filler.open("ab") as file, suppress(OSError):
        while True:
            file.write(bytes(_ROOM))
            file.flush()


def _backed_up(found: Scene, place: Path) -> str:
    """Try to make a backup; return the status and the last line said."""
    tried = subprocess.run(  # noqa: S603 - our own program
        found.desk.kulanz("backup", str(place)),
        env=found.desk.surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    said = (tried.stdout + tried.stderr).strip().splitlines()
    left = ", and left something behind" if place.exists() else ""
    return f"status {tried.returncode}{left}: {said[-1] if said else ''}"


def _set(offset: Path, to: int) -> None:
    with offset.open("r+b") as file:
        file.write(_OFFSET.pack(to))


SCENARIOS: Final[Mapping[str, Callable[[], Outcome]]] = {"restart": restart, "disk": disk, "clock": clock}


def main() -> int:
    """Go through some scenarios, print what came of each; fail where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos.scenarios", description=__doc__)
    parser.add_argument("scenario", nargs="*", choices=(*SCENARIOS, []), help="by default all")
    failed = False
    for name in parser.parse_args().scenario or SCENARIOS:
        result = SCENARIOS[name]()
        print(told(name, 0, result))
        failed = failed or bool(result.wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
