"""What is read: a named byte stream, and the limits under which it may be opened."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO, Final

from kulanz.sources.errors import LimitError, SourceError

HEAD_BYTES: Final = 64 * 1024
_BUFFER_BYTES: Final = 256 * 1024
MIB: Final = 1024 * 1024
GIB: Final = 1024 * MIB


class DamagedError(SourceError):
    """An input ends early or does not decompress."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a hostile input may cost. The defaults let a 50 GB archive through.

    ``max_member_bytes`` is the unpacked size of one archive member, ``max_total_bytes`` that
    of everything unpacked from one input; plain files are not limited. ``max_ratio`` is
    unpacked to packed bytes, judged after the first 16 MiB. ``max_depth`` counts nested
    layers: a tar.xz has two. ``max_line_bytes`` and ``max_document_bytes`` bound what is held
    in memory at once.
    """

    max_member_bytes: int = 64 * GIB
    max_total_bytes: int = 1024 * GIB
    max_members: int = 5_000_000
    max_ratio: float = 200.0
    max_depth: int = 4
    max_line_bytes: int = 16 * MIB
    max_document_bytes: int = 256 * MIB


@dataclass(frozen=True, slots=True)
class Item:
    """One file to read, such as ``archive.tar.xz!t/12.json``.

    The stream is good until the next item is asked for. Reading it may raise ``SourceError``
    where the input is damaged or breaks a limit; what came before is valid.
    """

    name: str
    stream: BinaryIO


def buffered(raw: io.RawIOBase) -> io.BufferedReader:
    """Return a buffered reader whose first ``peek`` holds the whole head."""
    return io.BufferedReader(raw, _BUFFER_BYTES)


def head_of(stream: BinaryIO) -> bytes:
    """Return the first bytes of a stream without consuming them."""
    if isinstance(stream, io.BufferedReader):
        return stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    if not stream.seekable():
        raise TypeError("expected a BufferedReader or a seekable stream, to look ahead")
    start = stream.tell()
    head = stream.read(HEAD_BYTES)
    stream.seek(start)
    return head


def document(item: Item, limits: Limits) -> bytes:
    """Return the whole item; raise LimitError where it is larger than a document may be."""
    data = item.stream.read(limits.max_document_bytes + 1)
    if len(data) > limits.max_document_bytes:
        raise LimitError(
            f"larger than {limits.max_document_bytes:,} bytes, which is too much for a format read as one"
            " document: split it, or convert it to Kulanz JSONL"
        )
    return data


def printable(name: str) -> str:
    """Return a name without control characters, which could forge terminal output."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
