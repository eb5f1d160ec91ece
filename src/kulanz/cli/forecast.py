"""Whether threads will derail: ``kulanz forecast``."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kulanz.cli.options import (
    Inputs,
    Perspective,
    Working,
    examples,
    input_options,
    perspective_options,
    working_options,
)
from kulanz.cli.output import is_parquet, told, write_lines
from kulanz.cli.params import NewFile
from kulanz.cli.reading import groups_of_posts
from kulanz.cli.session import Session, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kulanz.core.posts import Post


@click.command(
    epilog=examples(
        "kulanz forecast sample/threads --output beliefs.jsonl",
        "kulanz forecast sample/threads/4711.jsonl --as-of 2026-06-11",
    )
)
@input_options
@working_options
@perspective_options
@click.option(
    "--output",
    type=NewFile(".jsonl", ".parquet", dash=True),
    help="Write to .jsonl or .parquet, not to standard output.",
)
def forecast(inputs: Inputs, working: Working, perspective: Perspective, output: Path | None) -> None:
    """Say how likely each thread will derail.

    Writes one line a post: the probability from that post and the earlier ones only.
    """
    with Session(inputs) as session:
        analyser = perspective.analyser()
        groups = groups_of_posts(inputs, working, session)
        found = chain.from_iterable(map(analyser.beliefs, groups))
        count = _write((_row(post, belief) for post, belief in found), output)
        session.rest()
        session.say(told(counted(count, "post"), output))
        session.finish()


def _row(post: Post, belief: float | None) -> dict[str, Any]:
    """A belief is always a number in the file; ``scored`` says where nothing was there to read."""
    row = {"thread_id": post.thread_id, "post_id": post.post_id, "belief": belief or 0.0}
    return row if belief is not None else row | {"scored": False}


def _write(rows: Iterator[dict[str, Any]], output: Path | None) -> int:
    if output is None or not is_parquet(output):
        return write_lines(rows, output)
    from kulanz.cli.parquet_results import write_beliefs

    return write_beliefs(({"scored": True} | row for row in rows), output)
