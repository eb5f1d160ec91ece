"""What follows for issues when their threads were analysed, came or went: stage, roles, and who is told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F

from kulanz.core.report import STAGES
from kulanz.desk.models import Account, Issue, IssueRole, Post, Thread
from kulanz.desk.rules.machines import ISSUE
from kulanz.desk.rules.reactions import strongest
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.notices import tell_of_news


def follow(*, thread: Thread, now: datetime) -> None:
    """Bring the issues that a freshly analysed thread is in up to date.

    Who watches an issue that has become graver is told, and one that was put aside is put aside no more.
    """
    for issue in Issue.objects.filter(links__thread=thread).exclude(state__in=ISSUE.final):
        before = issue.stage
        refresh(issue=issue)
        issue.refresh_from_db()
        if STAGES.index(issue.stage) > STAGES.index(before):
            _became_graver(issue, now)


def wake_by_itself(*, issue: Issue, now: datetime) -> None:
    """Take up an issue that was put aside: back to its owner, where there is one."""
    action = "return_due" if issue.owner_id else "wake_due"
    with transaction.atomic():
        change(issue, issue.version, state=ISSUE.by_itself(issue.state, action), snoozed_until=None)
        record(None, action, issue, now=now)
        tell_of_news(issue=issue, action=action, by=None, now=now)


def _became_graver(issue: Issue, now: datetime) -> None:
    with transaction.atomic():
        record(None, "graver", issue, now=now, data={"stage": issue.stage})
        tell_of_news(issue=issue, action="graver", by=None, now=now)
        if issue.state == "snoozed":
            wake_by_itself(issue=issue, now=now)


def refresh(*, issue: Issue) -> None:
    """Bring stage and roles of an issue up to date with its threads."""
    refresh_stage(issue=issue)
    refresh_roles(issue=issue)


def refresh_stage(*, issue: Issue) -> None:
    """Set an issue's stage to the gravest of its threads, unless a person has set it."""
    if not issue.stage_by_hand and (threads := list(Thread.objects.filter(links__issue=issue).only("stage"))):
        Issue.objects.filter(pk=issue.pk, stage_by_hand=False).update(stage=gravest(threads))


def gravest(threads: Iterable[Thread]) -> str:
    """Return the gravest stage of some threads."""
    return STAGES[max((STAGES.index(thread.stage) for thread in threads), default=0)]


def refresh_roles(*, issue: Issue) -> None:
    """Suggest what the accounts of an issue's threads are in it; what a person said stays.

    Over several threads an account keeps the role that says most. A suggestion goes when no thread of the
    issue shows it any more.
    """
    threads = list(Thread.objects.filter(links__issue=issue).only("pk", "source_id", "roles"))
    suggested = _suggested(threads)
    held = {row.account_id: row for row in issue.roles.all()}
    stale = [row.pk for pk, row in held.items() if not row.by_hand and pk not in suggested]
    IssueRole.objects.filter(pk__in=stale, by_hand=False).delete()
    posts = _posts(threads, suggested.keys() | held.keys())
    new = [
        IssueRole(issue=issue, account_id=pk, role=role, posts=posts[pk])
        for pk, role in suggested.items()
        if pk not in held
    ]
    IssueRole.objects.bulk_create(new, ignore_conflicts=True)
    _update((row for pk, row in held.items() if row.pk not in stale), suggested, posts)


def _suggested(threads: Iterable[Thread]) -> dict[int, str]:
    """Return the strongest role of every account, by the account's id."""
    by_source: dict[int, list[dict[str, str]]] = {}
    for thread in threads:
        by_source.setdefault(thread.source_id, []).append(thread.roles)
    found: dict[int, str] = {}
    for source, roles in by_source.items():
        by_key = strongest(roles)
        accounts = Account.objects.filter(source_id=source, key__in=by_key).values_list("pk", "key")
        found |= {pk: by_key[key] for pk, key in accounts}
    return found


def _posts(threads: Iterable[Thread], accounts: Iterable[int]) -> Counter[int]:
    """Return how many posts each account has in the threads."""
    rows = Post.objects.filter(thread__in=[thread.pk for thread in threads], account__in=list(accounts))
    return Counter(dict(rows.values_list("account").annotate(n=Count("pk"))))


def _update(rows: Iterable[IssueRole], suggested: dict[int, str], posts: Counter[int]) -> None:
    counted, turned = [], defaultdict(list)
    for row in rows:
        if posts[row.account_id] != row.posts:
            row.posts = posts[row.account_id]
            counted.append(row)
        if not row.by_hand and suggested[row.account_id] != row.role:
            turned[suggested[row.account_id]].append(row.pk)
    IssueRole.objects.bulk_update(counted, ("posts",))
    for role, pks in turned.items():
        # what somebody says at this moment stays
        IssueRole.objects.filter(pk__in=pks, by_hand=False).update(role=role, version=F("version") + 1)
