"""To a newer Kulanz: ``kulanz upgrade`` and what it looks at first."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from kulanz.cli.group import STATUS_ERROR, printable
from kulanz.cli.options import examples


@click.command(epilog=examples("kulanz upgrade --check"))
@click.option("--check", is_flag=True, help="Only look, and change nothing.")
@click.pass_context
def upgrade(ctx: click.Context, *, check: bool) -> None:
    """Bring the desk to the version that is installed.

    Looks first: versions, changes of tables and which of them keep others waiting, disk, backup, workers.
    Ends with 1 where something stands against it; then nothing is changed.
    """
    from kulanz.desk.operating.starting import start

    start()
    from kulanz.desk.conf import conf
    from kulanz.desk.operating.findings import INDENT, heading
    from kulanz.desk.operating.installing import prepare
    from kulanz.desk.operating.upgrading import look

    grave = False
    for finding in look(conf(), datetime.now(UTC)):
        click.echo(f"{heading(finding.level)}{printable(finding.what)}")
        if finding.remedy:
            click.echo(" " * INDENT + f"-> {printable(finding.remedy)}")
        grave = grave or finding.level == "error"
    if grave:
        ctx.exit(STATUS_ERROR)
    if not check:
        for step in prepare(os.environ):
            click.echo(step)
        click.echo("Next: start the desk again, then kulanz doctor")
