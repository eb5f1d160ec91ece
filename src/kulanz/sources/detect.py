"""Finds the reader of each input by its content, and reads it under one roof."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from kulanz.core.posts import Post
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.formats import FORMAT_NAMES, Reader, ReadOptions, reader_named
from kulanz.sources.guarding import describe
from kulanz.sources.items import Item, head_of, printable
from kulanz.sources.json_head import top_level_keys
from kulanz.sources.opening import open_inputs

_UTTERANCE_KEYS: Final = ({b"conversation_id", b"root"}, {b"speaker", b"user"})


def detect(head: bytes, name: str) -> Reader | None:
    """Return the reader of a file with this beginning, or None where there is none."""
    readers = (reader_named(each) for each in FORMAT_NAMES)
    return next((reader for reader in readers if reader.accepts(head, name)), None)


def detected(
    paths: Iterable[str | os.PathLike[str]], problems: Problems, options: ReadOptions
) -> Iterator[tuple[Item, Reader]]:
    """Yield every readable item of the inputs with its reader; report the others.

    Read each item before asking for the next one. Raise SourceError where ``options.format``
    is unknown.
    """
    forced = reader_named(options.format) if options.format else None
    for found in open_inputs(paths, problems, options.limits, _is_corpus):
        if isinstance(found, Path):
            yield Item(printable(str(found)), io.BytesIO()), _CorpusReader(found)
        elif reader := _reader_of(found, problems, forced):
            yield found, reader


def posts_of(item: Item, reader: Reader, problems: Problems, options: ReadOptions) -> Iterator[Post]:
    """Yield one item's posts; what ends the item early is reported, not raised."""
    try:
        for post in reader.read(item, problems, options):
            yield post if options.source is None or post.source else replace(post, source=options.source)
    except (SourceError, OSError) as error:
        problems.add(item.name, None, describe(error), "what came before was read")


def _reader_of(item: Item, problems: Problems, forced: Reader | None) -> Reader | None:
    try:
        head = head_of(item.stream)
    except (SourceError, OSError) as error:
        problems.add(item.name, None, describe(error), "fetch the file again")
        return None
    reader = forced or detect(head, item.name)
    if not head:
        problems.add(item.name, None, "is empty", "leave it out")
        return None
    if reader is None:
        problems.add(item.name, None, "is in no known format", _remedy(head))
    return reader


def _remedy(head: bytes) -> str:
    keys = set(top_level_keys(head))
    if not any(keys.isdisjoint(names) for names in _UTTERANCE_KEYS):
        return "unpack the ConvoKit corpus and give its folder"
    if keys:
        return (
            "JSON must be Kulanz JSONL with thread_id and text, Discourse topics or posts, or GitHub issues"
        )
    return f"expected one of {', '.join(FORMAT_NAMES)} or a ConvoKit folder; name one with --format"


def _is_corpus(folder: Path) -> bool:
    is_corpus: bool = import_module("kulanz.sources.convokit").is_corpus(folder)
    return is_corpus


@dataclass(frozen=True, slots=True)
class _CorpusReader:
    """Reads a ConvoKit corpus, which is a folder and not one stream."""

    folder: Path
    name: str = "convokit"

    def accepts(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - content decides
        return False

    def read(self, item: Item, problems: Problems, options: ReadOptions) -> Iterator[Post]:  # noqa: ARG002
        posts: Iterator[Post] = import_module("kulanz.sources.convokit").read_corpus(
            self.folder, problems, options
        )
        return posts
