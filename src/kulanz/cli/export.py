"""What the desk knows, to take along: ``kulanz export``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kulanz.cli.options import examples as lines
from kulanz.cli.output import binary_output
from kulanz.cli.session import Session, counted

if TYPE_CHECKING:
    from kulanz.desk.services.examples import Example

THREADS: Final = "threads.jsonl"
LABELS: Final = "threads.labels.jsonl"
_SHOWN_EVERY: Final = 20


@dataclass(frozen=True, slots=True)
class Loud:
    """Whether progress and a summary are told."""

    quiet: bool
    lenient: bool = True


@click.group(epilog=lines("kulanz export examples --output outcomes", "kulanz export instance desk.zip"))
def export() -> None:
    """Take along outcomes under pseudonyms, or the whole instance."""


@export.command(
    epilog=lines(
        "kulanz export examples --output outcomes",
        "kulanz export examples --output outcomes --only-judged",
    )
)
@click.option(
    "--output", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
    help="Where the two files go; it is made where it is missing.",
)  # fmt: skip
@click.option("--only-judged", is_flag=True, help="Without conversations that nobody has looked at.")
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def examples(folder: Path, *, only_judged: bool, quiet: bool) -> None:
    """Write outcomes as labelled examples for evaluate and train.

    threads.jsonl holds the posts, threads.labels.jsonl a level for each conversation: 2 for closed issues (3
    where people called it escalated), 0 for false alarms and for what was never flagged. Names that the desk
    knows are masked; read docs/howto/learn-from-outcomes.md before you pass the files on.
    """
    from kulanz.desk.operating.starting import need_ready, start

    start()
    need_ready()
    from kulanz.desk.queries.examples import examples as known
    from kulanz.desk.services.examples import labelled, record_export

    folder.mkdir(parents=True, exist_ok=True)
    with Session(Loud(quiet)) as session:
        found = known(only_judged=only_judged)
        count = _write(_passing(labelled(found), len(found), session), folder)
        session.rest()
        record_export(actor=None, count=count, now=datetime.now(UTC))
        click.echo(f"{counted(count, 'conversation')}: {folder / THREADS}, {folder / LABELS}")


def _passing(rows: Iterable[Example | None], total: int, session: Session) -> Iterator[Example]:
    """Pass examples on and show how many of all conversations went by."""
    for number, row in enumerate(rows):
        if not number % _SHOWN_EVERY:
            session("exporting", number, total)
        if row is not None:
            yield row


def _write(rows: Iterable[Example], folder: Path) -> int:
    """Write both files, complete or not at all; return how many conversations."""
    import msgspec

    from kulanz.sources.writing import write_jsonl

    encode, count = msgspec.json.Encoder().encode, 0
    with ExitStack() as files:
        posts, labels = (files.enter_context(binary_output(folder / name)) for name in (THREADS, LABELS))
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the count is returned
            write_jsonl(row.posts, posts)
            labels.write(encode(row.label) + b"\n")
    return count
