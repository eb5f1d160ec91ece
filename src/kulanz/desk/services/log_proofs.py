"""Receipts of the public log: an entry with its proof, and what shows what the entry is about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import msgspec
from django.core import signing

from kulanz.desk.conf import conf
from kulanz.desk.models import LogEntry
from kulanz.desk.queries.record import log_keys, place_of
from kulanz.desk.services.log_sequencing import store
from kulanz.desk.services.public_log import openings_of
from kulanz.logstores.receipts import Held, extra_of, read_receipt
from kulanz.sources.html import html_to_text
from kulanz.tlog.checkpoints import Checkpoint
from kulanz.tlog.entries import KEY_BYTES, Entry, opens
from kulanz.tlog.errors import ProofError, TlogError
from kulanz.tlog.notes import VerifierKey, parse_note
from kulanz.tlog.receipts import SUFFIX, Receipt, make_receipt
from kulanz.tlog.tiles import CHECKPOINT_PATH, CheckedTiles

_SALT: Final = "kulanz.receipt"
_WHITE: Final = re.compile(r"\s+")
_NOTHING: Final[Mapping[str, tuple[bytes, bytes]]] = MappingProxyType({})

Said = Literal[
    "unreadable", "not_signed", "not_in_log", "in_log", "changed_here", "opens", "opens_not", "same_text",
    "other_text", "nothing_opened",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at: whether it is as it should be, and of which part that is said."""

    ok: bool
    said: Said
    name: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a receipt shows, step by step; ``entry`` None where it cannot be read."""

    steps: tuple[Step, ...]
    entry: Entry | None = None
    leaf: str = ""

    @property
    def ok(self) -> bool:
        return all(step.ok for step in self.steps)


def receipt_of(entry: LogEntry) -> Receipt | None:
    """Return an entry's receipt for the person whom it is about: it holds what opens the commitments, too.

    None while the published log does not reach so far. Raise TlogError where its files do not prove it.
    """
    return receipt_at(entry.index, bytes(entry.body), openings_of(entry))


def receipt_link(entry: LogEntry) -> str:
    """Return the secret address of an entry's receipt, for the person whom the entry is about.

    It is there once the worker has published the entry, and ends with the secret key of the desk. Whoever
    has it reads the words that the entry is about, until these are erased.
    """
    token = signing.dumps(entry.pk, salt=_SALT)
    return f"{conf().url}/receipts/{token}{SUFFIX}"


def linked_receipt(token: str) -> Receipt | None:
    """Return the receipt that a secret address leads to; None for any other, and before it is published.

    Raise TlogError where the log's files do not prove it.
    """
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    entry = LogEntry.objects.filter(pk=pk).first()
    return receipt_of(entry) if entry else None


def receipt_at(
    index: int | None, body: bytes, openings: Mapping[str, tuple[bytes, bytes]] = _NOTHING
) -> Receipt | None:
    """Return the receipt of the entry at a place; None where the published log does not reach so far."""
    read = store().read
    content = read(CHECKPOINT_PATH)
    if index is None or content is None:
        return None
    checkpoint = Checkpoint.parse(parse_note(content).text)
    if index >= checkpoint.size:
        return None
    tiles = CheckedTiles(checkpoint.size, checkpoint.root, read)
    return make_receipt(index, content, tiles, extra_of(body, openings))


def check(content: bytes, saved: str = "") -> Checked:
    """Say what a receipt proves, and whether a saved post has the words that its entry is about.

    ``saved`` is text, or HTML as a browser saves a page. Nothing is kept. What the desk knows is used for one
    step alone: whether its own record has this entry at this place.
    """
    try:
        held = read_receipt(content)
    except TlogError:
        return Checked((Step(ok=False, said="unreadable"),))
    kept = place_of(held.receipt.index)
    here = kept is not None and kept.body == held.body
    steps = _proven(held)
    if steps[0].ok:
        steps = [*steps, *([] if here else [Step(ok=False, said="changed_here")]), *_opened(held, saved)]
    return Checked(tuple(steps), held.entry, kept.leaf if kept is not None and here else "")


def _proven(held: Held) -> Sequence[Step]:
    try:
        held.receipt.check(held.body, [VerifierKey.parse(vkey) for vkey in log_keys()])
    except ProofError:
        return [Step(ok=False, said="not_in_log")]
    except TlogError:
        return [Step(ok=False, said="not_signed")]
    return [Step(ok=True, said="in_log")]


def _opened(held: Held, saved: str) -> Sequence[Step]:
    right = {
        name: len(key) == KEY_BYTES and opens(held.entry, name, key, content)
        for name, (key, content) in held.openings.items()
    }
    steps = [Step(ok=ok, said="opens" if ok else "opens_not", name=name) for name, ok in right.items()]
    if not saved.strip():
        return steps
    words = {name: _words(held.openings[name][1]) for name, ok in right.items() if ok}
    if not any(words.values()):
        return [*steps, Step(ok=False, said="nothing_opened")]
    page = f" {_plain(html_to_text(saved).text if '<' in saved else saved)} "
    same = [name for name, each in words.items() if each and f" {each} " in page]
    found = [Step(ok=True, said="same_text", name=name) for name in same]
    return [*steps, *(found or [Step(ok=False, said="other_text")])]


def _words(content: bytes) -> str:
    """Return the words that were committed to: the field ``text`` of what stands under a name."""
    try:
        found: Any = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return ""
    text = found.get("text") if isinstance(found, dict) else None
    return _plain(text) if isinstance(text, str) else ""


def _plain(text: str) -> str:
    """Return a text as it is compared: white space counts once, whatever program saved it."""
    return _WHITE.sub(" ", text).strip()
