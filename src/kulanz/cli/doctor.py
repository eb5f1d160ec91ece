"""``kulanz doctor``: what is wrong, what it means, what to do, and what can be mended at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from kulanz.cli.group import STATUS_ERROR, printable
from kulanz.cli.options import examples
from kulanz.core.spoken import LANGS

if TYPE_CHECKING:
    from kulanz.desk.operating.findings import Finding, Repair


@click.command(epilog=examples("kulanz doctor", "kulanz doctor --repair", "kulanz doctor --json"))
@click.option("--repair", is_flag=True, help="Mend what can be mended; asks before what may take long.")
@click.option("--yes", is_flag=True, help="With --repair: ask nothing.")
@click.option("--deep", is_flag=True, help="Compare the search index with the rows, too; --repair does it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@click.option("--lang", type=click.Choice(LANGS), help="Language of the answer; KULANZ_LANGUAGE otherwise.")
@click.pass_context
def doctor(
    ctx: click.Context, *, repair: bool, yes: bool, deep: bool, as_json: bool, lang: str | None
) -> None:
    """Say what is wrong with a desk, and what to do.

    Looks at everything that it needs. Ends with 1 where something keeps it from working or makes it unsafe,
    after all that was mended.
    """
    if yes and not repair:
        raise click.UsageError("--yes goes with --repair alone")
    from kulanz.desk.operating.starting import start

    start()
    from django.utils import translation

    from kulanz.desk.conf import conf
    from kulanz.desk.operating.doctor import examine

    with translation.override(lang or conf().language):
        found = list(examine(conf(), datetime.now(UTC), deep=deep or repair))
        mended = _mend(found, yes=yes, quiet=as_json) if repair else {}
        if mended:
            found = list(examine(conf(), datetime.now(UTC), deep=True))
        click.echo(_as_json(found, mended) if as_json else _as_text(found, mended))
    if any(finding.level == "error" for finding in found):
        ctx.exit(STATUS_ERROR)


def _mend(found: Sequence[Finding], *, yes: bool, quiet: bool) -> dict[str, str]:
    """Carry out the repairs that need no leave or got it; return what was done, by code."""
    return {
        finding.code: finding.repair.run()
        for finding in found
        if finding.repair is not None and (yes or _allowed(finding, finding.repair, quiet=quiet))
    }


def _allowed(finding: Finding, repair: Repair, *, quiet: bool) -> bool:
    """Whether a repair may be run; where nobody can be asked, only those that ask nothing."""
    if not repair.asks:
        return True
    if quiet or not sys.stdin.isatty():
        return False
    click.echo(printable(finding.what))
    return click.confirm(printable(repair.asks))


def _as_text(found: Sequence[Finding], mended: dict[str, str]) -> str:
    from kulanz.desk.operating.findings import INDENT, heading

    lines = [f"{heading('mended')}{code}: {printable(done)}" for code, done in mended.items()]
    for finding in found:
        lines.append(f"{heading(finding.level)}{printable(finding.what)}")
        if finding.meaning:
            lines.append(" " * INDENT + printable(finding.meaning))
        if finding.remedy:
            lines.append(" " * INDENT + f"-> {printable(finding.remedy)}")
    return "\n".join(lines)


def _as_json(found: Sequence[Finding], mended: dict[str, str]) -> str:
    told: dict[str, Any] = {
        "errors": sum(finding.level == "error" for finding in found),
        "warnings": sum(finding.level == "warning" for finding in found),
        "mended": mended,
        "findings": [
            {
                "level": finding.level,
                "code": finding.code,
                "what": finding.what,
                "meaning": finding.meaning,
                "remedy": finding.remedy,
                "can_be_mended": finding.repair is not None,
            }
            for finding in found
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)
