"""The keys that sign the public log: sealed in the database, in a file, or behind a program as of a KMS.

They begin and end by entries in the log itself, so that whoever follows it learns of the next key under the
one that he knows.
"""

from __future__ import annotations

import shlex
import subprocess
from base64 import b64decode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from kulanz.desk.conf import conf
from kulanz.desk.models import LogEntry, LogHead, LogKey
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.public_log import enter
from kulanz.desk.services.sealing import seal, unseal
from kulanz.tlog.entries import decode
from kulanz.tlog.errors import TlogError
from kulanz.tlog.notes import KEY_SIZE, Signature, Signer, SigningKey, VerifierKey

_SIGNING_S: Final = 30
_LONGEST_ANSWER: Final = 1_000
_QUESTION: Final = "Does this key sign?\n"


class SigningError(RuleError):
    """A key of the log cannot sign now; the worker tries again."""


@dataclass(frozen=True, slots=True)
class ProgramSigner:
    """Signs by a program outside, which gets the vkey as its last argument and the text on standard input.

    It answers with the 64 bytes of the Ed25519 signature in base64.
    """

    key: VerifierKey
    command: str

    def sign(self, text: str) -> Signature:
        content = self._asked(text.encode())
        if not self.key.verifies(text, content):
            raise SigningError(
                "KULANZ_LOG_SIGN_COMMAND: expected a signature of %(vkey)s in base64, got something else",
                vkey=str(self.key),
            )
        return Signature(self.key.name, self.key.key_id, content)

    def _asked(self, text: bytes) -> bytes:
        command = [*shlex.split(self.command), str(self.key)]
        try:
            done = subprocess.run(  # noqa: S603 - the admin's own setting
                command, input=text, capture_output=True, timeout=_SIGNING_S, check=True
            )
            return b64decode(done.stdout[:_LONGEST_ANSWER].strip(), validate=True)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise SigningError(
                "KULANZ_LOG_SIGN_COMMAND: expected a signature, the program failed: %(why)s", why=str(error)
            ) from error


def begin_log(*, now: datetime, vkey: str = "") -> LogKey:
    """Begin the log with its first key; ``vkey`` names one that a program holds.

    Raise RuleError where it has begun.
    """
    with transaction.atomic():
        _head, is_new = LogHead.objects.get_or_create(origin=log_name(), defaults={"begun_at": now})
        if not is_new:
            raise RuleError("the log has begun already: its name and its keys are told by `kulanz log show`")
        return _begun(now, vkey)


def log_name() -> str:
    """Return what the log is called: once it has begun as it began, whatever the setting says since."""
    return LogHead.objects.values_list("origin", flat=True).order_by("pk").first() or conf().log_origin


def rotate(*, now: datetime, until: datetime, vkey: str = "") -> LogKey:
    """Have a new key sign, and those before until a moment, so that others can get used to it."""
    with transaction.atomic():
        rows = active(now).select_for_update()
        if not (before := list(rows)):
            raise RuleError("the log has not begun: run `kulanz log init`")
        new = _begun(now, vkey)
        for row in before:
            if row.active_to is None or row.active_to > until:
                _ended(row, now, until)
    return new


def add(*, now: datetime, vkey: str = "") -> LogKey:
    """Have one more key sign beside the others."""
    with transaction.atomic():
        if not active(now).exists():
            raise RuleError("the log has not begun: run `kulanz log init`")
        return _begun(now, vkey)


def active(now: datetime) -> QuerySet[LogKey]:
    """Return the keys that sign at a moment, the oldest first."""
    unended = Q(active_to=None) | Q(active_to__gt=now)
    return LogKey.objects.filter(unended, active_from__lte=now).order_by("pk")


def signers(now: datetime) -> Sequence[Signer]:
    """Return what signs at a moment; raise SigningError where a key is not at hand.

    A key also signs what tells of its own end, so that whoever knows no other learns of the next.
    """
    found = [_signer(row) for row in active(now)]
    if not found and LogKey.objects.filter(active_from__gt=now).exists():
        raise SigningError("every key of the log begins to sign later than now: is the clock right?")
    if not found:
        raise SigningError("the log has no key that signs: run `kulanz log init`")
    return [*_ending(now), *found]


def _ending(now: datetime) -> list[Signer]:
    """Return the keys whose time is over before everybody was told; one that was lost is left out."""
    told = LogEntry.objects.filter(kind="key", act="end", index=None).values_list("body", flat=True)
    vkeys = [decode(bytes(body)).vkey for body in told]
    found: list[Signer] = []
    for row in LogKey.objects.filter(vkey__in=vkeys, active_to__lte=now).order_by("pk"):
        with suppress(RuleError):
            signer = _signer(row)
            signer.sign(_QUESTION)
            found.append(signer)
    return found


def _begun(now: datetime, vkey: str) -> LogKey:
    row = held_outside(vkey, now) if vkey else _made(now)
    if LogKey.objects.filter(vkey=row.vkey).exists():
        raise RuleError("this key signs the log already: make another one")
    row.save()
    enter(kind="key", act="begin", at=now, now=now, vkey=row.vkey)
    return row


def _ended(row: LogKey, now: datetime, until: datetime) -> None:
    LogKey.objects.filter(pk=row.pk).update(active_to=until)
    enter(kind="key", act="end", at=now, now=now, until=until, vkey=row.vkey, reasons=("key_rotation",))


def _made(now: datetime) -> LogKey:
    key = SigningKey(log_name(), token_bytes(KEY_SIZE))
    sealed = seal(key.secret.encode())
    return LogKey(vkey=str(key.verifier), held_by="desk", sealed=sealed, active_from=now)


def held_outside(vkey: str, now: datetime) -> LogKey:
    """Return a key that a file or a program holds, once it has shown that it can sign; it is not saved."""
    try:
        key = VerifierKey.parse(vkey)
    except TlogError as error:
        raise RuleError("the key of the log: %(why)s", why=str(error)) from error
    if key.name != log_name():
        raise RuleError("the key of the log: expected the name %(name)s, got another", name=log_name())
    row = LogKey(vkey=str(key), held_by="file" if _in_file(vkey) else "program", active_from=now)
    _signer(row).sign(_QUESTION)
    return row


def _signer(row: LogKey) -> Signer:
    if row.held_by == "desk":
        return SigningKey.parse(unseal(row.sealed).decode())
    if row.held_by == "file":
        if (key := _in_file(row.vkey)) is None:
            raise SigningError(
                "KULANZ_LOG_KEY_FILE: expected the key %(vkey)s in it, got none", vkey=row.vkey
            )
        return key
    if not conf().log_sign_command:
        raise SigningError("KULANZ_LOG_SIGN_COMMAND: expected a program that signs, got none")
    return ProgramSigner(VerifierKey.parse(row.vkey), conf().log_sign_command)


def _in_file(vkey: str) -> SigningKey | None:
    """Return a key of KULANZ_LOG_KEY, which may hold several, one a line."""
    try:
        keys = [SigningKey.parse(line.strip()) for line in conf().log_key.splitlines() if line.strip()]
    except TlogError as error:
        raise SigningError("KULANZ_LOG_KEY_FILE: %(why)s", why=str(error)) from error
    return next((key for key in keys if str(key.verifier) == vkey), None)
