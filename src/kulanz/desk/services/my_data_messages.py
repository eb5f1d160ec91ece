"""Links to own data that go to an account at a source by a private message there, and nowhere else.

As with mail the page that asks says the same to everybody, and the worker looks whether the account is known.
What such a link opens is the account's alone: whoever has taken an account over learns what it wrote in
public and what was made of that, and nothing of the customer behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kulanz.core.spoken import Lang
from kulanz.desk.models import Account, DataAsk, DataLetter, DataLink, Person, Source
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import SOURCE
from kulanz.desk.rules.my_data import LINK_LASTS, LINKS_A_DAY, MESSAGES_A_DAY
from kulanz.desk.rules.plain import plain
from kulanz.desk.rules.status_pages import lang_of
from kulanz.desk.services.claiming import claim, failed
from kulanz.desk.services.events import record
from kulanz.desk.services.mail import can_send
from kulanz.desk.services.my_data_letters import unsealed, write
from kulanz.desk.services.my_data_links import AT_MOST, address_in, keep, make
from kulanz.desk.services.outside import Outside, outside
from kulanz.desk.services.sealing import SealError
from kulanz.desk.services.veiling import is_erased
from kulanz.desk.services.writing import Writer, can_write
from kulanz.sources.errors import SourceError, TemporaryError
from kulanz.sources.private_messages import PrivateLetter, PrivateMessages

LONGEST_NAME: Final = 255
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody can prove who they are: by mail, and at which sources by a private message."""

    mail: bool
    places: Sequence[Source]


def ways() -> Ways:
    """Return the ways that there are now: what nobody would send is offered to nobody."""
    rows = Source.objects.filter(state=SOURCE.initial).order_by("name")
    return Ways(can_send(), [row for row in rows if can_write(row)])


def ask(*, source: str, account: str, language: Lang, now: datetime) -> None:
    """Take down that somebody wants a link sent to an account; ``source`` is the key of one in ``ways``.

    Raise RuleError for a source that has no such messages, and for what is no name.
    """
    name, place = plain(account).strip(), next((row for row in ways().places if str(row.pk) == source), None)
    if place is None:
        raise RuleError("source: expected one that can send private messages")
    if not 0 < len(name) <= LONGEST_NAME or "\n" in name:
        raise RuleError("account: expected its name at the source")
    keep(said=name, source=place, language=language, now=now)


def answer_due(*, now: datetime) -> int:
    """Write a link to whichever account is known here; return how many had asked."""
    rows = DataAsk.objects.exclude(source=None).select_related("source")
    claimed = claim(rows, now, at_most=AT_MOST)
    for each in claimed:
        with transaction.atomic():
            account = _known(each.source, address_in(each)) if each.source else None
            if account is not None and _may_get_one(account, now):
                _write(account, lang_of(each.language), now)
            each.delete()
    return len(claimed)


def send_due(*, now: datetime, world: Outside | None = None) -> int:
    """Send one message that is due; return how many were tried."""
    rows = DataLetter.objects.exclude(account=None).select_related("account__source")
    claimed = claim(rows, now, at_most=1)
    for row in claimed:
        if row.account is not None:
            _send(row, row.account, world or outside())
    return len(claimed)


def profile_of(*, account: Account, now: datetime) -> Person:
    """Return the profile that an account belongs to, made where there is none: its requests need a place."""
    with transaction.atomic():
        current = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        person = current.person
        if person is None:
            person = Person.objects.create(name=current.key[:200], created_at=now)
            Account.objects.filter(pk=current.pk).update(person=person)
            record(None, "make", person, now=now, data={"account": current.pk})
    while person.merged_into is not None:
        person = person.merged_into
    return person


def _known(source: Source, name: str) -> Account | None:
    """Return the account of a name, or the only one that differs from it in its capitals."""
    rows = source.accounts.select_related("person")
    found = list(rows.filter(key=name)) or list(rows.filter(key__iexact=name)[:2])
    if len(found) != 1 or is_erased(source.pk, found[0].key):
        return None
    person = found[0].person
    return found[0] if person is None or person.erased_at is None else None


def _may_get_one(account: Account, now: datetime) -> bool:
    """Whether an account, and all of its source, got fewer links in a day than would be too many."""
    lately = DataLink.objects.filter(made_at__gt=now - _DAY)
    of_source = lately.filter(account__source=account.source_id).count()
    return lately.filter(account=account).count() < LINKS_A_DAY and of_source < MESSAGES_A_DAY


def _write(account: Account, language: Lang, now: datetime) -> None:
    link = make(account=account, language=language, now=now)
    with translation.override(language):
        subject = _("Your data: a link that works for an hour")
        text = _(
            "Somebody asked to see what we hold about this account, probably you. With this link you see it,"
            " take it along, and say what is to become of it:\n\n%(link)s\n\nIt works for an hour. Whoever"
            " has it sees the data: please pass it on to nobody. If it was not you, nothing is to be done."
        ) % {"link": link}
    write(to=account.key, subject=subject, text=text, now=now, account=account)


def _send(row: DataLetter, account: Account, world: Outside) -> None:
    """Send a message; it goes unsent where the source refuses it, and once its link works no more."""
    try:
        letter = unsealed(row)
        with Writer[PrivateMessages](account.source, world, PrivateMessages) as writer:
            writer.send(PrivateLetter(mark=row.mark, to=account.key, title=letter.subject, text=letter.text))
    except TemporaryError as error:
        if world.clock() - row.made_at < LINK_LASTS:
            wait = None if error.retry_after is None else timedelta(seconds=error.retry_after)
            failed(row, str(error), world.clock(), wait=wait)
            return
    except (SourceError, RuleError, SealError):
        pass  # whoever asked is told nothing, as with a name that nobody knows
    row.delete()
