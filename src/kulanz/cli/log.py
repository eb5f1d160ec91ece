"""The public log of this desk: ``kulanz log init``, ``show``, ``rotate``, ``publish`` and ``adopt``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from kulanz.cli.group import printable
from kulanz.cli.log_verifying import check, monitor, proof, verify
from kulanz.cli.options import examples

if TYPE_CHECKING:
    from kulanz.desk.models import LogKey

_OVERLAP_DAYS: Final = 30
_vkey = click.option(
    "--key", "vkey", default="", metavar="VKEY",
    help="A key that KULANZ_LOG_KEY_FILE or KULANZ_LOG_SIGN_COMMAND holds, instead of a new one.",
)  # fmt: skip


@click.group(
    epilog=examples(
        "kulanz log init",
        "kulanz log show",
    )
)
def log() -> None:
    """Keep the public log of this desk, and verify any."""


@log.command(epilog=examples("kulanz log init"))
@_vkey
def init(vkey: str) -> None:
    """Begin the log with its first key.

    The name of the log is KULANZ_LOG_ORIGIN and stays. What was done before is in the log as well, from the
    first entry that the desk wrote.
    """
    _start()
    from kulanz.desk.services.log_keys import begin_log

    _tell_key(begin_log(now=datetime.now(UTC), vkey=vkey))
    click.echo(
        "A worker publishes the log; who wants to verify it needs this key: show it where many see it."
    )


@log.command(epilog=examples("kulanz log show"))
def show() -> None:
    """Show how far the log is, where it lies, which keys sign it, and the monthly reports it names."""
    _start()
    from kulanz.desk.conf import conf
    from kulanz.desk.queries.log_state import log_keys_told, log_state
    from kulanz.desk.queries.months_published import latest_files

    state = log_state()
    published = f"{state.published_at:%Y-%m-%d %H:%M} UTC" if state.published_at else "never"
    click.echo(f"name:     {state.origin or 'the log has not begun: run `kulanz log init`'}")
    click.echo(f"entries:  {state.size:,}, and {state.waiting:,} that wait for a worker")
    click.echo(f"shown:    {published}, files in {printable(conf().log_bucket or str(conf().log_folder))}")
    for key in log_keys_told():
        _tell_key(key)
    for file in latest_files(datetime.now(UTC)):
        click.echo(f"report:   {file.name}, {conf().url}/report/{file.name}.json")
        click.echo(f"          SHA-256 {file.digest}, entry {conf().url}/record/{file.leaf}")
    if state.last_error:
        click.echo(f"error:    {printable(state.last_error)}")


@log.command(
    epilog=examples("kulanz log rotate", "kulanz log rotate --overlap 7", "kulanz log rotate --beside")
)
@_vkey
@click.option(
    "--overlap", "days", type=click.IntRange(0, 3650), default=_OVERLAP_DAYS, show_default=True,
    help="So many days the keys before sign as well.",
)  # fmt: skip
@click.option("--beside", is_flag=True, help="The keys before do not end: from now on several sign.")
def rotate(vkey: str, days: int, *, beside: bool) -> None:
    """Have a new key sign the log.

    That it begins and when the ones before end is told by entries of the log, so that whoever follows it can
    trust the new one.
    """
    _start()
    from kulanz.desk.services import log_keys

    now = datetime.now(UTC)
    if beside:
        _tell_key(log_keys.add(now=now, vkey=vkey))
    else:
        _tell_key(log_keys.rotate(now=now, until=now + timedelta(days=days), vkey=vkey))


@log.command(epilog=examples("kulanz log publish"))
def publish() -> None:
    """Publish now what waits, as the worker does."""
    _start()
    from kulanz.desk.queries.log_state import log_state
    from kulanz.desk.rules.errors import RuleError
    from kulanz.desk.services.log_sequencing import sequence_due

    done = 0
    while count := sequence_due(now=datetime.now(UTC)):
        done += count
    state = log_state()
    if not state.origin:
        raise RuleError("the log has not begun: run `kulanz log init`")
    if state.waiting:
        why = state.last_error or "a worker is at it"
        raise RuleError("%(waiting)s entries could not be published: %(why)s", waiting=state.waiting, why=why)
    click.echo(f"published {done:,} more, {state.size:,} in all")


@log.command(epilog=examples("kulanz log adopt"))
@click.option(
    "--key", "vkeys", multiple=True, metavar="VKEY",
    help="A key of this log that was begun after the backup; repeatable.",
)  # fmt: skip
def adopt(vkeys: Sequence[str]) -> None:
    """After restoring an older database, take in what was published since.

    The published log is verified whole and must begin with what the database knows; otherwise nothing is
    changed. What opens those entries is lost. Two desks must never write to one log: the one before must be
    off for good.
    """
    _start()
    from kulanz.desk.services.log_adopting import adopt as adopt_published

    found = adopt_published(now=datetime.now(UTC), vkeys=vkeys)
    click.echo(f"took in {found.entries:,} entries that the database did not know")
    if found.erasures:
        click.echo(f"{found.erasures:,} of them are erasures: erase again what came back with the database")


for _command in (check, monitor, proof, verify):
    log.add_command(_command)


def _start() -> None:
    from kulanz.desk.operating.starting import need_ready, start

    start()
    need_ready()


def _tell_key(key: LogKey) -> None:
    until = f", until {key.active_to:%Y-%m-%d %H:%M} UTC" if key.active_to else ""
    click.echo(f"key:      {printable(key.vkey)} (held by: {key.held_by}{until})")
