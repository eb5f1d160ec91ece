"""Receipts as Kulanz writes them: beside the proof they hold the entry, and what it is about."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from kulanz.tlog.entries import Entry, decode
from kulanz.tlog.errors import FormatError
from kulanz.tlog.receipts import MAX_RECEIPT, Receipt, parse_receipt

__all__ = ["MAX_RECEIPT", "Held", "extra_of", "read_receipt"]


class _Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    content: str


class _Extra(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    entry: str
    openings: dict[str, _Shown] = {}


@dataclass(frozen=True, slots=True)
class Held:
    """What a receipt holds, of which nothing is proven yet: keys and contents by name open the entry."""

    receipt: Receipt
    body: bytes
    entry: Entry
    openings: Mapping[str, tuple[bytes, bytes]]


def extra_of(body: bytes, openings: Mapping[str, tuple[bytes, bytes]] = MappingProxyType({})) -> bytes:
    """Return what stands beside the proof."""
    shown = {name: _Shown(_text(key), _text(content)) for name, (key, content) in openings.items()}
    return msgspec.json.encode(_Extra(_text(body), shown))


def read_receipt(content: bytes) -> Held:
    """Read a receipt with its entry; raise FormatError or EntryError where it is none of ours."""
    receipt = parse_receipt(content)
    try:
        extra = msgspec.json.decode(receipt.extra or b"", type=_Extra)
        body = b64decode(extra.entry, validate=True)
        openings = {
            name: (b64decode(each.key, validate=True), b64decode(each.content, validate=True))
            for name, each in extra.openings.items()
        }
    except (msgspec.DecodeError, ValueError) as error:
        raise FormatError(
            "expected a receipt that holds its entry, as Kulanz writes it, got another"
        ) from error
    return Held(receipt, body, decode(body), openings)


def _text(content: bytes) -> str:
    return b64encode(content).decode()
