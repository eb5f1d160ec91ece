"""A language model is asked by a person, who sees first what goes out, and decides about what comes back.

What is shown is sealed into a ticket, and the ticket is what is sent: nothing else can go out, and nothing is
kept of it. An answer is words for that person; no other action follows from it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.utils.translation import get_language

from kulanz.core.spoken import Lang, lang_for
from kulanz.desk.conf import conf
from kulanz.desk.models import Case, Issue, LanguageModel, Post, Reply, Thread
from kulanz.desk.queries.drafts import Place
from kulanz.desk.queries.language_model import erased_since, language_model
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.blanks import spoken
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.language_model import Talk, Task, request_body
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import draft_checks
from kulanz.desk.services.chat_completions import Endpoint, complete
from kulanz.desk.services.draft_checks import Checked
from kulanz.desk.services.events import record
from kulanz.desk.services.model_masking import told_at
from kulanz.desk.services.sealing import derived_keys
from kulanz.sources.web.network import AddressPolicy

GOOD_FOR: Final = timedelta(minutes=15)
"""So long what was shown can be sent."""
_PURPOSE: Final = "language model request"
_NEEDS: Final[dict[Task, Right]] = {"answer": Right.WORK_CASES, "summary": Right.WORK_ISSUES}

Told = Case | Thread | Reply | Issue
"""What a model is asked about; a summary is of a conversation or an issue."""


class _Ticket(msgspec.Struct, frozen=True):
    member: int
    at: datetime
    about: str
    task: Task
    address: str
    model: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What would be sent, word for word (``body``), to which model at which host; ``ticket`` sends it."""

    task: Task
    model: str
    host: str
    body: str
    ticket: str

    @property
    def messages(self) -> Sequence[tuple[str, str]]:
        """The roles and words in the body, as a person reads them."""
        said: list[dict[str, Any]] = msgspec.json.decode(self.body)["messages"]
        return [(each["role"], each["content"]) for each in said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """What a model answered, and what the draft check says of it; a summary is not checked."""

    task: Task
    model: str
    text: str
    cut: bool
    checked: Checked | None


def prepare(
    *, actor: Actor, about: Told, task: Task, answered: Post | None = None, now: datetime
) -> Prepared:
    """Return what would be sent; nothing is. ``answered`` is the post of a conversation that is answered."""
    actor.need(_NEEDS[task])
    row = _switched_on()
    if isinstance(about, Reply):
        answered = about.answered
    talks = told_at(_place(about), answered)
    if not any(talk.turns for talk in talks):
        raise RuleError("nobody has written anything here yet that a language model could be told of")
    lang = _read_by() if task == "summary" else _written(talks)
    body = request_body(model=row.name, task=task, lang=lang, talks=talks).decode()
    ticket = _Ticket(actor.member_id, now, _named(about), task, row.address, row.name, body)
    sealed = _seals().encrypt_at_time(msgspec.json.encode(ticket), int(now.timestamp())).decode()
    host = urlsplit(row.address).netloc
    return Prepared(task=task, model=row.name, host=host, body=body, ticket=sealed)


def send(*, actor: Actor, about: Told, task: Task, ticket: str, now: datetime) -> Suggested:
    """Send what was shown and return what came back; raise RuleError where that is not what was shown here.

    That it was sent is recorded before it is.
    """
    actor.need(_NEEDS[task])
    row = _switched_on()
    shown = _opened(ticket, now)
    if (shown.member, shown.about, shown.task) != (actor.member_id, _named(about), task):
        raise RuleError("what is sent has to be what was shown to you here: look at it again")
    if (shown.address, shown.model) != (row.address, row.name):
        raise RuleError("the language model was changed meanwhile: look again at what is sent")
    if erased_since(shown.at):
        raise RuleError("somebody’s data was erased meanwhile: look again at what is sent")
    _record(actor, row, about, shown, now)
    policy = AddressPolicy(allowed=conf().allow_private)
    found = complete(Endpoint.of(row), shown.body.encode(), policy=policy, now=now)
    checked = check_words(actor=actor, about=about, text=found.text) if task == "answer" else None
    return Suggested(task=task, model=row.name, text=found.text, cut=found.cut, checked=checked)


def check_words(*, actor: Actor, about: Told, text: str) -> Checked | None:
    """Return what the draft check says of words that a model suggested, as of any draft."""
    if isinstance(about, Reply):
        return draft_checks.check_reply(actor=actor, reply=about, text=text)
    place = _place(about)
    if isinstance(place, Issue):
        raise TypeError("expected what an answer is written to, got an issue")
    author = str(place.contact or actor.name) if isinstance(place, Case) else ""
    public = isinstance(place, Thread)
    return draft_checks.check(actor=actor, place=place, text=text, public=public, author=author)


def _switched_on() -> LanguageModel:
    row = language_model()
    if row is None or not row.active:
        raise RuleError("no language model is switched on: an administrator does that in the settings")
    return row


def _place(about: Told) -> Place | Issue:
    return draft_checks.place_of(about) if isinstance(about, Reply) else about


def _named(about: Told) -> str:
    return f"{about._meta.model_name} {about.pk}"  # noqa: SLF001 - Django's own way to the name


def _read_by() -> Lang:
    return lang_for(get_language())


def _written(talks: Sequence[Talk]) -> Lang:
    """The language of a conversation; that of whoever asks where it is unclear."""
    words = " ".join(turn.text for talk in talks for turn in talk.turns if "staff" not in turn.by)
    return spoken(words) or _read_by()


def _record(actor: Actor, row: LanguageModel, about: Told, shown: _Ticket, now: datetime) -> None:
    """Write who had what model told of what, and how much: no words."""
    place = _place(about)
    on: dict[str, Any] = {type(place)._meta.model_name or "": place}  # noqa: SLF001 - Django's own name
    if isinstance(place, Case):
        on["issue"] = place.issue
    data = {"task": shown.task, "model": shown.model, "characters": len(shown.body)}
    record(actor, "ask", row, now=now, data=data, **on)


def _opened(ticket: str, now: datetime) -> _Ticket:
    seconds = int(GOOD_FOR.total_seconds())
    try:
        opened = _seals().decrypt_at_time(ticket.encode(), seconds, int(now.timestamp()))
    except InvalidToken as error:
        raise RuleError("what was shown is too old, or was changed: look again at what is sent") from error
    return msgspec.json.decode(opened, type=_Ticket)


def _seals() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived_keys(_PURPOSE)])
