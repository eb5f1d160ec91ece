"""Anybody's log, verified by anybody: ``kulanz log verify``, ``proof``, ``check`` and ``monitor``."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import SystemRandom
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click

from kulanz.cli.group import STATUS_ERROR, end, printable
from kulanz.cli.options import examples
from kulanz.cli.params import NewFile

if TYPE_CHECKING:
    from kulanz.tlog.notes import Verifier
    from kulanz.tlog.tiles import ReadFile

STATUS_FORK: Final = 4
_REQUESTS_A_SECOND: Final = 50
_ATTEMPTS: Final = 3
_WEB: Final = ("http://", "https://")
_EXAMPLE_KEY: Final = "log.example/kulanz+14cf07ae+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"

_keys = click.option(
    "--key", "vkeys", multiple=True, required=True, metavar="VKEY",
    help="The log's public key, from somewhere else than the log itself; repeatable.",
)  # fmt: skip


@click.command(epilog=examples(f"kulanz log verify public-log --key {_EXAMPLE_KEY}"))
@click.argument("place", metavar="FOLDER|URL")
@_keys
@click.pass_context
def verify(ctx: click.Context, place: str, vkeys: Sequence[str]) -> None:
    """Verify a whole log: its signature, every entry and every tile.

    Ends with 1 where something is missing or was changed, and names the files.
    """
    from kulanz.tlog.verifying import verify_log

    with _reading(place) as read:
        verdict = verify_log(read, _verifiers(vkeys))
    for wrong in verdict.wrong:
        click.echo(f"WRONG  {printable(wrong.reason)}", err=True)
    if not verdict.ok:
        end(ctx, f"this is not what was signed: {len(verdict.wrong)} files are wrong", STATUS_ERROR)
    said = verdict.checkpoint
    click.echo(f"{printable(said.origin)}: {said.size:,} entries are whole, root {said.root.hex()}")


@click.command(
    epilog=examples(f"kulanz log proof 3 --of public-log --key {_EXAMPLE_KEY} --output entry-3.tlog-proof")
)
@click.argument("index", type=click.IntRange(min=0))
@click.option("--of", "place", required=True, metavar="FOLDER|URL", help="The log.")
@_keys
@click.option("--output", "file", required=True, type=NewFile(".tlog-proof"), help="Where the receipt goes.")
def proof(index: int, place: str, vkeys: Sequence[str], file: Path) -> None:
    """Write a receipt of the entry at INDEX, to be checked without the log.

    It holds the entry, too. What the entry is about is not in the log and not in the receipt.
    """
    from kulanz.logstores.receipts import extra_of
    from kulanz.tlog.checkpoints import open_checkpoint
    from kulanz.tlog.errors import MissingError
    from kulanz.tlog.receipts import make_receipt
    from kulanz.tlog.tiles import CHECKPOINT_PATH, CheckedTiles

    with _reading(place) as read:
        if (content := read(CHECKPOINT_PATH)) is None:
            raise MissingError(CHECKPOINT_PATH)
        said = open_checkpoint(content, _verifiers(vkeys))
        tiles = CheckedTiles(said.size, said.root, read)
        entry = tiles.entry(index)
        receipt = make_receipt(index, content, tiles, extra_of(entry))
    file.write_bytes(bytes(receipt))
    click.echo(f"wrote {printable(str(file))}: {printable(entry.decode('utf-8', 'replace'))}")


@click.command(epilog=examples(f"kulanz log check entry-3.tlog-proof --key {_EXAMPLE_KEY}"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="RECEIPT")
@_keys
@click.pass_context
def check(ctx: click.Context, file: Path, vkeys: Sequence[str]) -> None:
    """Check a receipt without the log: that its entry was signed, and what it is about.

    Ends with 1 where it was not, or where what is said to belong to the entry does not.
    """
    from kulanz.logstores.receipts import MAX_RECEIPT, read_receipt
    from kulanz.tlog.entries import opens

    with file.open("rb") as stream:
        found = read_receipt(stream.read(MAX_RECEIPT + 1))
    said = found.receipt.check(found.body, _verifiers(vkeys))
    place, origin = found.receipt.index, printable(said.origin)
    click.echo(f"entry {place} is in {origin} as it was signed, with {said.size:,} entries:")
    click.echo(printable(found.body.decode()))
    for name, (key, content) in found.openings.items():
        if not opens(found.entry, name, key, content):
            end(ctx, f"what is said to be its {name} does not belong to this entry", STATUS_ERROR)
        click.echo(f"{name}: {printable(content.decode('utf-8', 'replace'))}")


@click.command(
    epilog=examples(f"kulanz log monitor public-log --key {_EXAMPLE_KEY} --seen checkpoints.jsonl")
)
@click.argument("place", metavar="FOLDER|URL")
@_keys
@click.option(
    "--seen", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Where the checkpoints are kept that were seen; keep it for as long as you watch.",
)  # fmt: skip
@click.pass_context
def monitor(ctx: click.Context, place: str, vkeys: Sequence[str], file: Path) -> None:
    """Look at a log once and compare it with what was seen before; run it every hour.

    Ends with 4 where the log has taken entries back or shows two histories: both checkpoints, each signed,
    stand in FILE as evidence.
    """
    from kulanz.logstores.monitoring import watch
    from kulanz.tlog.errors import ForkError

    with _reading(place) as read:
        try:
            found = watch(read, _verifiers(vkeys), file, datetime.now(UTC))
        except ForkError as error:
            end(ctx, f"ALARM: {error}; the signed evidence is in {file}: show it to others", STATUS_FORK)
    more = found.now.size - (found.before.size if found.before else 0)
    since = "since the last look" if found.before else "at the first look"
    click.echo(f"{printable(found.now.origin)}: {found.now.size:,} entries, {more:,} more {since}")


@contextmanager
def _reading(place: str) -> Iterator[ReadFile]:
    from kulanz.logstores import read_folder, reader_of

    if not place.startswith(_WEB):
        yield read_folder(Path(place))
        return
    with _client(place) as client:
        yield reader_of(client, place)


def _client(place: str) -> Any:
    """Return a client that may go where the command says, and from there to public addresses alone."""
    from kulanz.logstores.reading import LARGEST_FILE
    from kulanz.sources.web.client import HttpClient, Pacing, WebLimits
    from kulanz.sources.web.network import AddressPolicy

    return HttpClient(
        policy=AddressPolicy(allowed=(urlsplit(place).hostname or "",)),
        limits=WebLimits(body_bytes=LARGEST_FILE, ratio=2_000),
        pacing=Pacing(interval=1 / _REQUESTS_A_SECOND, attempts=_ATTEMPTS),
        contact="kulanz log",
        now=lambda: datetime.now(UTC),
        sleep=time.sleep,
        random=SystemRandom().random,
    )


def _verifiers(vkeys: Sequence[str]) -> list[Verifier]:
    from kulanz.tlog.notes import VerifierKey

    return [VerifierKey.parse(vkey) for vkey in vkeys]
