"""The one sequencer of a log: gives new entries their places, and survives being killed at any moment.

The order of its steps is what makes it safe. New files are staged together as one object; then the head moves
on by compare-and-swap, which decides; then the files go to their places; then everybody is shown the
checkpoint; then the stage is dropped. Whoever starts finishes first what a predecessor began: it is the same
code. Two at once cannot fork the log, for only one of them moves the head.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import msgspec

from kulanz.tlog.checkpoints import Checkpoint, sign_checkpoint
from kulanz.tlog.errors import ForkError, TlogError
from kulanz.tlog.merkle import EMPTY_ROOT
from kulanz.tlog.notes import Note, Signer, parse_note
from kulanz.tlog.tiles import CHECKPOINT_PATH, FULL, CheckedTiles, grow
from kulanz.tlog.verifying import verify_growth

STAGING: Final = "staging/"


class StoreError(TlogError):
    """A store could not do what it was asked to; nothing is lost, the next turn goes on."""


class Objects(Protocol):
    """Where the files of a log lie, by path. Each call has happened for good once it returns.

    Raises StoreError where the store cannot be reached, or does not do what it is asked to.
    """

    def read(self, path: str) -> bytes | None:
        """The content at a path, None where there is none."""

    def create(self, path: str, content: bytes) -> None:
        """Write what never changes: the same content again is no error, other content is one."""

    def swap(self, path: str, seen: bytes | None, content: bytes) -> bool:
        """Replace what was ``seen`` (None: nothing), whole; False where something else is there."""

    def delete(self, path: str) -> None:
        """Delete what may be there."""

    def paths(self, prefix: str) -> Sequence[str]:
        """All paths that begin with ``prefix``."""


class Head(Protocol):
    """The checkpoint that decides: what it says is the log, shown already or not."""

    def read(self) -> bytes:
        """The signed checkpoint, empty before the first."""

    def swap(self, seen: bytes, checkpoint: bytes) -> bool:
        """Replace what was ``seen``; False where another sequencer was faster."""


class Staged(msgspec.Struct, frozen=True):
    """What a step of the log writes: files by path."""

    files: dict[str, bytes]


def begin(head: Head, origin: str, signers: Sequence[Signer]) -> bool:
    """Sign the checkpoint of an empty log; False where the log has begun already."""
    return head.swap(b"", sign_checkpoint(Checkpoint(origin, 0, EMPTY_ROOT), signers))


def sequence(objects: Objects, head: Head, entries: Sequence[bytes], signers: Sequence[Signer]) -> bool:
    """Append entries to a log that has begun and show them; False where another sequencer was faster.

    Finishes first what was begun before. Raises StoreError where a store fails, TileError where its files are
    not those of the head, and ForkError where what is shown is another log.
    """
    seen = head.read()
    finish(objects, seen)
    if not entries:
        return True
    before = _said(seen)
    _check_newest(objects, head, seen)
    tiles = CheckedTiles(before.size, before.root, objects.read)
    if before.size % FULL:
        tiles.entries(before.size // FULL)
    growth = grow(before.size, entries, objects.read)
    after = Checkpoint(before.origin, growth.size, growth.root)
    objects.create(_stage(before, after), msgspec.msgpack.encode(Staged(growth.files)))
    checkpoint = sign_checkpoint(after, signers)
    if not head.swap(seen, checkpoint):
        return False
    _write(objects, growth.files)
    show(objects, checkpoint)
    _drop_stages(objects, after.size)
    return True


def sign_again(objects: Objects, head: Head, signers: Sequence[Signer]) -> bool:
    """Have the same tree signed by other keys, and show that; False where somebody else was faster."""
    seen = head.read()
    finish(objects, seen)
    checkpoint = sign_checkpoint(_said(seen), signers)
    if not head.swap(seen, checkpoint):
        return False
    show(objects, checkpoint)
    return True


def finish(objects: Objects, checkpoint: bytes) -> None:
    """Do what is left of the step that led to the head's checkpoint; where nothing is, do nothing."""
    if not checkpoint:
        raise StoreError("expected a log that has begun, got none: begin it first")
    said = _said(checkpoint)
    for path in objects.paths(STAGING):
        if path.endswith(_stage_end(said)):
            staged = objects.read(path)
            _write(objects, _files(path, staged) if staged is not None else {})
    show(objects, checkpoint)
    _drop_stages(objects, said.size)


