"""Signed notes (c2sp.org/signed-note): a text, and under it one line for every signature."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar, Final, Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kulanz.tlog.errors import FormatError, SignatureError

ED25519: Final = 1
KEY_SIZE: Final = 32
MAX_NOTE: Final = 1_000_000
MAX_SIGNATURES: Final = 100
_ID_SIZE: Final = 4
_DASH: Final = "\N{EM DASH} "
_SECRET: Final = "PRIVATE+KEY+"  # noqa: S105 - how a signing key's text begins


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note: whose key it says to be of, and the bytes that this key's algorithm made."""

    name: str
    key_id: bytes
    content: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.content).decode()}\n"


class Verifier(Protocol):
    """A public key that knows its own signatures."""

    @property
    def name(self) -> str: ...

    @property
    def key_id(self) -> bytes: ...

    def verifies(self, text: str, content: bytes) -> bool:
        """Whether the content of a signature is this key's for the text."""


class Signer(Protocol):
    """Makes signatures of one key; the key itself may be elsewhere."""

    def sign(self, text: str) -> Signature: ...


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as published in a vkey, ``name+id+base64``; ``kind`` is the type of its signatures."""

    kind: ClassVar[int]
    name: str
    public: bytes
    key_id: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key_id", key_id(self.name, self.kind, self.public))

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Raises FormatError where the text is no vkey of this type."""
        name, public = parse_vkey(vkey, cls.kind)
        return cls(name, public)

    def __str__(self) -> str:
        return write_vkey(self.name, self.kind, self.public)


@dataclass(frozen=True, slots=True)
class VerifierKey(PublicKey):
    """An Ed25519 key that signs notes."""

    kind: ClassVar[int] = ED25519

    def verifies(self, text: str, content: bytes) -> bool:
        return ed25519_verifies(self.public, text.encode(), content)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key that signs notes; ``seed`` are 32 random bytes, its text is ``PRIVATE+KEY+...``."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_SIZE:
            raise FormatError(f"expected a seed of {KEY_SIZE} bytes, got {len(self.seed)}")
        check_name(self.name)

    @classmethod
    def parse(cls, skey: str) -> Self:
        """Raises FormatError, which never shows the text, where it is no signing key."""
        name, number, encoded = _key_parts(skey.removeprefix(_SECRET))
        secret = _decoded(encoded)
        if not skey.startswith(_SECRET) or secret is None or secret[:1] != bytes([ED25519]):
            raise FormatError(f"expected a signing key that starts with {_SECRET}, got something else")
        key = cls(name, secret[1:])
        if number != key.verifier.key_id.hex():
            raise FormatError(f"expected a signing key with the id {key.verifier.key_id.hex()}, got another")
        return key

    @property
    def secret(self) -> str:
        """The key as text, to be kept as a secret."""
        return f"{_SECRET}{self.name}+{self.verifier.key_id.hex()}+{_encoded(ED25519, self.seed)}"

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, public_of(self.seed))

    def sign(self, text: str) -> Signature:
        content = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return Signature(self.name, self.verifier.key_id, content)


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a newline, and its signatures, which nobody has verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        return f"{self.text}\n{''.join(map(str, self.signatures))}".encode()

    def signed_also(self, signatures: Iterable[Signature]) -> Note:
        """The note with signatures added that it does not have yet."""
        new = [each for each in signatures if each not in self.signatures]
        return Note(self.text, (*self.signatures, *new))


def sign(text: str, signers: Iterable[Signer]) -> Note:
    """A note with a signature of each; FormatError where the text cannot be one of a note."""
    _check_text(text)
    return Note(text, tuple(signer.sign(text) for signer in signers))


