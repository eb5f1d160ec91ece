"""Checkpoints (c2sp.org/tlog-checkpoint): a log's size and root as a signed note."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kulanz.tlog.errors import FormatError, SignatureError
from kulanz.tlog.merkle import HASH_SIZE, MAX_SIZE
from kulanz.tlog.notes import Note, Signer, Verifier, parse_note, sign, verified

_LINES: Final = 3
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_HASH: Final = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: its name (``origin``), how many entries it has, and their root.

    ``extensions`` are lines that mean nothing to this library and are signed with the rest.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not (0 <= self.size <= MAX_SIZE and len(self.root) == HASH_SIZE):
            raise FormatError(f"expected a size up to {MAX_SIZE} and a root of {HASH_SIZE} bytes, got {self}")
        if any(not line or "\n" in line for line in lines):
            raise FormatError(f"expected an origin and extensions of one line each, got {lines}")

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), write_hash(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """A note's text as a checkpoint; FormatError where it is none."""
        *lines, end = text.split("\n")
        if len(lines) < _LINES or end:
            raise FormatError(f"expected a checkpoint of {_LINES} lines at least, got {len(lines)}")
        origin, size, root, *extensions = lines
        return cls(origin, parse_number(size), parse_hash(root), tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, signers: Iterable[Signer]) -> bytes:
    """The checkpoint as a log publishes it."""
    return bytes(sign(checkpoint.text, signers))


def open_checkpoint(content: bytes, keys: Sequence[Verifier], origin: str | None = None) -> Checkpoint:
    """A published checkpoint, after its signatures were verified with the log's own keys.

    The origin must be ``origin``; where that is None, the name of a key that signed.
    Raises FormatError or SignatureError.
    """
    return checked_checkpoint(parse_note(content), keys, origin)


def checked_checkpoint(note: Note, keys: Sequence[Verifier], origin: str | None = None) -> Checkpoint:
    """The checkpoint in a note that was read already; see ``open_checkpoint``."""
    signed = {signature.name for signature in verified(note, keys)}
    names = signed if origin is None else {origin}
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin not in names:
        raise SignatureError(
            f"expected a checkpoint of {' or '.join(sorted(names))}, got one of {checkpoint.origin[:80]!r}"
        )
    return checkpoint


def parse_number(text: str) -> int:
    """A size or place as these formats write it; FormatError for anything else."""
    if not _NUMBER.fullmatch(text) or int(text) > MAX_SIZE:
        raise FormatError(f"expected a number up to {MAX_SIZE} without leading zeros, got {text[:80]!r}")
    return int(text)


def parse_hash(text: str) -> bytes:
    """A hash as these formats write it; FormatError for anything else."""
    if not _HASH.fullmatch(text):
        raise FormatError(f"expected a hash of {HASH_SIZE} bytes in base64, got {text[:80]!r}")
    return b64decode(text)


def write_hash(content: bytes) -> str:
    return b64encode(content).decode()
