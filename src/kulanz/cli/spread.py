"""Who took a thread's matter up from whom: ``kulanz spread``."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kulanz.cli.options import Inputs, examples, input_options, lang_option
from kulanz.cli.output import STANDARD_OUTPUT, complete_file, write_lines
from kulanz.cli.params import Moment, NewFile
from kulanz.cli.session import Session
from kulanz.core.spoken import Lang

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kulanz.core.errors import CoreError
    from kulanz.core.posts import Post
    from kulanz.core.spread import SpreadTree

_PAGE = (".html", ".htm")


@click.command(
    epilog=examples(
        "kulanz spread 4711 sample/threads sample/blogs.atom",
        "kulanz spread 4711 sample/threads sample/blogs.atom --lang de --picture spread.html",
        "kulanz spread 4711 sample/threads sample/blogs.atom --output tree.jsonl --picture spread.svg",
    )
)
@click.argument("thread")
@input_options
@click.option("--as-of", type=Moment(), help="Use nothing later than this moment.")
@lang_option
@click.option(
    "--output", type=NewFile(".jsonl", dash=True), help="Write one line a place, the origin first, as .jsonl."
)
@click.option("--picture", type=NewFile(".svg", *_PAGE), help="Draw the tree, as .svg or as a page (.html).")
def spread(
    thread: str,
    inputs: Inputs,
    as_of: datetime | None,
    lang: Lang,
    output: Path | None,
    picture: Path | None,
) -> None:
    """Show who took a thread's matter up from whom.

    THREAD is a thread_id in PATH..., or the address of the thread. Other threads, articles and pages in
    PATH... belong to the tree when they name it as their source ("via"), announce themselves
    (webmention, trackback, pingback), link to it, quote it or copy it, directly or through one another.
    """
    if str(STANDARD_OUTPUT) in inputs.paths:
        raise click.UsageError(
            "expected files or folders: PATH is read three times, standard input only once"
        )
    with Session(inputs) as session:
        tree = _tree(thread, inputs, as_of, session)
        session.rest()
        _deliver(tree, lang, output, picture)
        session.finish()


def _tree(thread: str, inputs: Inputs, as_of: datetime | None, session: Session) -> SpreadTree:
    from kulanz.core.errors import UnknownThreadError
    from kulanz.core.spread import spread_tree, threads_named
    from kulanz.sources import Problems, read

    told = [session.problems]

    def posts() -> Iterator[Post]:
        problems = told.pop() if told else Problems()  # every pass meets the same problems: tell them once
        for post in session.passing(read(inputs.paths, problems=problems, options=inputs.read_options())):
            if as_of is None or (post.created_at is not None and post.created_at <= as_of):
                yield post

    try:
        return spread_tree(thread, posts, as_of)
    except UnknownThreadError as error:
        return spread_tree(_only(threads_named(thread, posts()), error), posts, as_of)


def _only(found: tuple[str, ...], unknown: CoreError) -> str:
    """Return the one thread that was meant; raise UsageError where there is none, or several."""
    if not found:
        raise click.UsageError(str(unknown))
    if len(found) > 1:
        raise click.UsageError(f"expected one thread, several are called so: {', '.join(found[:5])}")
    return found[0]


def _deliver(tree: SpreadTree, lang: Lang, output: Path | None, picture: Path | None) -> None:
    from rich.console import Console

    from kulanz.pages.spreading import print_spread

    if output is not None:
        write_lines(tree.nodes, output)
    if output != STANDARD_OUTPUT:
        print_spread(Console(file=sys.stdout), tree, lang)
    if picture is not None:
        _draw(tree, lang, picture)


def _draw(tree: SpreadTree, lang: Lang, picture: Path) -> None:
    from kulanz.pages.spreading import write_spread_page, write_spread_picture

    write = write_spread_page if picture.suffix.lower() in _PAGE else write_spread_picture
    with complete_file(picture) as unfinished, unfinished.open("w", encoding="utf-8") as out:
        write(out, tree, lang)
