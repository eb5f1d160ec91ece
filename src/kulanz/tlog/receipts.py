"""Receipts (c2sp.org/tlog-proof): ``*.tlog-proof`` files that prove without the log what is in it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kulanz.tlog.checkpoints import Checkpoint, open_checkpoint, parse_hash, parse_number, write_hash
from kulanz.tlog.errors import FormatError
from kulanz.tlog.merkle import HashReader, check_inclusion, inclusion_proof, leaf_hash
from kulanz.tlog.notes import MAX_NOTE, Verifier, parse_note

SUFFIX: Final = ".tlog-proof"
MAX_RECEIPT: Final = 2 * MAX_NOTE
_HEADER: Final = "c2sp.org/tlog-proof@v1"
_MAX_HASHES: Final = 63


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry's place, the hashes that lead from it to the root, and the signed checkpoint as published.

    ``extra`` is for the application and proven by nothing.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __bytes__(self) -> bytes:
        lines = [_HEADER]
        if self.extra is not None:
            lines.append(f"extra {b64encode(self.extra).decode()}")
        lines += [f"index {self.index}", *map(write_hash, self.proof), "", ""]
        return "\n".join(lines).encode() + self.checkpoint

    def check(self, entry: bytes, keys: Sequence[Verifier], origin: str | None = None) -> Checkpoint:
        """Return the checkpoint that proves the entry to be at ``index``; needs nothing but the log's keys.

        Raises FormatError, SignatureError, RangeError or ProofError.
        """
        checkpoint = open_checkpoint(self.checkpoint, keys, origin)
        check_inclusion(leaf_hash(entry), self.index, checkpoint.size, checkpoint.root, self.proof)
        return checkpoint


def make_receipt(index: int, checkpoint: bytes, hashes: HashReader, extra: bytes | None = None) -> Receipt:
    """The receipt of an entry under a published checkpoint, whose signatures are the caller's to trust."""
    size = Checkpoint.parse(parse_note(checkpoint).text).size
    return Receipt(index, tuple(inclusion_proof(hashes, index, size)), checkpoint, extra)


def parse_receipt(content: bytes) -> Receipt:
    """The receipt in a file, of which nothing is proven until ``check``. Raises FormatError."""
    if len(content) > MAX_RECEIPT:
        raise FormatError(f"expected a receipt of at most {MAX_RECEIPT} bytes, got {len(content)}")
    head, blank, checkpoint = content.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise FormatError("expected a receipt whose proof is ASCII, got other bytes") from error
    if lines.pop(0) != _HEADER or not blank:
        raise FormatError(f"expected a receipt that starts with {_HEADER}, got something else")
    extra = _parse_extra(lines.pop(0)) if lines and lines[0].startswith("extra ") else None
    place = lines.pop(0) if lines else ""
    if not place.startswith("index ") or len(lines) > _MAX_HASHES:
        raise FormatError(f"expected a line 'index N' and at most {_MAX_HASHES} hashes, got {place[:80]!r}")
    parse_note(checkpoint)
    index = parse_number(place.removeprefix("index "))
    return Receipt(index, tuple(map(parse_hash, lines)), checkpoint, extra)


def _parse_extra(line: str) -> bytes:
    try:
        return b64decode(line.removeprefix("extra "), validate=True)
    except (Base64Error, ValueError) as error:
        raise FormatError("expected base64 after 'extra', got something else") from error
