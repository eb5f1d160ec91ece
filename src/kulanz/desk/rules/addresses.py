"""Addresses that a customer's answers come back to: they name the case, and cannot be made up.

``kulanz+<key>.<signature>@example.org``: the key is the case's own, the signature the first eight bytes of
its HMAC-SHA256, both in hexadecimal.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_SIGNATURE_BYTES: Final = 8
_SIGNED: Final = re.compile(r"\+([0-9a-f]{20})\.([0-9a-f]{16})@")
_MOST: Final = 50


def signed_address(address: str, reply_key: str, signing_key: bytes) -> str:
    """Return the address of a case, made from that of the desk."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{reply_key}.{signature(reply_key, signing_key)}@{domain}"


def signature(text: str, signing_key: bytes) -> str:
    """Return the first eight bytes of a text's HMAC-SHA256, in hexadecimal."""
    return hmac.digest(signing_key, text.encode(), "sha256")[:_SIGNATURE_BYTES].hex()


def reply_keys_in(texts: Iterable[str], signing_keys: Sequence[bytes]) -> Iterator[str]:
    """Yield the keys of cases whose addresses stand in texts, where one of the signing keys has signed them.

    Signatures are compared in constant time. Case does not count: some servers change it.
    """
    for number, (key, given) in enumerate(_candidates(texts)):
        if number >= _MOST:
            return
        if any(hmac.compare_digest(signature(key, signing), given) for signing in signing_keys):
            yield key


def _candidates(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        for found in _SIGNED.finditer(text.lower()):
            yield found[1], found[2]
