"""Cosignatures (c2sp.org/tlog-cosignature): a witness's word that a log has only grown, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kulanz.tlog.errors import FormatError, SignatureError
from kulanz.tlog.notes import (
    KEY_SIZE,
    Note,
    PublicKey,
    Signature,
    check_name,
    ed25519_verifies,
    public_of,
    verified,
)

COSIGNATURE: Final = 4
_TIME_SIZE: Final = 8
_LATEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class WitnessKey(PublicKey):
    """The public key of a witness."""

    kind: ClassVar[int] = COSIGNATURE

    def verifies(self, text: str, content: bytes) -> bool:
        at = signed_at(content)
        return at <= _LATEST and ed25519_verifies(self.public, _message(text, at), content[_TIME_SIZE:])


@dataclass(frozen=True, slots=True)
class Cosigner:
    """The signing key of a witness; ``seed`` are 32 random bytes that sign nothing else."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_SIZE:
            raise FormatError(f"expected a seed of {KEY_SIZE} bytes, got {len(self.seed)}")
        check_name(self.name)

    @property
    def key(self) -> WitnessKey:
        return WitnessKey(self.name, public_of(self.seed))

    def cosign(self, text: str, at: int) -> Signature:
        """Sign a checkpoint's text as seen ``at`` so many seconds since 1970, after having verified it."""
        if not 0 <= at <= _LATEST:
            raise FormatError(f"expected a time in seconds since 1970, got {at}")
        content = Ed25519PrivateKey.from_private_bytes(self.seed).sign(_message(text, at))
        return Signature(self.name, self.key.key_id, at.to_bytes(_TIME_SIZE, "big") + content)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """Which witness saw a checkpoint, and when: seconds since 1970."""

    name: str
    at: int


def cosigned(note: Note, witnesses: Sequence[WitnessKey], at_least: int = 1) -> list[Cosigned]:
    """Who of the witnesses cosigned a checkpoint.

    Raises SignatureError where fewer than ``at_least`` did, or a known witness's signature is wrong.
    """
    found = [Cosigned(each.name, signed_at(each.content)) for each in verified(note, witnesses)]
    if len(found) < at_least:
        raise SignatureError(
            f"expected {at_least} of {len(witnesses)} witnesses to have cosigned, got {len(found)}"
        )
    return found


def signed_at(content: bytes) -> int:
    """The time in a cosignature, in seconds since 1970."""
    return int.from_bytes(content[:_TIME_SIZE], "big")


def _message(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
