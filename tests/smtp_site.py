"""A real mail server on loopback: it takes mail, keeps it, and refuses what a test tells it to."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from servers.frame import free_port

NAME: Final = "desk"
PASSWORD: Final = "p@ss word"  # noqa: S105 - of a server that lives for a test


class SmtpSite:
    """What the server has taken; ``refusals`` maps addresses to answers such as ``550 no such mailbox``."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.refusals: dict[str, str] = {}
        self.authenticated: list[bool] = []
        self.url = ""

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails taken, oldest first, as a reader sees them."""
        taken = (bytes(cast("bytes", each.content)) for each in self.envelopes)
        return [message_from_bytes(each, policy=policy.default) for each in taken]

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.refusals.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.envelopes.append(envelope)
        self.authenticated.append(bool(session.authenticated))
        return "250 taken"


@contextmanager
def smtp_site(
    host: str = "127.0.0.1", *, tls: Path | None = None, implicit: bool = False
) -> Iterator[SmtpSite]:
    """Run a server; ``tls`` is a folder for its certificate, with which it also takes a login."""
    site = SmtpSite()
    controller = _controller(site, host, tls, implicit=implicit)
    controller.start()
    scheme = "smtps" if implicit else "smtp"
    account = f"{NAME}:p%40ss%20word@" if tls else ""
    site.url = f"{scheme}://{account}{host}:{controller.port}"
    try:
        yield site
    finally:
        controller.stop()


def make_certificate(folder: Path, host: str) -> ssl.SSLContext:
    """Write ``certificate.pem`` of an address, signed by itself, and return the server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(built.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def _controller(site: SmtpSite, host: str, tls: Path | None, *, implicit: bool) -> Controller:
    if tls is None:
        return Controller(site, hostname=host, port=free_port())
    context = make_certificate(tls, host)
    given: dict[str, Any] = {"hostname": host, "port": free_port(), "authenticator": _may_log_in}
    if implicit:
        # the server does not know that all of it is encrypted
        return Controller(site, ssl_context=context, auth_require_tls=False, **given)
    return Controller(site, tls_context=context, require_starttls=True, auth_required=True, **given)


def _may_log_in(server: SMTP, session: Session, envelope: Envelope, way: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (
        NAME.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=known)
