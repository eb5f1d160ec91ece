"""What people ask for about their own data: taken down, answered by leads in time, and told by mail."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from kulanz.core.spoken import Lang
from kulanz.desk.models import Account, DataLink, DataRequest, Person
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import DATA_REQUEST
from kulanz.desk.rules.my_data import (
    AT_ONCE,
    KINDS,
    LONGEST_WORDS,
    MONTHS,
    MORE_MONTHS,
    SOON,
    Words,
    months_later,
    words_in,
)
from kulanz.desk.rules.packing import changed, packed
from kulanz.desk.rules.plain import plain
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change, step
from kulanz.desk.services.claiming import claim, done
from kulanz.desk.services.data_request_notices import tell_leads, tell_person
from kulanz.desk.services.events import record
from kulanz.desk.services.forgetting_counts import forget_counts, read_anew
from kulanz.desk.services.looking import looked
from kulanz.desk.services.profiles import held
from kulanz.desk.services.sealing import seal, unseal
from kulanz.desk.services.setting_up import one_of

_FLAGS: Final = {"object": "objected_at", "restrict": "restricted_at"}


def ask(  # noqa: PLR0913 - who asks for what, in which words and language, when
    *, person: Person, kind: str, said: str, language: Lang, now: datetime, with_posts: bool = False,
    account: Account | None = None,
) -> DataRequest:  # fmt: skip
    """Take down what a person asks for; an objection and a restriction hold from now on.

    ``account`` is the one that somebody who asks has proved to be theirs, where they proved no more.
    Raise RuleError where the same is asked already, and for a correction without words.
    """
    words = plain(said.replace("\r\n", "\n")).strip()
    one_of("request", kind, KINDS)
    if kind == "correct" and not words:
        raise RuleError("request: say what is wrong, and how it is right")
    if len(words) > LONGEST_WORDS:
        raise RuleError(
            "request: expected at most %(most)s characters, got %(got)s", most=LONGEST_WORDS, got=len(words)
        )
    deadline = months_later(now, MONTHS)
    with transaction.atomic():
        current = held(person)
        if current.data_requests.filter(kind=kind, state=DATA_REQUEST.initial).exists():
            raise RuleError("request: this is asked already, and not answered yet")
        request = DataRequest.objects.create(
            person=current, account=account, kind=kind, sealed=seal(packed(Words(said=words))),
            with_posts=with_posts, language=language, made_at=now, deadline=deadline, due_at=deadline - SOON,
        )  # fmt: skip
        if kind in AT_ONCE:
            _flag(current, kind, now, now)
        record(None, "ask", request, now=now, data={"kind": kind})
        tell_leads(request=request, kind="asked", now=now)
        tell_person(request=request, kind="asked", words="", now=now)
    return request


def take_back(*, person: Person, kind: str, now: datetime, account: Account | None = None) -> None:
    """Have what a person asked for not hold any more, as they wish.

    Who proved an ``account`` and no more takes back what was asked for with it alone.
    """
    one_of("request", kind, KINDS)
    with transaction.atomic():
        current = held(person)
        if account is not None and kind not in can_take_back(current, account):
            raise RuleError("request: this was not asked for with this account")
        for row in current.data_requests.filter(kind=kind, state=DATA_REQUEST.initial):
            state = DATA_REQUEST.by_itself(row.state, "take_back")
            change(row, row.version, state=state, answered_at=now, due_at=None)
            record(None, "take_back", row, now=now, data={"kind": kind})
        if kind in AT_ONCE:
            _flag(current, kind, None, now)


def extend(*, actor: Actor, request: DataRequest, seen: int, reason: str, now: datetime) -> DataRequest:
    """Answer later, at most three months after it was asked, for a reason that the person is told."""
    step(request, DATA_REQUEST, "extend", actor, reason)
    if request.extended_at is not None:
        raise RuleError("request: its deadline was made longer already")
    if now > request.deadline:
        raise RuleError("request: its month is over; it could be made longer within it alone: answer it now")
    deadline = months_later(request.made_at, MONTHS + MORE_MONTHS)
    values = {"deadline": deadline, "extended_at": now, "due_at": deadline - SOON}
    return _changed(actor, "extend", request, seen, {"longer": reason}, values, now)


def grant(*, actor: Actor, request: DataRequest, seen: int, answer: str, now: datetime) -> DataRequest:
    """Say that what was asked for is done; to erase somebody answers that by itself."""
    state = step(request, DATA_REQUEST, "grant", actor)
    if request.kind == "erase":
        raise RuleError("request: erase the person on their page: that answers it")
    values = {"state": state, "answered_at": now, "by_id": actor.member_id, "due_at": None}
    return _changed(actor, "grant", request, seen, {"answer": answer}, values, now)


def refuse(*, actor: Actor, request: DataRequest, seen: int, reason: str, now: datetime) -> DataRequest:
    """Say no, for a reason that the person is told; what held since it was asked holds no more."""
    state = step(request, DATA_REQUEST, "refuse", actor, reason)
    values = {"state": state, "answered_at": now, "by_id": actor.member_id, "due_at": None}
    with transaction.atomic():
        refused = _changed(actor, "refuse", request, seen, {"answer": reason}, values, now)
        if refused.kind in AT_ONCE:
            _flag(held(refused.person), refused.kind, None, now)
    return refused


def answer_erased(
    *, person: Person, people: Collection[int], proof: str, now: datetime, again: bool = False
) -> None:
    """Answer the requests of somebody who is erased, with a proof of it; no words are kept of any.

    ``again``: they were told already, and are not told twice.
    ``people`` are the keys of all their profiles, of which ``person`` stays. Links lead nowhere from now on.
    """
    rows = DataRequest.objects.select_for_update(of=("self",)).filter(person__in=people)
    for row in rows.filter(state=DATA_REQUEST.initial).select_related("person"):
        action = "erased" if row.kind == "erase" else "take_back"
        state = DATA_REQUEST.by_itself(row.state, action)
        answered = change(row, row.version, state=state, answered_at=now, due_at=None)
        record(None, action, answered, now=now, data={"kind": answered.kind})
        if action == "erased" and not again:
            tell_person(request=answered, kind="erased", words=proof, now=now)
    rows.update(sealed=b"", person=person)
    DataLink.objects.filter(Q(person__in=people) | Q(account__person__in=people)).delete()


def remind_due(*, now: datetime) -> int:
    """Remind leads of requests whose time is nearly up; return how many."""
    rows = DataRequest.objects.filter(state=DATA_REQUEST.initial).select_related("person")
    claimed = claim(rows, now, at_most=20)
    for request in claimed:
        with transaction.atomic():
            tell_leads(request=request, kind="soon", now=now)
            done(request, next_at=None)
    return len(claimed)


def words_of(*, actor: Actor, requests: list[DataRequest], now: datetime) -> dict[int, Words]:
    """Open what was said of requests, by their keys; whose were opened is recorded."""
    actor.need(Right.LEAD_CASES)
    looked(actor, "datarequest", [row.pk for row in requests], now)
    return {row.pk: words_in(unseal(row.sealed)) for row in requests}


def can_take_back(person: Person, account: Account | None = None) -> frozenset[str]:
    """Return the kinds that wait or hold; with an ``account`` those that were asked for with it alone."""
    if account is None:
        waiting = person.data_requests.filter(state=DATA_REQUEST.initial).values_list("kind", flat=True)
        return frozenset(waiting) | {kind for kind, flag in _FLAGS.items() if getattr(person, flag)}
    latest = {row.kind: row for row in person.data_requests.order_by("made_at", "pk")}
    ours = {kind for kind, row in latest.items() if row.account_id == account.pk}
    return can_take_back(person) & ours


def own_requests(person: Person, account: Account | None = None) -> list[tuple[DataRequest, Words]]:
    """Return what a person has asked for, or with an account, with its words, the latest first: for them."""
    rows = DataRequest.objects.filter(person=person).order_by("-made_at", "-pk")
    rows = rows if account is None else rows.filter(account=account)
    return [(row, words_in(unseal(row.sealed))) for row in rows]


def _changed(  # noqa: PLR0913, PLR0917 - who does what to what, with which words, when
    actor: Actor, action: str, request: DataRequest, seen: int, said: dict[str, str],
    values: dict[str, Any], now: datetime,
) -> DataRequest:  # fmt: skip
    words = changed(words_in(unseal(request.sealed)), said, LONGEST_WORDS)
    with transaction.atomic():
        answered = change(request, seen, sealed=seal(packed(words)), **values)
        record(actor, action, answered, now=now, data={"kind": answered.kind})
        tell_person(request=answered, kind=action, words=next(iter(said.values())), now=now)
    return answered


def _flag(person: Person, kind: str, at: datetime | None, now: datetime) -> None:
    """Have a wish hold from a moment on, or no more; what was counted of the person goes with it."""
    flags: dict[str, Any] = {_FLAGS[kind]: at}
    change(person, person.version, **flags)
    if at is not None:
        forget_counts(person)
    if kind == "restrict":
        read_anew(person, now)
