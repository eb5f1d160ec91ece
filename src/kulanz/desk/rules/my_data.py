"""What people may ask for about their own data, until when it has to be answered, and how links to it end."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from kulanz.desk.rules.packing import unpacked

KINDS: Final = ("correct", "object", "restrict", "erase")
AT_ONCE: Final = ("object", "restrict")
"""What holds from the moment it is asked for: waiting for a person could only harm."""

LINK_LASTS: Final = timedelta(hours=1)
LINKS_A_DAY: Final = 5
"""So many links one person, or one account, gets in a day, whoever asks for them."""
MESSAGES_A_DAY: Final = 100
"""So many links go to accounts of one source in a day: a forum is not to be flooded with messages."""
MONTHS: Final = 1
MORE_MONTHS: Final = 2
"""GDPR Art. 12(3): an answer within a month, which may be made longer by two for a reason."""
SOON: Final = timedelta(days=7)
LONGEST_WORDS: Final = 5_000


class Words(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said of a request: by the person, why it takes longer, and in answer."""

    said: str = ""
    longer: str = ""
    answer: str = ""


class Letter(Struct, frozen=True, kw_only=True):
    """A mail, or a private message to the account ``to``, as it waits, sealed."""

    to: str
    subject: str
    text: str


def words_in(content: bytes) -> Words:
    return unpacked(content, Words)


def months_later(moment: datetime, months: int) -> datetime:
    """Return the same day of a later month, or that month's last day where it has no such day."""
    count = moment.month - 1 + months
    year, month = moment.year + count // 12, count % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)
