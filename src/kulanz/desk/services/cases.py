"""Cases: one customer's matter, with a named contact."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from kulanz.desk.models import Case, Issue, Member, Person
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import CASE
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import status_wishes
from kulanz.desk.services.changing import change, step, write_to
from kulanz.desk.services.events import record
from kulanz.desk.services.holds import End, end_with_case
from kulanz.desk.services.notices import tell_of_assignment
from kulanz.desk.services.profiles import held

KEY_BYTES: Final = 10


def open_case(
    *, actor: Actor, person: Person, issue: Issue | None, title: str, email: str = "", now: datetime
) -> Case:
    """Open a case for a customer; whoever opens it is the contact until another is named.

    Raise RuleError for somebody of the staff, and where the issue was merged or taken back.
    """
    actor.need(Right.WORK_CASES)
    with transaction.atomic():
        if issue is not None and write_to(issue).state == "merged":
            raise RuleError("this issue was merged into another one: open the case there")
        customer = held(person)
        _check_customer(customer, issue)
        case = Case.objects.create(
            person=customer,
            issue=issue,
            title=(title.strip() or (issue.title if issue else customer.name))[:300],
            contact_id=actor.member_id,
            email=checked_email(email or customer.email),
            reply_key=token_hex(KEY_BYTES),
            opened_at=now,
        )
        record(actor, "open", case, now=now, issue=issue)
    return case


def assign(*, actor: Actor, case: Case, seen: int, contact: Member, now: datetime) -> Case:
    """Name another contact: the person whom the customer gets to know."""
    before = case.contact_id
    with transaction.atomic():
        assigned = _step(actor, case, seen, "assign", now, contact=contact)
        if contact.pk != before:
            status_wishes.forget(assigned)
        tell_of_assignment(row=assigned, member=contact, by=actor.member_id, now=now)
    return assigned


def edit(*, actor: Actor, case: Case, seen: int, title: str, email: str, now: datetime) -> Case:
    """Change the title and the address of the conversation."""
    title = title.strip()[:300] or case.title
    return _step(actor, case, seen, "edit", now, title=title, email=checked_email(email))


def resolve(*, actor: Actor, case: Case, seen: int, outcome: str, now: datetime) -> Case:
    """Say how the matter was settled; raise RuleError while a promise is running, or a gesture undecided."""
    with transaction.atomic():
        _check_nothing_open(case)
        return _step(actor, case, seen, "resolve", now, reason=outcome, outcome=outcome[:500])


def reopen(*, actor: Actor, case: Case, seen: int, reason: str, now: datetime) -> Case:
    """Take a settled case up again."""
    return _step(actor, case, seen, "reopen", now, reason=reason, closed_at=None)


def close(*, actor: Actor, case: Case, seen: int, end: End | None = None, now: datetime) -> Case:
    """Close a case that was settled; raise RuleError while a promise is running, or a gesture undecided.

    Its holds end with it: ``end`` says what happens next. Raise RuleError where there are some, and it does
    not.
    """
    with transaction.atomic():
        _check_nothing_open(case)
        end_with_case(actor=actor, case=case, end=end, now=now)
        return _step(actor, case, seen, "close", now, closed_at=now)


def _check_nothing_open(case: Case) -> None:
    """Hold a case, so that nobody promises anything meanwhile; raise RuleError for what is open in it."""
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if case.promises.filter(state__in=("running", "paused")).exists():
        raise RuleError("a promise is still running: keep or withdraw it first")
    if case.gestures.filter(state="proposed").exists():
        raise RuleError("nobody has decided on a gesture: decide on it or take it back first")


def _check_customer(person: Person, issue: Issue | None) -> None:
    in_issue = issue is not None and issue.roles.filter(account__person=person, role="staff").exists()
    if person.role == "staff" or in_issue:
        raise RuleError(
            "a case is opened for a customer, and %(name)r is staff: change the role if that is wrong",
            name=person.name,
        )


def heard(*, case: Case, now: datetime) -> None:
    """Open a case again because its customer wrote, whatever its state was."""
    state = CASE.by_itself(case.state, "hear")
    with transaction.atomic():
        change(case, case.version, state=state, closed_at=None)
        record(None, "hear", case, now=now, issue=case.issue)


def _step(
    actor: Actor, case: Case, seen: int, action: str, now: datetime, *, reason: str = "", **values: Any
) -> Case:
    actor.need(Right.SEE_CASES)
    state = step(case, CASE, action, actor, reason)
    with transaction.atomic():
        changed = change(case, seen, state=state, **values)
        told = {name: str(value) for name, value in values.items() if name != "email"}
        record(
            actor, action, changed, now=now, reason=reason, issue=changed.issue, data={"state": state, **told}
        )
    return changed


def checked_email(email: str) -> str:
    """Return an address without space around it; raise RuleError where it is none. Empty stays empty."""
    address = email.strip()
    try:
        if address:
            validate_email(address)
    except ValidationError as error:
        raise RuleError(
            "e-mail: expected an address such as name@example.org, got %(address)r", address=address
        ) from error
    return address
