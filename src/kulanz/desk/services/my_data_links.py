"""Links under which people see their own data: asked for by anybody, sent to known addresses alone.

The page that asks keeps an address and says the same to everybody. The worker looks whether it is known here;
of a link only the digest is kept, and the letter that holds it goes as it was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from kulanz.core.spoken import Lang
from kulanz.desk.conf import conf
from kulanz.desk.models import Account, DataAsk, DataLink, Person, Source
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.my_data import LINK_LASTS, LINKS_A_DAY
from kulanz.desk.rules.status_pages import KEY_BYTES, digest_of, lang_of
from kulanz.desk.services.cases import checked_email
from kulanz.desk.services.claiming import claim
from kulanz.desk.services.events import record
from kulanz.desk.services.known_addresses import people_at
from kulanz.desk.services.mail import can_send
from kulanz.desk.services.my_data_letters import write
from kulanz.desk.services.sealing import SealError, seal, unseal

PATH: Final = "/my-data/"
MOST_WAITING: Final = 1_000
"""More asks than this are not kept: whoever floods the page fills no disk."""
AT_MOST: Final = 200
_MOST_PROFILES: Final = 5
_KEPT: Final = timedelta(days=30)
_REMOVED_AT_ONCE: Final = 500


def ask(*, address: str, language: Lang, now: datetime) -> None:
    """Take down an address that wants a link; raise RuleError for no address, and where no mail goes out."""
    if not can_send():
        raise RuleError("mail: expected a mail server")
    email = checked_email(address)
    if not email:
        raise RuleError("e-mail: expected an address such as name@example.org, got %(address)r", address="")
    keep(said=email, source=None, language=language, now=now)


def keep(*, said: str, source: Source | None, language: Lang, now: datetime) -> None:
    """Keep an address, or the name of an account at a source, until the worker has looked for it."""
    if DataAsk.objects.count() < MOST_WAITING:
        given = {"sealed": seal(said.encode()), "source": source, "language": language}
        DataAsk.objects.create(**given, asked_at=now, due_at=now)


def answer_due(*, now: datetime) -> int:
    """Send a link to whoever asked and is known here; return how many had asked."""
    claimed = claim(DataAsk.objects.filter(source=None), now, at_most=AT_MOST)
    asked = {ask: address_in(ask) for ask in claimed}
    known = people_at([address for address in asked.values() if address], now=now) if asked else {}
    for each, address in asked.items():
        with transaction.atomic():
            _answer(address, known.get(address.lower(), ()), lang_of(each.language), now)
            each.delete()
    forget_old(now=now)
    return len(claimed)


def make(
    *, person: Person | None = None, account: Account | None = None, language: Lang, now: datetime
) -> str:
    """Make a link to what a person or one account has, and return it whole: nobody can tell it again."""
    key = token_urlsafe(KEY_BYTES)
    link = DataLink.objects.create(
        person=person,
        account=account,
        digest=digest_of(key),
        language=language,
        made_at=now,
        ends_at=now + LINK_LASTS,
    )
    record(None, "make", link, now=now)
    return f"{conf().url}{PATH}{key}"


def opened(*, link: DataLink, now: datetime) -> None:
    """Note when a link was first opened."""
    with transaction.atomic():
        if DataLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=now):
            record(None, "open", link, now=now)


def end(*, link: DataLink, now: datetime) -> None:
    """Have a link lead nowhere from now on, as its holder wants."""
    DataLink.objects.filter(pk=link.pk).update(ends_at=now)


def forget_old(*, now: datetime) -> None:
    """Remove links that ended long ago."""
    old = DataLink.objects.filter(ends_at__lt=now - _KEPT).values_list("pk", flat=True)
    DataLink.objects.filter(pk__in=list(old[:_REMOVED_AT_ONCE])).delete()


def address_in(row: DataAsk) -> str:
    """Return the address or the name that was typed."""
    try:
        return unseal(row.sealed).decode()
    except SealError:
        return ""  # asked under a key that is gone: it can be asked again


def _answer(address: str, people: Sequence[Person], language: Lang, now: datetime) -> None:
    lately = DataLink.objects.filter(made_at__gt=now - timedelta(days=1))
    wanted = [each for each in people if lately.filter(person=each).count() < LINKS_A_DAY]
    if not wanted:
        return
    links = [make(person=each, language=language, now=now) for each in wanted[:_MOST_PROFILES]]
    with translation.override(language):
        subject = _("Your data: a link that works for an hour")
        text = _(
            "Somebody asked to see what we hold about you, probably you. With this link you see all of it,"
            " take it along, and say what is to become of it:\n\n%(links)s\n\nIt works for an hour. Whoever"
            " has it sees your data: please pass it on to nobody. If it was not you, nothing is to be done."
        ) % {"links": "\n".join(links)}
    write(to=address, subject=subject, text=text, now=now)
