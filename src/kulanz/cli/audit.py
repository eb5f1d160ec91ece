"""The audit trail as a file: ``kulanz export audit``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from kulanz.cli.options import examples
from kulanz.cli.output import write_lines
from kulanz.cli.session import counted

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog=examples(
        "kulanz export audit --output audit.jsonl",
        "kulanz export audit --output audit.jsonl --since 2026-01-01 --until 2026-06-30 --names",
    )
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Where the lines go; standard output otherwise.",
)  # fmt: skip
@click.option("--since", type=_DAY, metavar="DAY", help="The first day, such as 2026-01-01.")
@click.option("--until", type=_DAY, metavar="DAY", help="The last day, which counts.")
@click.option("--noun", default="", metavar="NOUN", help="What it happened to alone, such as member or hold.")
@click.option("--action", default="", metavar="ACTION", help="What happened alone, such as sign_in.")
@click.option("--names", is_flag=True, help="With names, reasons, and what was there before and after.")
def audit(
    output: Path | None,
    since: datetime | None,
    until: datetime | None,
    noun: str,
    action: str,
    *,
    names: bool,
) -> None:
    """Write the audit trail as JSON Lines, the first event first.

    Without --names members, people and customers have pseudonyms, the same as in the desk's other tables, and
    reasons and contents are left out. That it was taken along is an event, too.
    """
    from kulanz.desk.operating.starting import need_ready, start

    start()
    need_ready()
    from kulanz.desk.queries.audit import AuditFilter
    from kulanz.desk.services.auditing import trail

    wanted = AuditFilter(noun=noun, action=action, since=since and since.date(), until=until and until.date())
    count = write_lines(trail(wanted=wanted, names=names, now=datetime.now(UTC)), output, private=True)
    click.echo(counted(count, "event"), err=output is None)
