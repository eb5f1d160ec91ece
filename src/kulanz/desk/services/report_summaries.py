"""What people write above the report of an issue: every version is kept, the rest is made anew each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from kulanz.desk.models import Account, Issue, Member, Person, ReportSummary
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.names import is_ordinary, replaced, words_of
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import write_to
from kulanz.desk.services.events import record
from kulanz.desk.services.naming import names_of

LONGEST: Final = 10_000
_HIDDEN: Final = "…"
_ADDRESS: Final = re.compile(
    r"\b(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[A-Z]{2}\d{2}[ A-Z0-9]{8,40}\b"
)
_NUMBER: Final = re.compile(
    r"(?P<before>(?:[€$£]|\b(?-i:[A-Z]{3}))\s?)?\d(?:[\d.,:/ -]*\d)?(?:,-+)?"
    r"(?P<after>\s?(?:[€$£]|(?-i:[A-Z]{3})\b|(?:euros?|cents?|dollars?|pounds?|franken|francs?|pfund)\b))?",
    re.IGNORECASE,
)
_SHORT: Final = 2
"""Digits of a number that tells nothing of anybody, as in "3 days"."""


def summarise(
    *, actor: Actor, issue: Issue, seen: int, text: str, shared: str, now: datetime
) -> ReportSummary:
    """Write what stands above a report, and what stands above it for others; earlier versions are kept.

    Raise ConflictError where somebody else has written since ``seen``, the version that was shown.
    """
    actor.need(Right.WORK_ISSUES)
    for name, words in (("summary", text), ("summary for others", shared)):
        if len(words) > LONGEST:
            raise RuleError(
                "%(name)s: expected at most %(most)s characters, got %(got)s",
                name=name,
                most=LONGEST,
                got=len(words),
            )
    with transaction.atomic():
        write_to(issue)
        last = issue.summaries.aggregate(last=Max("version"))["last"] or 0
        if last != seen:
            raise ConflictError(
                "somebody else has changed this meanwhile: look at it again, your words are kept"
            )
        row = ReportSummary.objects.create(
            issue=issue,
            version=last + 1,
            text=text.strip(),
            shared=shared.strip(),
            by_id=actor.member_id,
            at=now,
        )
        record(actor, "summarise", issue, now=now, data={"version": row.version})
    return row


def words_for_others(issue: Issue, text: str) -> str:
    """Return a text without names, addresses, amounts and long numbers, as far as they are known here."""
    if not text:
        return ""
    known = {words: _HIDDEN for name in _names(issue) for words in _parts(name)}
    lengths = sorted({len(words) for words in known}, reverse=True)

    def find(run: str, mentioned: bool) -> str | None:
        return _HIDDEN if mentioned else known.get(tuple(run.split()))

    bare = _NUMBER.sub(_unless_short, _ADDRESS.sub(_HIDDEN, text))
    return replaced(bare, lengths or [1], find)


def _names(issue: Issue) -> Iterator[str]:
    """Yield what those are called who had to do with an issue, and all members."""
    accounts = Account.objects.filter(posts__thread__links__issue=issue).distinct()
    yield from accounts.values_list("key", flat=True)
    people = Person.objects.filter(cases__issue=issue) | Person.objects.filter(
        accounts__posts__thread__links__issue=issue
    )
    found = names_of(list(people.distinct()))
    yield from (key for _source, key in found.accounts)
    yield from found.others
    for names in Member.objects.values_list("display_name", "username"):
        yield from names


def _parts(name: str) -> Iterator[tuple[str, ...]]:
    """Yield a name, and each word of it that is no ordinary one: somebody may be called by it alone."""
    words = words_of(name)
    if words and not is_ordinary(words):
        yield words
    for word in re.split(r"[\W_]+", " ".join(words)):
        if len(word) > _SHORT and not word.isdecimal() and not is_ordinary((word,)):
            yield (word,)


def _unless_short(found: re.Match[str]) -> str:
    short = found.group().isdecimal() and len(found.group()) <= _SHORT
    return found.group() if short else _HIDDEN
