"""Changes that two people may want to make at once, and steps of a state machine."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import F

from kulanz.desk.models import Case, Issue
from kulanz.desk.models.base import Versioned
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.machine import Machine
from kulanz.desk.rules.machines import CASE, WITHDRAWN

_Row = TypeVar("_Row", bound=Versioned)


def change(row: _Row, seen: int, **values: Any) -> _Row:
    """Write values to a row that still has the version ``seen``, and raise that version.

    Raise ConflictError where somebody else has changed it since: nothing is written. The row as it was loaded
    has to be of that version too: it is what rules were asked about.
    """
    model = type(row)
    ours = model._default_manager.filter(pk=row.pk, version=seen)  # noqa: SLF001 - Django's own name
    if row.version != seen or not ours.update(version=F("version") + 1, **values):
        raise ConflictError("somebody else has changed this meanwhile: look at it again, your words are kept")
    row.refresh_from_db()
    return row


def step(row: Any, machine: Machine, action: str, actor: Actor, reason: str = "") -> str:
    """Return the state that an actor's action leads a row to; raises as ``Machine.after`` does."""
    target = machine.after(row.state, action, roles=actor.roles, reason=reason)
    actor.need(machine.right_for(row.state, action))  # through a token, its scopes count too
    return target


def write_to(issue: Issue) -> Issue:
    """Return an issue as it is now, which nobody takes back until the transaction ends.

    Raise RuleError where somebody has.
    """
    current = Issue.objects.select_for_update().get(pk=issue.pk)
    if current.state == WITHDRAWN:
        raise RuleError("this issue was taken back: nothing is written to it any more")
    return current


def keep_open(case: Case) -> Case:
    """Return a case as it is now, which nobody closes until the transaction ends.

    Raise RuleError where somebody has.
    """
    rows = Case.objects.select_for_update(of=("self",)).select_related("issue", "contact")
    current = rows.get(pk=case.pk)
    if current.state in CASE.final:
        raise RuleError("the case is closed: open it again first")
    return current
