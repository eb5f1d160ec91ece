"""Files of public logs: anybody's are read, and receipts come from strangers."""

from __future__ import annotations

import contextlib
from functools import cache
from typing import Final

from fuzz.target import Target, of_text
from kulanz.logstores.receipts import extra_of, read_receipt
from kulanz.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from kulanz.tlog.cosignatures import WitnessKey, cosigned
from kulanz.tlog.entries import Entry, RuleRef, decode, encode
from kulanz.tlog.errors import FormatError, TlogError
from kulanz.tlog.merkle import leaf_hash, root_of
from kulanz.tlog.notes import SigningKey, VerifierKey, parse_note, parse_signature
from kulanz.tlog.receipts import Receipt, parse_receipt
from kulanz.tlog.tiles import pack, parse_path, split_tile, unpack

ORIGIN: Final = "forum.example.org/log"
KEY: Final = SigningKey(ORIGIN, bytes(range(32)))
_KEYS: Final = (KEY.verifier,)
_WIDTHS: Final = (1, 2, 256)


def _entry() -> bytes:
    made = Entry(
        v=1, kind="rule", act="publish", at="2026-01-02T03:04:05Z", id="0" * 32, rule=RuleRef("no-insults", 2),
        digests={"text_de": "a" * 64}, note="A rule",
    )  # fmt: skip
    return encode(made)


@cache
def _checkpoint() -> bytes:
    return sign_checkpoint(Checkpoint(ORIGIN, 1, root_of([leaf_hash(_entry())])), [KEY])


def _receipts() -> tuple[bytes, ...]:
    extra = extra_of(_entry(), {"text": (bytes(32), b"what stood there")})
    return bytes(Receipt(0, (), _checkpoint(), extra)), bytes(Receipt(0, (bytes(32),), _checkpoint(), None))


def _receipt(data: bytes) -> None:
    held = read_receipt(data)
    held.receipt.check(held.body, _KEYS)


def _key(text: str) -> None:
    for kind in (VerifierKey, WitnessKey, SigningKey):
        with contextlib.suppress(FormatError):
            kind.parse(text)


def _note(data: bytes) -> None:
    note = parse_note(data)
    bytes(note)
    cosigned(note, (WitnessKey(ORIGIN, KEY.verifier.public),), 0)
    open_checkpoint(data, _KEYS, ORIGIN)


def _bundle(data: bytes) -> None:
    for width in _WIDTHS:
        with contextlib.suppress(TlogError):
            [decode(each) for each in unpack(data, width)]
        with contextlib.suppress(TlogError):
            split_tile(data, width)


TARGETS: Final = tuple(
    Target(name=f"log-{name}", parse=parse, seeds=made, declared=(TlogError,))
    for name, parse, made in (
        ("note", _note, lambda: (_checkpoint(),)),
        ("checkpoint", of_text(Checkpoint.parse), lambda: (_checkpoint(), b"a/b\n1\n" + b"A" * 43 + b"=\n")),
        ("signature", of_text(parse_signature), lambda: (_checkpoint().splitlines()[-1],)),
        ("key", of_text(_key), lambda: (str(KEY.verifier).encode(), KEY.secret.encode())),
        ("entry", decode, lambda: (_entry(),)),
        ("bundle", _bundle, lambda: (pack([_entry()]), pack([_entry(), _entry()]), bytes(64))),
        ("path", of_text(parse_path), lambda: (b"tile/0/x001/234.p/5", b"tile/entries/000")),
        ("receipt", _receipt, _receipts),
        ("bare-receipt", parse_receipt, _receipts),
    )
)
