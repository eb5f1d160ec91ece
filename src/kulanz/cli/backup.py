"""The desk as a file that a dead machine leaves behind: ``kulanz backup`` and ``kulanz restore``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kulanz.cli.export import Loud
from kulanz.cli.group import STATUS_ERROR, printable
from kulanz.cli.instance import PASSPHRASE, QUIET, read_passphrase
from kulanz.cli.options import examples
from kulanz.cli.session import Session, counted

if TYPE_CHECKING:
    from kulanz.desk.operating.backups import Manifest
    from kulanz.desk.operating.restoring import Restored


@click.command(epilog=examples("kulanz backup desk-backup.zip"))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--with-keys", is_flag=True, help="Put the secrets in, sealed with --passphrase-file.")
@PASSPHRASE
@QUIET
def backup(target: Path, passphrase_file: Path | None, *, with_keys: bool, quiet: bool) -> None:
    """Back the desk up while it runs.

    With database, data folder and files of the public log. TARGET is a new file that ends in .zip, or a
    folder in which the file is named after the time. It is complete or not there. The secret key stays out
    unless --with-keys is given: keep it elsewhere. On PostgreSQL it needs pg_dump.
    """
    if with_keys != (passphrase_file is not None):
        raise click.UsageError("expected --with-keys and --passphrase-file together, or none of them")
    from kulanz.desk.operating.starting import need_ready, start

    start()
    need_ready()
    from kulanz.desk.operating.backing_up import back_up, place_of

    now = datetime.now(UTC)
    with Session(Loud(quiet)) as session:
        path = place_of(target, now)
        manifest = back_up(
            path,
            passphrase=read_passphrase(passphrase_file),
            env=os.environ,
            now=now,
            told=lambda done, total: session("backing_up", done, total),
        )
        session.rest()
    if not quiet:
        for line in _backed_up(path, manifest):
            click.echo(printable(line))


@click.command(epilog=examples("kulanz restore desk-backup.zip"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", "replacing", is_flag=True, help="Have what is here replaced. Stop the desk first.")
@click.option(
    "--erasures", "journals", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True,
    metavar="FILE", help="A journal of erasures, beside the one here and the one beside FILE; repeatable.",
)  # fmt: skip
@PASSPHRASE
@QUIET
@click.pass_context
def restore(
    ctx: click.Context,
    file: Path,
    journals: Sequence[Path],
    passphrase_file: Path | None,
    *,
    replacing: bool,
    quiet: bool,
) -> None:
    """Restore a backup.

    It goes to where KULANZ_DATA and DATABASE_URL say, best an empty place. Every part is verified before
    anything is touched. Then the tables are brought up to date, the public log is compared with what was
    published and takes in what is newer, and who was erased after the backup is erased again. Ends with 1
    where the log is not what was signed; the rest is restored then all the same.
    """
    from kulanz.desk.operating.starting import start

    start()
    from kulanz.desk.operating.backups import JOURNAL_BESIDE
    from kulanz.desk.operating.restoring import restore as put_back

    beside = file.resolve().with_name(JOURNAL_BESIDE)
    with Session(Loud(quiet)) as session, file.open("rb") as given:
        restored = put_back(
            given,
            passphrase=read_passphrase(passphrase_file),
            replacing=replacing,
            journals=[*journals, *([beside] if beside.is_file() else [])],
            env=os.environ,
            now=datetime.now(UTC),
            shown=session,
        )
        session.rest()
    if not quiet:
        for line in _restored(restored):
            click.echo(printable(line))
    if restored.log_error:
        click.echo(f"kulanz: the public log: {printable(restored.log_error)}", err=True)
        ctx.exit(STATUS_ERROR)


def _backed_up(path: Path, manifest: Manifest) -> Iterator[str]:
    size = path.stat().st_size
    parts = counted(len(manifest.parts), "part")
    yield f"{path}: {parts}, {manifest.size:,} bytes in {size:,}, {manifest.database}"
    for secret in manifest.secrets:
        place = "in it, under the passphrase" if secret.sealed else "NOT in it: keep it apart from it"
        yield f"{secret.setting}, {secret.needed_for}: {place}"
    for each in manifest.missing:
        yield f"not in it: {each}"


def _restored(restored: Restored) -> Iterator[str]:
    manifest = restored.manifest
    yield f"restored the desk of {manifest.made_at:%Y-%m-%d %H:%M} UTC (Kulanz {manifest.version})"
    yield from restored.steps
    if restored.log is not None and restored.log.size:
        size, adopted = restored.log
        yield f"the public log is whole: {size:,} entries, {adopted.entries:,} of them newer than the backup"
        if adopted.erasures and not restored.erased:
            yield (
                f"{adopted.erasures:,} of these are erasures, and no journal told whose: name it with"
                " --erasures and restore again, or erase by hand (docs/howto/back-up-and-restore.md)"
            )
    yield f"erased again: {restored.erased:,} that were erased after the backup"
    if restored.astray:
        yield f"{restored.astray:,} erased names belong to sources that the backup does not know: look there"
    for path in restored.keys:
        yield f"put a secret into {path}"
    yield "everybody logs in anew; passwords, tokens and rights are those of the backup"
    if restored.returned:
        yield (
            f"made drafts again: {counted(restored.returned, 'answer')} that may have gone out after the"
            " backup, by plan or by mail; whoever wrote them is told"
        )
    if restored.waiting:
        yield (
            f"{counted(restored.waiting, 'message')} to members and programs waited, and may"
            " go out once more, under the same ids"
        )
