"""What people do together in an issue or a case: roles of accounts, checklist, internal notes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from kulanz.desk.models import Account, Case, Issue, IssueRole, Member, Note, Playbook, Task
from kulanz.desk.models.issues import ISSUE_ROLES
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change, write_to
from kulanz.desk.services.events import record
from kulanz.desk.services.notices import tell_of_mention, tell_of_news

_MENTION: Final = re.compile(r"(?<!\w)@([\w.+-]{1,150})")


def set_role(
    *, actor: Actor, issue: Issue, account: Account, seen: int, role: str, now: datetime
) -> IssueRole:
    """Say what an account is in an issue; signals do not change it any more.

    ``seen`` is the version of the role that it had, 0 where it had none.
    """
    actor.need(Right.WORK_ISSUES)
    if role not in ISSUE_ROLES:
        raise RuleError(
            "role: expected one of %(known)s, got %(role)r", known=", ".join(ISSUE_ROLES), role=role
        )
    with transaction.atomic():
        write_to(issue)
        values = {"role": role, "by_hand": True}
        held, is_new = IssueRole.objects.get_or_create(issue=issue, account=account, defaults=values)
        held = held if is_new else change(held, seen, **values)
        record(actor, "set_role", issue, now=now, data={"account": account.pk, "role": role})
    return held


def add_task(*, actor: Actor, issue: Issue, text: str, now: datetime) -> Task:
    """Add a step to an issue's checklist."""
    actor.need(Right.WORK_ISSUES)
    if not text.strip():
        raise RuleError("task: expected some words")
    with transaction.atomic():
        write_to(issue)  # it is locked too: two tasks at once would get one position
        [task] = _append(issue, [text.strip()[:500]])
        record(actor, "add_task", issue, now=now, data={"task": task.pk})
    return task


def use_playbook(*, actor: Actor, issue: Issue, playbook: Playbook, now: datetime) -> list[Task]:
    """Add the steps of a playbook to an issue's checklist; those that it has already are not doubled."""
    actor.need(Right.WORK_ISSUES)
    with transaction.atomic():
        write_to(issue)
        had = set(issue.tasks.values_list("text", flat=True))
        added = _append(issue, [step.text for step in playbook.steps.all() if step.text not in had])
        if added:
            told = {"playbook": playbook.pk, "tasks": [task.pk for task in added]}
            record(actor, "use_playbook", issue, now=now, data=told)
    return added


def tick(*, actor: Actor, task: Task, done: bool, now: datetime) -> Task:
    """Tick a step of a checklist, or take the tick away; where somebody was faster, theirs stays."""
    actor.need(Right.WORK_ISSUES)
    at, by = (now, actor.member_id) if done else (None, None)
    with transaction.atomic():
        write_to(task.issue)
        if Task.objects.filter(pk=task.pk, done_at__isnull=done).update(done_at=at, done_by=by):
            record(actor, "tick" if done else "untick", task.issue, now=now, data={"task": task.pk})
    task.refresh_from_db(fields=("done_at", "done_by"))
    return task


def write_note(*, actor: Actor, about: Issue | Case, text: str, now: datetime) -> Note:
    """Write an internal note; members named with @ are told of it."""
    actor.need(Right.WORK_CASES if isinstance(about, Case) else Right.WORK_ISSUES)
    if not text.strip():
        raise RuleError("note: expected some words")
    where = {"case": about} if isinstance(about, Case) else {"issue": about}
    with transaction.atomic():
        if isinstance(about, Issue):
            write_to(about)
        note = Note.objects.create(**where, author_id=actor.member_id, text=text.strip(), at=now)
        mentioned = Member.objects.filter(username__in=_MENTION.findall(text), is_active=True)
        note.mentions.set(mentioned)
        tell_of_mention(note=note, members=mentioned, now=now)
        record(actor, "note", about, now=now, data={"note": note.pk})
        if isinstance(about, Issue):
            tell_of_news(issue=about, action="note", by=note.author, told=mentioned, now=now)
    return note


def _append(issue: Issue, texts: Iterable[str]) -> list[Task]:
    last = issue.tasks.aggregate(last=Max("position"))["last"] or 0
    tasks = (Task(issue=issue, position=place, text=text) for place, text in enumerate(texts, start=last + 1))
    return Task.objects.bulk_create(tasks)
