"""A mailbox opened read-only over TLS, every wait and every size bounded."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from kulanz.sources.connectors.imap.address import MailboxAddress, quoted_mailbox
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.items import MIB
from kulanz.sources.mail import MAX_MESSAGE_BYTES
from kulanz.sources.web.network import AddressPolicy, Deadline, connect
from kulanz.sources.web.secrets import Secret

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 30.0
COMMAND_SECONDS: Final = 120.0
COMMAND_BYTES: Final = 64 * MIB
"""So much a server may send in answer to one command."""

_SEARCHED: Final = 50_000
_INDEXED: Final = 2_000
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d{1,18})")
_UID: Final = re.compile(rb"\bUID (\d{1,10})\b")
_FAILURES: Final = (imaplib.IMAP4.error, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Account:
    """Who logs in."""

    user: Secret
    password: Secret


class Session:
    """A mailbox as EXAMINE showed it; message numbers are UIDs, which never change meaning
    while ``validity`` stays the same.
    """

    def __init__(self, address: MailboxAddress, account: Account, policy: AddressPolicy) -> None:
        self._address = address
        self._deadline = Deadline()
        self._imap = self._connected(policy)
        try:
            self._log_in(account)
            self.exists = self._examine()
            self.validity = self._number("UIDVALIDITY")
            self.next_uid = self._number("UIDNEXT")
        except BaseException:
            self._imap.shutdown()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._deadline.start(CONNECT_SECONDS)
        with suppress(*_FAILURES):
            self._imap.logout()

    def uids(self, first: int) -> Iterator[int]:
        """Yield the UIDs of all messages from ``first`` on, rising."""
        for start in range(first, self.next_uid, _SEARCHED):
            end = min(start + _SEARCHED, self.next_uid) - 1
            found = self._uid("SEARCH", "UID", f"{start}:{end}")
            numbers = (int(word) for line in found if isinstance(line, bytes) for word in line.split())
            yield from sorted({number for number in numbers if start <= number <= end})

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Return the size in bytes of each message that is still there."""
        lines = self._uid("FETCH", _set(uids), "(RFC822.SIZE)")
        found = ((_UID.search(line), _SIZE.search(line)) for line in lines if isinstance(line, bytes))
        return {int(uid[1]): int(size[1]) for uid, size in found if uid and size}

    def messages(self, uids: Sequence[int]) -> list[tuple[int, bytes]]:
        """Return UID and bytes of each message that is still there, oldest first.

        Reading does not mark them as seen; no more than ``MAX_MESSAGE_BYTES`` of each are read.
        """
        return literals(self._uid("FETCH", _set(uids), f"(BODY.PEEK[]<0.{MAX_MESSAGE_BYTES}>)"))

    def message_id_fields(self) -> Iterator[bytes]:
        """Yield the Message-ID header field of every message in the mailbox."""
        wanted = "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        for start in range(1, self.exists + 1, _INDEXED):
            numbers = f"{start}:{min(start + _INDEXED - 1, self.exists)}"
            lines = self._run(partial(self._imap.fetch, numbers, wanted))
            yield from (line[1] for line in lines if isinstance(line, tuple))

    def _connected(self, policy: AddressPolicy) -> GuardedImap:
        self._deadline.start(COMMAND_SECONDS)
        try:
            return GuardedImap(self._address, policy, self._deadline)
        except ssl.SSLCertVerificationError as error:
            raise PermanentError(
                f"the certificate of {self._address.host} is not valid ({error.verify_message}):"
                " name a host that it is for; SSL_CERT_FILE may name a file with your own authorities",
                kind="certificate",
            ) from error
        except _FAILURES as error:
            raise self._temporary(error) from error

    def _log_in(self, account: Account) -> None:
        self._deadline.start(COMMAND_SECONDS)
        try:
            self._imap.login(account.user.reveal(), account.password.reveal())
        except imaplib.IMAP4.abort as error:
            raise self._temporary(error) from error
        except imaplib.IMAP4.error as error:
            raise PermanentError(
                f"{self._address.host} refused the login: check the keys 'user' and 'password'", kind="login"
            ) from error
        except OSError as error:
            raise self._temporary(error) from error

    def _examine(self) -> int:
        self._imap.begin()
        self._deadline.start(COMMAND_SECONDS)
        try:
            kind, data = self._imap.select(quoted_mailbox(self._address.mailbox), readonly=True)
            number = int(data[0] or 0) if kind == "OK" else None
        except _FAILURES as error:
            raise self._temporary(error) from error
        if number is None:
            raise PermanentError(
                f"{self._address.url} cannot be opened: check the mailbox's name, and who may read it",
                kind="missing",
            )
        return number

    def _number(self, name: str) -> int:
        value = self._imap.response(name)[1][0]
        if not isinstance(value, bytes) or not value.isdigit():
            raise PermanentError(
                f"{self._address.host} sent no {name}, expected an IMAP4rev1 server (RFC 3501)",
                kind="address",
            )
        return int(value)

    def _uid(self, command: str, *words: str) -> list[Any]:
        return self._run(partial(self._imap.uid, command, *words))

    def _run(self, command: Callable[[], tuple[str, list[Any]]]) -> list[Any]:
        self._imap.begin()
        self._deadline.start(COMMAND_SECONDS)
        try:
            kind, data = command()
        except _FAILURES as error:
            raise self._temporary(error) from error
        if kind != "OK":
            raise TemporaryError(f"{self._address.url} refused to read ({data!r:.200}): try again later")
        return data

    def _temporary(self, error: BaseException) -> TemporaryError:
        return TemporaryError(f"{self._address.url} broke off ({error}): try again later", kind="broken")


