"""How the sources of a folder are doing: ``kulanz sources``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kulanz.cli.group import printable
from kulanz.cli.options import examples

if TYPE_CHECKING:
    from rich.console import Console

    from kulanz.sources.store import Health

_COLUMNS: Final = ("Source", "State", "Last success", "Lag", "Next run", "Newest post")
_NUMBERS: Final = ("Errors", "Requests", "Posts", "Changes")
_UNITS: Final = (("d", 86_400), ("h", 3600), ("min", 60))
_NONE: Final = "-"


@click.command(epilog=examples("kulanz sources fetched"))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER")
def sources(folder: Path) -> None:
    """Show how the sources are doing that were fetched into FOLDER.

    Lag is how long ago a source's newest was last read to the end. Requests are those of all runs and, in
    brackets, of the last one. A source that is stopped says why below the table.
    """
    from rich.console import Console
    from rich.text import Text

    from kulanz.sources.errors import UnreadableError
    from kulanz.sources.store import Store

    if not Store.is_in(folder):
        raise UnreadableError(f"expected a folder filled by kulanz fetch, found no store in {folder}")
    with Store(folder) as store:
        found = store.sources()
    console = Console(file=sys.stdout)
    _print_table(console, found)
    for health in found:
        for line in _troubles(health):
            console.print(Text(printable(line)), soft_wrap=True)


def _print_table(console: Console, found: list[Health]) -> None:
    from rich.table import Table

    now = datetime.now(UTC)
    table = Table(box=None, header_style="bold")
    for name in _COLUMNS:
        table.add_column(name, overflow="fold")
    for name in _NUMBERS:
        table.add_column(name, justify="right")
    for health in found:
        table.add_row(*_row(health, now))
    console.print(table)


def _row(health: Health, now: datetime) -> tuple[str, ...]:
    return (
        printable(health.name),
        _state(health, now),
        _moment(health.last_success),
        span(health.lag(now)),
        _moment(health.not_before if _rests(health, now) else health.next_run),
        _moment(health.newest),
        f"{health.errors:,}",
        f"{health.requests:,} ({health.last_requests:,})",
        f"{health.posts:,}",
        f"{health.revisions:,}",
    )


def _troubles(health: Health) -> list[str]:
    if health.state == "stopped":
        return [f"{health.name}: stopped: {health.reason}. Mend that, then fetch with --retry"]
    return [f"{health.name}: last error: {health.last_error}"] if health.errors else []


def _state(health: Health, now: datetime) -> str:
    return "resting" if _rests(health, now) else health.state


def _rests(health: Health, now: datetime) -> bool:
    return health.state == "active" and health.not_before is not None and health.not_before > now


def _moment(moment: datetime | None) -> str:
    return _NONE if moment is None else f"{moment:%Y-%m-%d %H:%M}Z"


def span(length: timedelta | None) -> str:
    """Return a length of time in its largest unit; a clock that went back makes no negative one."""
    if length is None:
        return _NONE
    seconds = max(length.total_seconds(), 0.0)
    for unit, size in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