def show(objects: Objects, checkpoint: bytes) -> None:
    """Publish a checkpoint, unless a later one is shown already.

    Cosignatures that the published one has for the same tree stay. Raises ForkError where another log, or
    one that does not begin with what is shown, would be published there: then two sequencers with heads of
    their own write to this store.
    """
    wanted = parse_note(checkpoint)
    while True:
        shown = objects.read(CHECKPOINT_PATH)
        note = wanted if shown is None else _joined(objects, parse_note(shown), wanted)
        if note is None or bytes(note) == shown or objects.swap(CHECKPOINT_PATH, shown, bytes(note)):
            return


def _joined(objects: Objects, shown: Note, wanted: Note) -> Note | None:
    """Return what is to be published over what is shown; None where that is later already."""
    before, after = Checkpoint.parse(shown.text), Checkpoint.parse(wanted.text)
    if before.origin != after.origin or (before.size == after.size and before.root != after.root):
        raise ForkError(
            f"expected the log {after.origin} or its tree of {after.size} entries at {CHECKPOINT_PATH}, got "
            f"{before.origin} with another: publish to a place of its own"
        )
    if before.size > after.size:
        return None
    if before.size < after.size:
        verify_growth(before, after, objects.read)
    return wanted.signed_also(shown.signatures) if shown.text == wanted.text else wanted


def _check_newest(objects: Objects, head: Head, seen: bytes) -> None:
    """Raise ForkError where more is shown than the head knows of: it came out of an old backup."""
    shown = objects.read(CHECKPOINT_PATH)
    known, public = _said(seen).size, _said(shown).size if shown else 0
    if public > known and head.read() == seen:
        raise ForkError(
            f"expected at most {known} entries to be shown, got {public}: the head is older than what"
            " everybody has seen, and to go on from it would fork the log: restore a newer one, or take in"
            " what was published since"
        )


def _said(checkpoint: bytes) -> Checkpoint:
    """Return what our own checkpoint says; it was ours to sign, so nobody's signature is looked at."""
    return Checkpoint.parse(parse_note(checkpoint).text)


def _stage(before: Checkpoint, after: Checkpoint) -> str:
    return f"{STAGING}{before.size}{_stage_end(after)}"


def _stage_end(said: Checkpoint) -> str:
    return f"-{said.size}-{said.root.hex()}"


def _files(path: str, staged: bytes) -> Mapping[str, bytes]:
    try:
        return msgspec.msgpack.decode(staged, type=Staged).files
    except msgspec.DecodeError as error:
        raise StoreError(f"{path}: expected files that were staged, got something else: {error}") from error


def _write(objects: Objects, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        objects.create(path, content)


def _drop_stages(objects: Objects, size: int) -> None:
    """Drop what was staged upon an earlier tree: whoever staged it can move the head no more.

    What was staged upon this one may be somebody's next step.
    """
    for path in objects.paths(STAGING):
        if _base(path) < size:
            objects.delete(path)


def left_behind(objects: Objects, checkpoint: bytes) -> Sequence[str]:
    """Return the steps that were staged and not cleared away, by path; ``checkpoint`` is the head's.

    Those staged upon a larger tree than the head's are none of them: then the head is too old.
    """
    said = _said(checkpoint)
    return [path for path in objects.paths(STAGING) if _base(path) <= said.size]


def tidy(objects: Objects, checkpoint: bytes) -> int:
    """Finish the head's own step, drop the others, and return how many there were.

    Only while no sequencer runs: what was staged upon the head's tree may be its next step.
    """
    found = left_behind(objects, checkpoint)
    finish(objects, checkpoint)
    for path in found:
        objects.delete(path)
    return len(found)


def _base(path: str) -> int:
    """Return the size of the tree that a step was staged upon; what is named otherwise is none of ours."""
    base = path.removeprefix(STAGING).partition("-")[0]
    return int(base) if base.isdecimal() else sys.maxsize
