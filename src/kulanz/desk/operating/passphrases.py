"""The secret key of an instance, sealed with a passphrase so that it can go along."""

from __future__ import annotations

import base64
from secrets import token_bytes
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kulanz.desk.operating.instance import Key
from kulanz.desk.operating.starting import OperatingError

LEAST_CHARACTERS: Final = 12
_SALT_BYTES: Final = 16
_COST, _BLOCK, _LANES = 2**16, 8, 1


def sealed_with(passphrase: str, secret: str) -> Key:
    """Return a secret key sealed; raise OperatingError for a passphrase that is too short."""
    if len(passphrase) < LEAST_CHARACTERS:
        raise OperatingError(f"passphrase: expected at least {LEAST_CHARACTERS} characters")
    salt = token_bytes(_SALT_BYTES)
    sealed = _fernet(passphrase, salt).encrypt(secret.encode())
    return Key(salt=base64.b64encode(salt).decode(), sealed=sealed.decode())


def opened_with(passphrase: str, key: Key) -> str:
    """Return a secret key; raise OperatingError where the passphrase is another one."""
    try:
        salt = base64.b64decode(key.salt, validate=True)
        return _fernet(passphrase, salt).decrypt(key.sealed.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise OperatingError("passphrase: it does not open the key in this file") from error


def _fernet(passphrase: str, salt: bytes) -> Fernet:
    made = Scrypt(salt=salt, length=32, n=_COST, r=_BLOCK, p=_LANES).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(made))
