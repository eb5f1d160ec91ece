"""Appeals: how long they may be, until when they are decided, and by whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.plain import plain

KEY_BYTES: Final = 32
SIDES: Final = ("author", "affected")
LONGEST: Final = 5_000
DECIDED_WITHIN: Final = timedelta(days=14)
SOON: Final = timedelta(days=3)
"""So long before its time is up members are reminded of an appeal."""
CONTESTABLE: Final = timedelta(days=183)
"""So long after a measure an appeal can be made: six months, as Art. 20 of the DSA has it."""
MOST_A_DAY: Final = 3
"""So many against one measure are taken from one network a day, of whoever has not the author's link."""
MOST_OPEN: Final = 1_000
"""So many against one measure can be open at once, beside those of its author: a flood fills no disk."""
MOST_OWN: Final = 3
"""So many can be open of whoever has the link of the author's notice: nobody else can take their place."""
MOST_MESSAGES: Final = 50


def digest_of(key: str) -> str:
    """Return what is kept of the secret of an appeal's page."""
    return sha256(b"appeal:" + key.encode("utf-8", "replace")).hexdigest()


def words_of(text: str) -> str:
    """Return what somebody wrote, as it is kept; raise RuleError for nothing, or too much."""
    words = plain(text.replace("\r\n", "\n")).strip()
    if not words:
        raise RuleError("appeal: expected some words")
    if len(words) > LONGEST:
        raise RuleError(
            "appeal: expected at most %(most)s characters, got %(got)s", most=LONGEST, got=len(words)
        )
    return words


def check_contestable(done_at: datetime | None, now: datetime) -> None:
    """Raise RuleError for a measure that is too long ago, or was never carried out."""
    if done_at is None or done_at < now - CONTESTABLE:
        raise RuleError("appeal: this measure can be contested within six months")


def check_judge(member: int, barred: Collection[int]) -> None:
    """Raise RuleError for whoever wanted the measure or agreed to it, or has part in the dispute."""
    if member in barred:
        raise RuleError(
            "appeal: whoever proposed or approved the measure, or has part in the dispute, does not decide,"
            " somebody else must"
        )
