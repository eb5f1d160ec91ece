"""What stands in the docs: pages, their fenced blocks, and the commands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import click

from kulanz.cli import main

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for where in ("*.md", "docs/**/*.md", "training/**/*.md", "sample/*.md", "src/kulanz/**/README.md")
    for path in ROOT.glob(where)
)
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`((?:\.venv/bin/)?kulanz(?:-desk)? [a-z][^`]*)`")


def text(page: Path) -> str:
    return page.read_text("utf-8")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    return [dedent(body) for found, body in FENCE.findall(text(page)) if found == language]


def commands_in_sentences(page: Path) -> Iterator[str]:
    """Commands of kulanz that stand in the words of a page."""
    yield from _CODE.findall(FENCE.sub("", text(page)))


def command_named(words: list[str]) -> tuple[click.Command, list[str]]:
    """Follow words into the commands; return the last one and what is left."""
    command: click.Command = main
    context = click.Context(main)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"no command {words[0]!r}"
        command, words = found, words[1:]
    return command, words


def options(command: click.Command) -> set[str]:
    named = (name for param in command.params for name in [*param.opts, *param.secondary_opts])
    return {"--help", *named}


def check_command(words: list[str]) -> None:
    """Have click read the words of a command that is not run; paths need not be there."""
    command, rest = command_named(words)
    context = click.Context(command)
    given, left, _ = command.make_parser(context).parse_args(rest)
    assert left == []
    for param in command.params:
        value = given.get(param.name or "")
        assert value is not None or param.envvar or not param.required, f"{words}: {param.name} is missing"
        if value is not None and not isinstance(param.type, click.Path):
            param.type_cast_value(context, value)
