"""Dovecot from Debian: a mailbox that a list's mail is delivered to, by IMAP over TLS."""

from __future__ import annotations

import getpass
import imaplib
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Final

from servers.frame import LOOPBACK, Program, free_port, run, running, scratch
from servers.mails import mail

DEBIAN: Final = ("dovecot-imapd", "openssl")
USER: Final = "anna"
PASSWORD: Final = "correct horse battery"  # noqa: S105 - of a mailbox that lives for a test
_PROGRAM: Final = Path("/usr/sbin/dovecot")
_CONFIGURATION: Final = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
listen = 127.0.0.1
default_internal_user = {owner}
default_login_user = {owner}
default_internal_group = {group}
mail_location = maildir:{folder}/mail/%u
mail_uid = {owner}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
auth_failure_delay = 0
ssl = required
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
passdb {{
  driver = passwd-file
  args = {folder}/people
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u
}}
"""


class DovecotSite:
    """A running mailbox server; a place is a mailbox, made with ``make``."""

    member: Final = "anna@example.org"

    def __init__(self, port: int, authority: Path) -> None:
        self.port = port
        self.authority = authority
        self.url = f"imaps://{LOOPBACK}:{port}"

    def make(self, place: str) -> None:
        self._ask("create", place)

    def remake(self, place: str) -> None:
        """Delete a mailbox and make it anew, which changes its UIDVALIDITY."""
        self._ask("delete", place)
        self._ask("create", place)

    def deliver(self, place: str, content: bytes) -> None:
        """Put a message into a mailbox, as a list's delivery does."""
        with self._mailbox() as box:
            box.append(place, "", None, content)

    def post(self, place: str, number: int, text: str, parent: int | None = None) -> None:
        """Deliver the message ``number``, an answer to ``parent`` where one is given."""
        self.deliver(place, mail(number, text, parent))

    def delete(self, place: str, message_id: str) -> None:
        """Expunge a message."""
        with self._mailbox() as box:
            box.select(place)
            _, found = box.uid("SEARCH", "HEADER", "Message-ID", f"<{message_id}>")
            box.uid("STORE", found[0].decode(), "+FLAGS", "(\\Deleted)")
            box.expunge()

    def _ask(self, act: str, place: str) -> None:
        with self._mailbox() as box:
            kind, words = getattr(box, act)(place)
            assert kind == "OK", words

    def _mailbox(self) -> imaplib.IMAP4_SSL:
        context = ssl.create_default_context(cafile=self.authority)
        box = imaplib.IMAP4_SSL(LOOPBACK, self.port, ssl_context=context)
        box.login(USER, PASSWORD)
        return box


def install(home: Path) -> None:
    """Do nothing: Debian's package is all of it."""


def installed(home: Path) -> bool:
    return _PROGRAM.is_file() and which("openssl") is not None


@contextmanager
def start(home: Path) -> Iterator[DovecotSite]:
    """Run Dovecot with an empty mailbox; as root it works as ``nobody``."""
    owner, group = ("nobody", "nogroup") if os.getuid() == 0 else (getpass.getuser(), _own_group())
    with scratch(owner) as folder:
        port = free_port()
        _write(folder, _CONFIGURATION.format(folder=folder, owner=owner, group=group, port=port))
        command = [_PROGRAM, "-F", "-c", folder / "dovecot.conf"]
        with running(Program(command=command, port=port, folder=folder)):
            yield DovecotSite(port, folder / "certificate.pem")


def _write(folder: Path, configuration: str) -> None:
    (folder / "dovecot.conf").write_text(configuration)
    (folder / "people").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n")
    certify(folder)
    (folder / "people").chmod(0o644)


def certify(folder: Path) -> None:
    """Make ``key.pem`` and ``certificate.pem`` for loopback."""
    names = f"subjectAltName=IP:{LOOPBACK},DNS:localhost"
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "certificate.pem"]
    run(["openssl", "req", "-x509", *key, "-days", "2", "-subj", "/CN=localhost", "-addext", names], folder)


def _own_group() -> str:
    return run(["id", "-gn"], Path("/")).strip()
