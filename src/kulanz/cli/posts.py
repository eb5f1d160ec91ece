"""What each post does: ``kulanz posts``."""

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
    from collections.abc import Iterable, Iterator

    from kulanz.core.report import PostFinding


@click.command(
    epilog=examples(
        "kulanz posts sample/threads --output posts.jsonl",
        "kulanz posts sample/threads/4711.jsonl --company Kontaktor",
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
def posts(inputs: Inputs, working: Working, perspective: Perspective, output: Path | None) -> None:
    """Say what each post does.

    Writes one line a post: its language and nineteen signals, .5 and more meaning "yes".
    """
    with Session(inputs) as session:
        analyser = perspective.analyser()
        groups = groups_of_posts(inputs, working, session)
        count = _write(_rows(chain.from_iterable(map(analyser.post_findings, groups))), output)
        session.rest()
        session.say(told(counted(count, "post"), output))
        session.finish()


def _rows(findings: Iterable[PostFinding]) -> Iterator[dict[str, Any]]:
    for finding in findings:
        post = finding.post
        row = {
            "thread_id": post.thread_id,
            "post_id": post.post_id,
            "lang": finding.lang,
            "signals": finding.signals,
        }
        yield row if finding.signals else row | {"scored": False}


def _write(rows: Iterator[dict[str, Any]], output: Path | None) -> int:
    if output is None or not is_parquet(output):
        return write_lines(rows, output)
    from kulanz.cli.parquet_results import write_signals

    return write_signals(({"scored": True} | row for row in rows), output)
