"""Letters to people about their own data: sealed while they wait, and gone as they went out.

They are mails; those to an account at a source are sent by ``my_data_messages``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

import msgspec

from kulanz.desk.models import Account, DataLetter
from kulanz.desk.rules.my_data import Letter
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.mail import Outbox, OutgoingMail, SendError, own_address
from kulanz.desk.services.sealing import SealError, seal, unseal

AT_MOST: Final = 20
GIVEN_UP_AFTER: Final = timedelta(days=3)
_MARK_BYTES: Final = 12


def write(*, to: str, subject: str, text: str, now: datetime, account: Account | None = None) -> None:
    """Have a mail go out, or a private message to an account at its source."""
    sealed = seal(msgspec.json.encode(Letter(to=to, subject=subject, text=text)))
    mark = f"kulanz-{token_hex(_MARK_BYTES)}" if account else ""
    DataLetter.objects.create(sealed=sealed, account=account, mark=mark, made_at=now, due_at=now)


def unsealed(row: DataLetter) -> Letter:
    """Return a mail as it goes out; raise SealError where no key of this desk opens it."""
    return msgspec.json.decode(unseal(row.sealed), type=Letter)


def send_due(*, now: datetime) -> int:
    """Send mails that are due; what no server takes for three days is not sent. Return how many."""
    claimed = claim(DataLetter.objects.filter(account=None), now, at_most=AT_MOST)
    with Outbox() as outbox:
        for row in claimed:
            _send(row, outbox, now)
    return len(claimed)


def _send(row: DataLetter, outbox: Outbox, now: datetime) -> None:
    domain = own_address().rpartition("@")[2]
    try:
        letter = unsealed(row)
        mail = OutgoingMail(
            to=letter.to, subject=letter.subject, text=letter.text, message_id=f"my-data.{row.pk}@{domain}"
        )
        outbox.send(mail, now)
    except (SendError, SealError) as error:
        if not getattr(error, "permanent", False) and now - row.made_at < GIVEN_UP_AFTER:
            failed(row, "the mail server did not take it", now)
            return
    row.delete()
