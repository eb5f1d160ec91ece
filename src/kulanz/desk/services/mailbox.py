"""The desk's mailbox, in ``KULANZ_INBOX_URL``: read over TLS, never changed, each message once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final
from urllib.parse import unquote, urlsplit

from django.db.models import F

from kulanz.desk.conf import conf
from kulanz.desk.models import Inbox
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.conversing import Fate, receive
from kulanz.sources.connectors.imap.address import MailboxAddress, parse_address
from kulanz.sources.connectors.imap.session import Account, Session
from kulanz.sources.errors import FetchError, PermanentError
from kulanz.sources.items import MIB
from kulanz.sources.mail import MAX_MESSAGE_BYTES
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.secrets import Secret

EVERY: Final = timedelta(minutes=1)
_AT_ONCE: Final = 20
_AT_ONCE_BYTES: Final = 8 * MIB
_PER_RUN: Final = 200


def fetch_mail(*, now: datetime) -> int:
    """Read what is new in the mailbox, when it is time to, and return how many messages were looked at.

    What belongs to no case stays where it is, and is counted.
    """
    if not conf().inbox_url:
        return 0
    address, account = _mailbox(conf().inbox_url)
    Inbox.objects.get_or_create(address=address.url, defaults={"due_at": now})
    for inbox in claim(Inbox.objects.filter(address=address.url), now, at_most=1):
        try:
            return _read(inbox, address, account, now)
        except FetchError as error:
            failed(inbox, f"KULANZ_INBOX_URL: {error}", now)
    return 0


def _mailbox(url: str) -> tuple[MailboxAddress, Account]:
    """Return place and account of ``imaps://name:password@host/INBOX``."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    account = Account(Secret(unquote(parts.username or "")), Secret(unquote(parts.password or "")))
    return parse_address(parts._replace(netloc=host).geturl()), account


def _read(inbox: Inbox, address: MailboxAddress, account: Account, now: datetime) -> int:
    if not (account.user.reveal() + account.password.reveal()).isascii():
        raise PermanentError("IMAP knows names and passwords of ASCII characters only: choose another one")
    # whoever set the mailbox up may have it inside their own network
    with Session(address, account, AddressPolicy(allowed=(address.host,))) as session:
        if inbox.validity != session.validity:
            inbox.validity, inbox.next_uid = session.validity, 1
        looked_at = 0
        for uids in _batches(session, inbox.next_uid):
            looked_at += len(uids)
            _keep(inbox, session, uids, now)
            if looked_at >= _PER_RUN:
                break
        again = now if looked_at >= _PER_RUN else now + EVERY
        _write(inbox, due_at=again, attempts=0, last_error="", last_success_at=now)
    return looked_at


def _batches(session: Session, first: int) -> Iterator[list[int]]:
    """Yield UIDs from ``first`` on, few enough at a time to be held in memory."""
    uids = session.uids(first)
    while some := list(islice(uids, _AT_ONCE)):
        sizes = session.sizes(some)
        batch: list[int] = []
        room = _AT_ONCE_BYTES
        for uid in some:
            room -= min(sizes.get(uid, 0), MAX_MESSAGE_BYTES)
            if batch and room < 0:
                yield batch
                batch, room = [], _AT_ONCE_BYTES
            batch.append(uid)
        yield batch


def _keep(inbox: Inbox, session: Session, uids: list[int], now: datetime) -> None:
    """Take messages in, and note how far we are; a worker that dies between the two reads them again."""
    fates: Counter[Fate] = Counter(
        receive(content=content, now=now) for _uid, content in session.messages(uids)
    )
    inbox.next_uid = uids[-1] + 1
    counts = {name: F(name) + fates[name] for name in ("kept", "unmatched", "broken")}
    _write(inbox, validity=inbox.validity, next_uid=inbox.next_uid, **counts)


def _write(inbox: Inbox, **values: object) -> None:
    Inbox.objects.filter(pk=inbox.pk).update(**values)
