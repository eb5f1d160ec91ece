"""Mail that goes out: plain text, by the server in ``KULANZ_MAIL_URL``.

``smtps://`` speaks TLS from the first byte. ``smtp://`` demands STARTTLS, except of a server on this machine.
``smtp+plain://`` sends in the clear: for a server within a network of containers.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message as MimeMessage
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from kulanz.desk.conf import conf

SECONDS: Final = 20.0
_PORTS: Final = {"smtp": 25, "smtp+plain": 25, "smtps": 465}
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PERMANENT: Final = 500
_MOST_REFERENCES: Final = 20
_WORD: Final = re.compile(r"[!-;=?-~]+")  # printable, and no angle brackets
_WIRE: Final = compat32.clone(linesep="\r\n")


class SendError(Exception):
    """A message did not go out; ``permanent`` where trying again does not help.

    ``unsure`` where the connection broke off while the server had it: it may have gone out after all.
    """

    def __init__(self, message: str, *, permanent: bool = False, unsure: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.unsure = unsure


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """One mail. ``message_id`` and ``references`` are without brackets, references oldest first.

    ``reply_to`` is also where bounces go. ``automatic`` says that no person wrote it (RFC 3834).
    """

    to: str
    subject: str
    text: str
    message_id: str
    sender_name: str = "Kulanz"
    reply_to: str = ""
    references: Sequence[str] = ()
    automatic: bool = True


class Outbox:
    """A connection to the mail server: made for the first mail, kept for the rest.

    A server that did not answer is not asked again by the same outbox: the rest fails at once.
    """

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None
        self._broken: SendError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server.close()

    def send(self, mail: OutgoingMail, now: datetime) -> None:
        """Hand a mail to the server; raise SendError where it does not take it."""
        if self._broken is not None:
            raise self._broken
        to = _wire_address(mail.to)
        content = mime(mail, now).as_bytes(policy=_WIRE)
        sender, handed_over = mail.reply_to or own_address(), False
        try:
            server = self._connected()
            handed_over = True
            server.sendmail(sender, [to], content)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(*next(iter(error.recipients.values()))) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except UnicodeError as error:
            self._broken = SendError("KULANZ_MAIL_URL: name and password may hold ASCII characters only")
            raise self._broken from error
        except (smtplib.SMTPException, OSError) as error:
            self._broken = SendError(f"the mail server did not take the message: {error}: tried again later")
            if handed_over:
                raise SendError(str(self._broken), unsure=True) from error
            raise self._broken from error

    def reach(self) -> None:
        """Connect and log in without sending; raise SendError where the server does not let us."""
        try:
            self._connected()
        except smtplib.SMTPException as error:
            raise SendError(f"the mail server does not let us in: {error}") from error
        except OSError as error:
            raise SendError(f"the mail server does not answer: {error}") from error

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = _connect(conf().mail_url)
        return self._server


def own_address() -> str:
    """Return the address that the desk's mail comes from."""
    return parseaddr(conf().mail_from)[1]


def can_send() -> bool:
    """Whether there is a mail server."""
    return bool(conf().mail_url)


def mime(mail: OutgoingMail, now: datetime) -> MimeMessage:
    """Return a mail as it goes to the wire."""
    # The modern policy of the standard library breaks long message ids by encoding them.
    message = MimeMessage(policy=compat32)
    message["From"] = _named(mail.sender_name, own_address())
    message["To"] = _wire_address(mail.to)
    message["Subject"] = _header(" ".join(mail.subject.split()))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.message_id}>"
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    if mail.references:
        message["In-Reply-To"] = f"<{mail.references[-1]}>"
        message["References"] = " ".join(f"<{each}>" for each in mail.references[-_MOST_REFERENCES:])
    if mail.automatic:
        message["Auto-Submitted"] = "auto-generated"
    charset = Charset("utf-8")
    charset.body_encoding = QP
    message.set_payload(mail.text, charset)
    return message


def _connect(url: str) -> smtplib.SMTP:
    if not url:
        raise SendError("there is no mail server: set KULANZ_MAIL_URL, for example smtp://localhost:25")
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or _PORTS[parts.scheme]
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        if parts.scheme == "smtp" and host not in _LOCAL:
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _refused(code: int, words: bytes | str) -> SendError:
    told = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return SendError(f"the mail server refused it: {code} {told}"[:1000], permanent=code >= _PERMANENT)


def _wire_address(address: str) -> str:
    local, _, domain = address.rpartition("@")
    try:
        wired = domain.encode("idna").decode()
    except UnicodeError:
        wired = ""
    if not (_WORD.fullmatch(local) and _WORD.fullmatch(wired)):
        raise SendError(f"{address!r} is no address that mail can go to: correct it", permanent=True)
    return f"{local}@{wired}"


def _named(name: str, address: str) -> str:
    plain = " ".join(name.split())
    if plain.isascii():
        return formataddr((plain, address))
    return f"{Header(plain, 'utf-8').encode()} <{address}>"


def _header(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode()
