"""Any format that is read, as one that lasts: ``kulanz convert``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kulanz.cli.options import Inputs, examples, reading_options
from kulanz.cli.output import binary_output, check_parquet, check_targets, complete_file, is_parquet
from kulanz.cli.session import Session, counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kulanz.core.posts import Post

_FILES = (".jsonl", ".parquet")


@click.command(
    epilog=examples(
        "kulanz convert sample/blogs.atom blogs.jsonl",
        "kulanz convert sample/threads/4711.jsonl sample/threads/2026-06.jsonl june.parquet",
        "kulanz convert sample/threads corpus/",
    )
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="PATH... TARGET")
@reading_options
def convert(inputs: Inputs) -> None:
    """Write posts of any format to one file or corpus.

    TARGET is a .jsonl or .parquet file, or a folder, which becomes a ConvoKit corpus. Fields that
    Kulanz does not know are kept.
    """
    from kulanz.sources import read

    target = _target(inputs.paths)
    inputs = replace(inputs, paths=inputs.paths[:-1])
    with Session(inputs) as session:
        options = inputs.read_options(keep_extra=True)
        found = session.passing(read(inputs.paths, problems=session.problems, options=options))
        count = _write(found, target)
        session.rest()
        session.say(f"wrote {target}: {counted(count, 'post')}")
        session.finish()


def _target(paths: tuple[str, ...]) -> Path:
    if len(paths) == 1:
        raise click.UsageError(f"expected PATH... and then TARGET, got only {paths[0]!r}: say where to write")
    target = Path(paths[-1])
    if not _is_folder(target) and target.suffix.lower() not in _FILES:
        raise click.UsageError(
            f"expected a target that ends in {' or '.join(_FILES)}, or a folder, got {paths[-1]!r}"
        )
    if not target.parent.is_dir():
        raise click.UsageError(f"the folder {str(target.parent)!r} is not there: make it first")
    check_targets(paths[:-1], [target])
    check_parquet(target)
    return target


def _is_folder(target: Path) -> bool:
    return target.is_dir() or not target.suffix


def _write(posts: Iterable[Post], target: Path) -> int:
    if _is_folder(target):
        from kulanz.sources.convokit import write_corpus

        return write_corpus(posts, target)
    if is_parquet(target):
        from kulanz.sources.writing import write_parquet

        with complete_file(target) as unfinished:
            return write_parquet(posts, unfinished)
    from kulanz.sources.writing import write_jsonl

    with binary_output(target) as stream:
        return write_jsonl(posts, stream)
