"""A whole instance as one file: ``kulanz export instance`` and ``kulanz import``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kulanz.cli.export import Loud, export
from kulanz.cli.options import examples
from kulanz.cli.output import binary_output
from kulanz.cli.session import Session, counted

if TYPE_CHECKING:
    from kulanz.desk.operating.instance import Manifest

PASSPHRASE = click.option(
    "--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Holds the passphrase with which the secret key goes along.",
)  # fmt: skip
QUIET = click.option("--quiet", is_flag=True, help="No progress and no summary.")


@export.command(
    "instance",
    epilog=examples(
        "kulanz export instance desk.zip", "kulanz export instance desk.zip --passphrase-file passphrase.txt"
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@PASSPHRASE
@click.option("--overwrite", is_flag=True, help="Replace FILE where it is there already.")
@QUIET
def export_instance(file: Path, passphrase_file: Path | None, *, overwrite: bool, quiet: bool) -> None:
    """Write the whole instance into FILE, a ZIP: all rows as JSON Lines, and the files of billing.

    What is sealed stays sealed: it opens with this instance's secret key alone, which goes along only with
    --passphrase-file. The file holds personal data: keep it as you keep the database. Stop the desk first, or
    it waits meanwhile.
    """
    from kulanz.desk.operating.starting import OperatingError, need_ready, start

    start()
    need_ready()
    if file.exists() and not overwrite:
        raise OperatingError(f"{file} is there already: name another file, or give --overwrite")
    from kulanz.desk.operating.exporting import export as write

    with Session(Loud(quiet)) as session, binary_output(file, private=True) as out:
        now = datetime.now(UTC)
        manifest = write(
            out,
            passphrase=read_passphrase(passphrase_file),
            now=now,
            told=lambda done, total: session("carrying", done, total),
        )
        session.rest()
    if not quiet:
        click.echo(f"{_told(manifest)}: {file}")
        if manifest.key is None:
            click.echo(
                "What is sealed in it opens with this desk's secret key alone, which is not in it: keep that"
                " too, for it is asked for at the import (KULANZ_SECRET_KEY_FILE)"
            )


@click.command("import", epilog=examples("kulanz import desk.zip --passphrase-file passphrase.txt"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@PASSPHRASE
@QUIET
def import_instance(file: Path, passphrase_file: Path | None, *, quiet: bool) -> None:
    """Read a whole instance into an empty one.

    FILE is what `kulanz export instance` wrote. All of it or nothing: every table is compared with the
    manifest. SQLite and PostgreSQL take each other's files. Members log in anew afterwards.
    """
    from kulanz.desk.operating.starting import need_made, need_ready, start

    start()
    need_made()
    need_ready()
    from kulanz.desk.operating.importing import import_from

    with Session(Loud(quiet)) as session, file.open("rb") as given:
        manifest = import_from(
            given,
            passphrase=read_passphrase(passphrase_file),
            told=lambda done, total: session("carrying", done, total),
        )
        session.rest()
    if not quiet:
        click.echo(_told(manifest))


def read_passphrase(path: Path | None) -> str:
    """Return what a file holds, nothing without one."""
    return "" if path is None else path.read_text("utf-8").strip()


def _told(manifest: Manifest) -> str:
    rows = sum(each.rows for each in manifest.tables)
    return f"{counted(rows, 'row')} in {counted(len(manifest.tables), 'table')}"
