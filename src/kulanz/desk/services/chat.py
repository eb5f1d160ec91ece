"""Messages by Apprise: chat, push and whatever else a member or a policy has given an address for."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Final

import apprise
from apprise.utils.parse import parse_url

from kulanz.desk.conf import conf
from kulanz.desk.services.guarding import guarded
from kulanz.desk.services.mail import SendError
from kulanz.sources.web.addresses import Address, parse_address
from kulanz.sources.web.network import AddressPolicy

SECONDS: Final = 20.0
_ON_THIS_MACHINE: Final = frozenset({"dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"})
_FILES: Final = frozenset({"keyfile", "pgpprv", "pgppub", "subfile"})
_LONGEST_BODY: Final = 4_000


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message to one Apprise address; ``subject`` and ``body`` are plain text."""

    address: str
    subject: str
    body: str


def send_all(messages: Sequence[ChatMessage], *, seconds: float = SECONDS) -> list[SendError | None]:
    """Send messages side by side and return what became of each: None where it went.

    A service that does not answer within the time counts as failed; its thread is left behind.
    """
    found: list[SendError | None] = [SendError(f"no answer within {seconds:.0f} seconds")] * len(messages)

    def work(place: int) -> None:
        found[place] = _sent(messages[place])

    threads = [Thread(target=work, args=(place,), daemon=True) for place in range(len(messages))]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return list(found)


def _sent(message: ChatMessage) -> SendError | None:
    try:
        target = _target(message.address)
        places = frozenset(place for host in _hosts(target) for place in _addresses(host))
    except SendError as error:
        return error
    sender = apprise.Apprise()
    sender.add(target)
    with guarded(places) as guard:
        went = bool(sender.notify(title=message.subject, body=message.body[:_LONGEST_BODY]))
    if guard.refused:
        return _inside(guard.refused)
    return None if went else SendError("the service did not take the message: check its address")


def _target(address: str) -> Any:
    """Return what Apprise sends by; nothing on this machine, and none of its files but those of web push."""
    _check_files(address)
    target = apprise.Apprise.instantiate(address, suppress_exceptions=True) if address else None
    if target is None:
        raise SendError(
            "expected an address as Apprise knows them, such as tgram://token/chat", permanent=True
        )
    scheme = address.partition("://")[0].lower()
    if scheme in _ON_THIS_MACHINE:
        raise SendError(f"{scheme}:// writes on the machine of the desk: use another service", permanent=True)
    return target


def _check_files(address: str) -> None:
    """Raise SendError where an address would have Apprise read a file that is not there to be read."""
    named = (parse_url(address) or {}).get("qsd", {})  # type: ignore[no-untyped-call]
    if "template" in named:
        raise SendError("template= names a file of the desk's machine: leave it out", permanent=True)
    folder = conf().data / "push"
    for name in _FILES & named.keys():
        if not Path(named[name]).resolve().is_relative_to(folder):
            raise SendError(
                f"{name}= names another file of the desk's machine: put it in {folder}", permanent=True
            )


def _hosts(target: Any) -> set[str]:
    """Return the hosts that an address names; most services have one of their own."""
    if "host" not in target.template_tokens:
        return set()
    return {str(host) for host in (target.host, getattr(target, "smtp_host", "")) if host}


def _addresses(host: str) -> Iterator[Address]:
    """Yield what a host leads to now; raise SendError where one of it is not public and not allowed."""
    policy = AddressPolicy(allowed=conf().allow_private)
    try:
        places = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SendError(f"expected an address for {host}, found none: check the name ({error})") from error
    for place in places:
        address = parse_address(str(place[4][0]))
        if address is None or not policy.permits(host, address):
            raise _inside(host)
        yield address


def _inside(host: str) -> SendError:
    return SendError(f"{host} is not a public address: allow it in KULANZ_ALLOW_PRIVATE")
