"""Read where customers talk, again and again: ``kulanz fetch``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from kulanz.cli.options import ALLOW_PRIVATE, CONTACT, RATE, examples
from kulanz.cli.params import KeyFile
from kulanz.cli.session import Session


@dataclass(frozen=True, slots=True)
class Loudness:
    """How much is told on standard error, and what makes the exit status."""

    quiet: bool
    lenient: bool


@click.command(
    epilog=examples(
        "kulanz fetch https://blog.example.org/comments.atom --into blog --contact you@example.com",
        "kulanz fetch feed:https://blog.example.org/comments.atom --into blog --contact a@example.com",
    )
)
@click.argument("source")
@click.option(
    "--into", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
    help="Where posts go; made where it is not there. The next run goes on there.",
)  # fmt: skip
@CONTACT
@click.option(
    "--key-file", "key_files", multiple=True, type=KeyFile(),
    help="A key that is read from a file; else KULANZ_KEY_NAME of the environment is used. Repeatable.",
)  # fmt: skip
@click.option("--budget", type=click.IntRange(min=1), metavar="N", help="At most so many requests a run.")
@RATE
@ALLOW_PRIVATE
@click.option(
    "--lane", "lanes", multiple=True, metavar="NAME",
    help="Read only this: live (what is new) or history (back to the beginning); repeatable.",
)  # fmt: skip
@click.option(
    "--reread/--no-reread", default=True, show_default=True,
    help="Read known threads again, in search of edits and removals.",
)  # fmt: skip
@click.option(
    "--follow", type=click.IntRange(min=1), metavar="SECONDS", help="Go on, with this pause between runs."
)
@click.option("--retry", is_flag=True, help="Read a source again that is stopped or rests after an error.")
@click.option("--lenient", is_flag=True, help="End with status 0 although something was skipped.")
@click.option("--quiet", is_flag=True, help="No progress and no summary; problems are still told.")
def fetch(  # noqa: PLR0913 - one argument an option
    source: str,
    folder: Path,
    *,
    key_files: tuple[tuple[str, Path], ...],
    follow: int | None,
    retry: bool,
    lenient: bool,
    quiet: bool,
    **manners: Any,
) -> None:
    """Read a forum, list, blog or feed into a folder.

    Done again, it reads what changed there since. SOURCE is NAME:ADDRESS with the name of a connector, or a
    URL whose platform is recognised. FOLDER keeps every answer, post and change; posts.jsonl in it is for the
    other commands. A run that was ended in any way goes on where it was.
    """
    from kulanz.cli.fetching import Manners, Reader, known_sources, named_source, read, secrets_for
    from kulanz.sources.connectors import connector_of
    from kulanz.sources.store import Store

    how = Manners(**manners)
    named = named_source(source, how, known_sources(folder))
    connector, address = connector_of(named)
    secrets = secrets_for(connector, key_files)
    with Store(folder) as store, store.sole_reader(named), Session(Loudness(quiet, lenient)) as session:
        reader = Reader(
            source=store.source(named), address=address, connector=connector, manners=how, secrets=secrets
        )
        reader.prepare(retry=retry)
        read(reader, store, session, pause=None if follow is None else timedelta(seconds=follow))
        session.finish()
