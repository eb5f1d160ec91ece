"""The commands: arguments in, tables and files out."""

from __future__ import annotations

import sys

import click

from kulanz import __version__
from kulanz.cli.audit import audit
from kulanz.cli.backup import backup, restore
from kulanz.cli.check_reply import check_reply
from kulanz.cli.completion import completion
from kulanz.cli.convert import convert
from kulanz.cli.demo import demo
from kulanz.cli.desk import createuser, init, serve, work
from kulanz.cli.doctor import doctor
from kulanz.cli.evaluate import evaluate
from kulanz.cli.export import export
from kulanz.cli.fetch import fetch
from kulanz.cli.forecast import forecast
from kulanz.cli.group import KulanzGroup
from kulanz.cli.instance import import_instance
from kulanz.cli.log import log
from kulanz.cli.observe import observe
from kulanz.cli.options import examples
from kulanz.cli.posts import posts
from kulanz.cli.replay import replay
from kulanz.cli.scan import scan
from kulanz.cli.sources import sources
from kulanz.cli.spread import spread
from kulanz.cli.train import train
from kulanz.cli.upgrade import upgrade

__all__ = ["main"]


@click.group(
    cls=KulanzGroup,
    epilog=examples("kulanz demo", "kulanz scan sample/threads --company Kontaktor"),
)
@click.version_option(__version__, prog_name="kulanz")
def main() -> None:
    """See which customer conversations are turning into an issue, early and with reasons.

    Exit status: 0 done, 1 stopped by an error, 2 wrong usage or nothing to read,
    3 done but something was skipped, 130 interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that lacks a character must not end a scan
            stream.reconfigure(errors="replace")


_COMMANDS = (
    *(check_reply, completion, convert, demo, evaluate, fetch, forecast),
    *(observe, posts, replay, scan, sources, spread, train),
    *(backup, createuser, doctor, export, import_instance, init, log, restore, serve, upgrade, work),
)
for _command in _COMMANDS:
    main.add_command(_command)
export.add_command(audit)
