"""Receipts of the public log: an entry with its proof, and what shows what the entry is about."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import msgspec

from kulanz.desk.models import LogEntry
from kulanz.desk.queries.record import log_keys, place_of
from kulanz.desk.services.log_sequencing import store
from kulanz.desk.services.public_log import Opened, openings_of
from kulanz.tlog.checkpoints import Checkpoint
from kulanz.tlog.entries import KEY_BYTES, Entry, decode, opens
from kulanz.tlog.errors import FormatError, ProofError, TlogError
from kulanz.tlog.notes import VerifierKey, parse_note
from kulanz.tlog.receipts import Receipt, make_receipt, parse_receipt
from kulanz.tlog.tiles import CHECKPOINT_PATH, CheckedTiles

LARGEST_EXTRA: Final = 512 * 1024
_WHITE: Final = re.compile(r"\s+")


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What opens one commitment: its key and the content, both in base64."""

    key: str
    content: str


class Extra(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a receipt of ours holds beside the proof: the entry's bytes in base64, and what opens it."""

    entry: str
    openings: dict[str, Shown] = {}


Said = Literal[
    "unreadable", "without_entry", "not_signed", "not_in_log", "in_log", "changed_here", "opens", "opens_not",
    "same_text", "other_text", "nothing_opened",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at: whether it is as it should be, and about what it is said."""

    ok: bool
    said: Said
    name: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a receipt shows, step by step; ``entry`` None where it is not read so far."""

    steps: tuple[Step, ...]
    entry: Entry | None = None
    index: int | None = None

    @property
    def ok(self) -> bool:
        return all(step.ok for step in self.steps)


def receipt_of(entry: LogEntry) -> Receipt | None:
    """Return an entry's receipt for the person whom it is about: it holds what opens the commitments, too.

    None while the published log does not reach so far. Raise TlogError where its files do not prove it.
    """
    shown = openings_of(entry)
    return receipt_at(entry.index, bytes(entry.body), shown)


def receipt_at(
    index: int | None, body: bytes, shown: Mapping[str, Opened] = MappingProxyType({})
) -> Receipt | None:
    """Return the receipt of the entry at a place; None where the published log does not reach so far."""
    read = store().read
    content = read(CHECKPOINT_PATH)
    if index is None or content is None:
        return None
    checkpoint = Checkpoint.parse(parse_note(content).text)
    if index >= checkpoint.size:
        return None
    told = {
        name: Shown(b64encode(each.key).decode(), b64encode(each.content).decode())
        for name, each in shown.items()
    }
    extra = msgspec.json.encode(Extra(b64encode(body).decode(), told))
    return make_receipt(index, content, CheckedTiles(checkpoint.size, checkpoint.root, read), extra)


def check(content: bytes, text: str = "") -> Checked:
    """Say what a receipt proves, and whether ``text``, as somebody saved it, is what its entry is about.

    Nothing is kept. What the desk knows is used for one step alone: whether its record still has the entry.
    """
    try:
        receipt = parse_receipt(content)
    except FormatError:
        return Checked((Step(ok=False, said="unreadable"),))
    found = _extra(receipt)
    if found is None:
        return Checked((Step(ok=False, said="without_entry"),), index=receipt.index)
    body, entry, openings = found
    proven = _proven(receipt, body)
    return Checked((*proven, *_opened(entry, openings, text)), entry, receipt.index)


def _extra(receipt: Receipt) -> tuple[bytes, Entry, Mapping[str, tuple[bytes, bytes]]] | None:
    if receipt.extra is None or len(receipt.extra) > LARGEST_EXTRA:
        return None
    try:
        extra = msgspec.json.decode(receipt.extra, type=Extra)
        body = b64decode(extra.entry, validate=True)
        shown = {
            name: (b64decode(each.key, validate=True), b64decode(each.content, validate=True))
            for name, each in extra.openings.items()
        }
        return body, decode(body), shown
    except (msgspec.DecodeError, Base64Error, ValueError, TlogError):
        return None


def _proven(receipt: Receipt, body: bytes) -> Sequence[Step]:
    keys = [VerifierKey.parse(vkey) for vkey in log_keys()]
    try:
        receipt.check(body, keys)
    except TlogError as error:
        said: Said = "not_in_log" if isinstance(error, ProofError) else "not_signed"
        return (Step(ok=False, said=said),)
    kept = place_of(receipt.index)
    here = kept is not None and kept.body == body
    return (Step(ok=True, said="in_log"), *(() if here else (Step(ok=False, said="changed_here"),)))


def _opened(entry: Entry, openings: Mapping[str, tuple[bytes, bytes]], text: str) -> Sequence[Step]:
    right = {
        name: len(key) == KEY_BYTES and opens(entry, name, key, content)
        for name, (key, content) in openings.items()
    }
    steps = [Step(ok=ok, said="opens" if ok else "opens_not", name=name) for name, ok in right.items()]
    if not text.strip():
        return steps
    if not any(right.values()):
        return [*steps, Step(ok=False, said="nothing_opened")]
    wanted = _plain(text)
    same = [name for name, ok in right.items() if ok and wanted in map(_plain, _texts(openings[name][1]))]
    if same:
        return [*steps, *(Step(ok=True, said="same_text", name=name) for name in same)]
    return [*steps, Step(ok=False, said="other_text")]


def _texts(content: bytes) -> list[str]:
    """Return the words that were committed to, as ``public_log`` callers write them: the field ``text``."""
    try:
        found: Any = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return []
    text = found.get("text") if isinstance(found, dict) else None
    return [text] if isinstance(text, str) else []


def _plain(text: str) -> str:
    """Return a text as it is compared: white space counts once, whatever program saved it."""
    return _WHITE.sub(" ", text).strip()
