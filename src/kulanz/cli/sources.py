"""How the sources of a folder are doing: ``kulanz sources``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kulanz.cli.group import printable
from kulanz.cli.options import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kulanz.sources.store import Health

_UNITS: Final = (("d", 86_400), ("h", 3600), ("min", 60))
_NONE: Final = "-"


@click.command(epilog=examples("kulanz sources fetched"))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER")
def sources(folder: Path) -> None:
    """Show how the sources are doing that were fetched into FOLDER.

    Lag is how long ago a source's newest was last read to the end. Errors are those in a row since then.
    A source that is stopped, or rests after an error, says why.
    """
    from kulanz.sources.errors import UnreadableError
    from kulanz.sources.store import Store
    from kulanz.sources.web.urls import masked_source

    if not Store.is_in(folder):
        raise UnreadableError(f"expected a folder filled by kulanz fetch, found no store in {folder}")
    with Store(folder) as store:
        found = store.sources()
    now = datetime.now(UTC)
    for health in found:
        click.echo(printable(masked_source(health.name)))
        for name, value in _facts(health, now):
            click.echo(f"  {name:<13} {printable(value)}")


def _facts(health: Health, now: datetime) -> Iterator[tuple[str, str]]:
    yield "state", _state(health, now)
    if health.state == "stopped":
        yield "stopped", f"{health.reason}. Mend that, then fetch with --retry"
    elif health.errors:
        yield "last error", str(health.last_error)
    yield "last success", f"{_moment(health.last_success)}, lag {span(health.lag(now))}"
    yield "next run", _moment(health.not_before if _rests(health, now) else health.next_run)
    yield "newest post", _moment(health.newest)
    yield "errors", f"{health.errors:,}"
    yield "requests", f"{health.requests:,}, in the last run {health.last_requests:,}"
    yield "posts", f"{health.posts:,}"
    yield "changes", f"{health.revisions:,}"


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