def parse_note(content: bytes) -> Note:
    """The note in a file, unverified: use it only through ``verified``. Raises FormatError."""
    if len(content) > MAX_NOTE:
        raise FormatError(f"expected a note of at most {MAX_NOTE} bytes, got {len(content)}")
    try:
        whole = content.decode()
    except UnicodeDecodeError as error:
        raise FormatError("expected a note in UTF-8, got other bytes") from error
    text, blank, under = whole.rpartition("\n\n")
    if not blank or not under.endswith("\n"):
        raise FormatError("expected a text, an empty line and lines of signatures, got no such note")
    _check_text(text + "\n")
    lines = under.split("\n")[:-1]
    if len(lines) > MAX_SIGNATURES:
        raise FormatError(f"expected at most {MAX_SIGNATURES} signatures, got {len(lines)}")
    return Note(text + "\n", tuple(map(parse_signature, lines)))


def parse_signature(line: str) -> Signature:
    """One line of a note, without its newline."""
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    content = _decoded(encoded)
    if not line.startswith(_DASH) or not space or content is None or len(content) <= _ID_SIZE:
        raise FormatError(f"expected a line like '{_DASH}name base64', got {line[:80]!r}")
    check_name(name)
    return Signature(name, content[:_ID_SIZE], content[_ID_SIZE:])


def verified(note: Note, keys: Sequence[Verifier]) -> list[Signature]:
    """The signatures of known keys, one for each key; those of unknown keys are ignored.

    Raises SignatureError where a known key's signature is wrong or no known key signed.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[tuple[str, bytes], Signature] = {}
    for signature in note.signatures:
        named = (signature.name, signature.key_id)
        if named not in known or named in found:
            continue
        if not known[named].verifies(note.text, signature.content):
            raise SignatureError(
                f"expected {signature.name} to have signed this text, got a signature of something else: "
                "text or signature were changed"
            )
        found[named] = signature
    if not found:
        names = ", ".join(sorted({key.name for key in keys})) or "a key"
        signers = ", ".join(sorted({each.name for each in note.signatures})) or "nobody"
        raise SignatureError(f"expected a signature of {names}, got signatures of {signers}: check the vkey")
    return list(found.values())


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """The four bytes that name a key in its signatures."""
    check_name(name)
    return sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:_ID_SIZE]


def write_vkey(name: str, algorithm: int, public: bytes) -> str:
    """A public key as text, to be published."""
    return f"{name}+{key_id(name, algorithm, public).hex()}+{_encoded(algorithm, public)}"


def parse_vkey(vkey: str, algorithm: int) -> tuple[str, bytes]:
    """Name and 32 bytes of an Ed25519 key for one use (``algorithm``); FormatError for anything else."""
    name, number, encoded = _key_parts(vkey)
    public = _decoded(encoded)
    if public is None or public[:1] != bytes([algorithm]) or len(public) != 1 + KEY_SIZE:
        raise FormatError(
            f"expected a vkey of signature type {algorithm} like name+0123abcd+base64, got {vkey[:80]!r}"
        )
    if key_id(name, algorithm, public[1:]).hex() != number:
        raise FormatError(f"expected a vkey whose id fits name and key, got {vkey[:80]!r}: it was mistyped")
    return name, public[1:]


def public_of(seed: bytes) -> bytes:
    """The public key that belongs to a seed of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's for the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def check_name(name: str) -> None:
    """Raise FormatError unless a key may be called so."""
    odd = any(each.isspace() or each < " " or each == "+" or _is_surrogate(each) for each in name)
    if not name or odd:
        raise FormatError(f"expected a key's name without spaces and plus signs, got {name[:80]!r}")


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any((each < " " and each != "\n") or _is_surrogate(each) for each in text):
        raise FormatError("expected a text that ends with a newline and has no other control characters")


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _key_parts(text: str) -> tuple[str, str, str]:
    name, _, rest = text.partition("+")
    number, _, encoded = rest.partition("+")
    return name, number, encoded


def _encoded(algorithm: int, key: bytes) -> str:
    return b64encode(bytes([algorithm]) + key).decode()


def _decoded(text: str) -> bytes | None:
    """What base64 stands for; None where the text is not exactly how an encoder writes it."""
    try:
        content = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return None
    return content if b64encode(content).decode() == text else None
