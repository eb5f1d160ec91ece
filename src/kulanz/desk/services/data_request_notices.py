"""Who is told of requests about own data: leads at the desk, and the person by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kulanz.desk.conf import conf
from kulanz.desk.models import Case, DataRequest, Person
from kulanz.desk.queries.escalation import readers_of
from kulanz.desk.rules.roles import Right
from kulanz.desk.rules.status_pages import lang_of
from kulanz.desk.services.my_data_letters import write
from kulanz.desk.services.notices import tell
from kulanz.pages.formats import day

_LEADS: Final = {
    "asked": gettext_noop("Somebody asks for something about their own data"),
    "soon": gettext_noop("A request about somebody’s own data has to be answered within a week"),
}
KINDS: Final = {
    "correct": gettext_noop("to correct your data"),
    "object": gettext_noop("that neither standing nor value is reckoned of you"),
    "restrict": gettext_noop("that your data is kept but not used"),
    "erase": gettext_noop("to erase your data"),
}
_PERSON: Final = {
    "asked": (
        gettext_noop("We have your request"),
        gettext_noop("You asked %(kind)s. You get an answer until %(day)s at the latest."),
    ),
    "extend": (
        gettext_noop("Your request takes longer"),
        gettext_noop("You asked %(kind)s. You get an answer until %(day)s at the latest. Why:\n\n%(words)s"),
    ),
    "grant": (
        gettext_noop("Your request is done"),
        gettext_noop("You asked %(kind)s. It is done.\n\n%(words)s"),
    ),
    "refuse": (
        gettext_noop("An answer to your request"),
        gettext_noop(
            "You asked %(kind)s. We cannot do it. Why:\n\n%(words)s\n\nYou may complain to the data"
            " protection authority, and go to court."
        ),
    ),
    "erased": (
        gettext_noop("Your data is erased"),
        gettext_noop(
            "You asked to erase your data. It is done: of you nothing is left here but a pseudonym.\n\n"
            "This receipt proves it. The public log holds the entry, and nobody but you can say whose it is: "
            "HMAC-SHA256 of the content under the key is what stands in the entry.\n\n%(words)s"
        ),
    ),
}


def tell_leads(*, request: DataRequest, kind: str, now: datetime) -> None:
    """Tell leads that there is a request, once a day, or that one's time is nearly up; not whose it is."""
    about = f"{request.pk}-{kind}-{request.version}" if kind == "soon" else f"{kind}-{now:%Y-%m-%d}"
    for member in readers_of(Right.LEAD_CASES).order_by("pk"):
        with translation.override(member.lang):
            subject = _(_LEADS[kind])
            until = day(request.deadline.date(), lang_of(member.lang))
            body = _("Answer until %(day)s:\n%(url)s") % {"day": until, "url": f"{conf().url}/data-requests"}
        key = f"data-request-{about}-{member.pk}"
        tell(member=member, key=key, subject=subject, body=body, now=now, urgent=kind == "soon")


def tell_person(*, request: DataRequest, kind: str, words: str, now: datetime) -> None:
    """Tell a person what became of a request, where there is an address of theirs."""
    address, lang = address_of(request.person), lang_of(request.language)
    if not address:
        return
    with translation.override(lang):
        subject, text = _PERSON[kind]
        said = {"kind": _(KINDS[request.kind]), "day": day(request.deadline.date(), lang), "words": words}
        write(to=address, subject=_(subject), text=(_(text) % said).strip() + "\n", now=now)


def address_of(person: Person) -> str:
    """Return where a person can be written to; empty where nobody knows."""
    cases = Case.objects.filter(person=person).exclude(email="").order_by("-opened_at")
    return person.email or cases.values_list("email", flat=True).first() or ""