class GuardedImap(imaplib.IMAP4):
    """The standard library's client, connected only where the policy allows, with limits."""

    def __init__(self, address: MailboxAddress, policy: AddressPolicy, deadline: Deadline) -> None:
        self._policy = policy
        self._context = _context(deadline)
        self.begin()
        super().__init__(address.host, address.port, CONNECT_SECONDS)

    def begin(self) -> None:
        """Count anew what the server sends."""
        self._received = 0

    def read(self, size: int) -> bytes:
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._count(len(line))
        return line

    def _create_socket(self, timeout: float | None) -> socket.socket:
        connection = connect(self.host, self.port, self._policy, timeout)
        try:
            connection.settimeout(READ_SECONDS)
            return self._context.wrap_socket(connection, server_hostname=self.host)
        except BaseException:
            connection.close()
            raise

    def _count(self, size: int) -> None:
        self._received += size
        if self._received > COMMAND_BYTES:
            raise self.abort(f"more than {COMMAND_BYTES:,} bytes in one answer")


def literals(lines: Sequence[Any]) -> list[tuple[int, bytes]]:
    """Return UID and literal of every message in what FETCH returned, by rising UID."""
    found: dict[int, bytes] = {}
    for place, line in enumerate(lines):
        if isinstance(line, tuple):
            # Servers may name the UID before the literal or behind it.
            hit = _UID.search(line[0]) or _UID.search(_head(lines[place + 1 : place + 2]))
            if hit:
                found[int(hit[1])] = line[1]
    return sorted(found.items())


def _head(lines: Sequence[Any]) -> bytes:
    line = lines[0] if lines and isinstance(lines[0], bytes) else b""
    return bytes(line)


def _set(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _context(deadline: Deadline) -> ssl.SSLContext:
    class Guarded(ssl.SSLSocket):
        """A connection of which every wait ends with the deadline at the latest."""

        def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
            self.settimeout(deadline.within(READ_SECONDS))
            return super().recv_into(buffer, nbytes, flags)

    context = ssl.create_default_context()
    context.sslsocket_class = Guarded
    return context
