"""Proof of an erasure: an entry of the public log that only the person's own receipt opens.

The log says that somebody was erased, and when. Whose erasure it was is said by nothing but the receipt,
which goes to the person: the desk keeps no key to the commitment.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from kulanz.desk.conf import conf
from kulanz.desk.models import LogEntry
from kulanz.desk.services.public_log import enter, forget_openings, openings_of
from kulanz.tlog.canonical import canonical
from kulanz.tlog.entries import moment

REASON: Final = "person_asked"


def receipt(*, pseudonym: str, now: datetime) -> str:
    """Enter an erasure, and return the receipt of it: the entry's leaf, and what opens its commitment."""
    content = canonical({"at": moment(now), "erased": pseudonym})
    entry = enter(
        kind="erasure", act="erase", at=now, now=now, subjects={"statement": content}, reasons=(REASON,)
    )
    opened = openings_of(entry)["statement"]
    entry.openings.all().delete()
    page = f"\npage: {conf().url}/record/{entry.leaf}" if conf().public_pages else ""
    return f"entry: {entry.leaf}\nkey: {opened.key.hex()}\ncontent: {content.decode()}{page}"


def close_entries(*, people: Collection[int], cases: Collection[int], now: datetime) -> int:
    """Erase what opens the log's entries on somebody's posts, accounts and cases; return how many."""
    return forget_openings(entries=entries_about(people=people, cases=cases), reason=REASON, now=now)


def entries_about(*, people: Collection[int], cases: Collection[int]) -> QuerySet[LogEntry]:
    """Return the log's entries on somebody's posts, accounts and cases."""
    posts = Q(post__account__person__in=people)
    return LogEntry.objects.filter(Q(case__in=cases) | Q(account__person__in=people) | posts)
