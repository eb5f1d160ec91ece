"""Mail of the login, such as links to set a new password: sent at once, by the desk's own mail server."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from email.utils import make_msgid
from typing import Final

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from kulanz.desk.services.mail import Outbox, OutgoingMail, SendError

BESIDE: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="login-mail")
"""Where mails go out while the page is answered: how long that takes must not tell who is a member."""

logger = logging.getLogger(__name__)


class Backend(BaseEmailBackend):
    """What Django sends mail by.

    It is not kept in the database first, for these mails hold keys. One that does not go out is logged
    and the page says nothing of it, or it would tell strangers who is a member.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        mails = [_mail(message, to) for message in email_messages for to in message.recipients()]
        BESIDE.submit(_send, mails)
        return len(email_messages)


def _mail(message: EmailMessage, address: str) -> OutgoingMail:
    return OutgoingMail(
        to=address,
        subject=str(message.subject),
        text=str(message.body),
        message_id=make_msgid(domain="kulanz").strip("<>"),
    )


def _send(mails: Sequence[OutgoingMail]) -> None:
    with Outbox() as outbox:
        for mail in mails:
            try:
                outbox.send(mail, timezone.now())
            except SendError as error:
                logger.error("a mail of the login did not go out: %s", error)  # noqa: TRY400 - its trace says no more
