"""Taking a conversation: its issue becomes the actor's, and is opened first where there is none."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kulanz.desk.models import Issue, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.machines import ISSUE
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import issues


def take_thread(*, actor: Actor, thread: Thread, now: datetime) -> Issue:
    """Take the latest issue that a thread is in and that is not closed; open one where there is none.

    What is the actor's own already stays so. Raise RuleError where a colleague has it: that is
    settled on the issue's page, not in passing.
    """
    actor.need(Right.WORK_ISSUES)
    with transaction.atomic():
        found = Issue.objects.filter(links__thread=thread).exclude(state__in=ISSUE.final)
        issue = found.select_related("owner").order_by("-opened_at", "-pk").first()
        if issue is None:
            issue = issues.open_issue(actor=actor, threads=[thread], now=now)
        return _taken(actor, issue, now)


def _taken(actor: Actor, issue: Issue, now: datetime) -> Issue:
    if issue.owner_id not in (None, actor.member_id):
        raise RuleError(
            "%(owner)s has the issue %(title)r already: talk to them, or take it over on its page",
            owner=issue.owner,
            title=issue.title,
        )
    if issue.state == "snoozed":
        issue = issues.wake(actor=actor, issue=issue, seen=issue.version, now=now)
    if issue.state == "owned":
        return issue
    return issues.take(actor=actor, issue=issue, seen=issue.version, now=now)
