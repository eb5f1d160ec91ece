"""What follows for issues when their threads were analysed, came or went: stage and roles of accounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count

from kulanz.core.report import STAGES
from kulanz.desk.models import Account, Issue, IssueRole, Post, Thread
from kulanz.desk.rules.machines import ISSUE
from kulanz.desk.rules.reactions import strongest


def follow(*, thread: Thread) -> None:
    """Bring the issues that a freshly analysed thread is in up to date."""
    for issue in Issue.objects.filter(links__thread=thread).exclude(state__in=ISSUE.final):
        refresh(issue=issue)


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
    IssueRole.objects.filter(pk__in=stale).delete()
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
    changed = []
    for row in rows:
        role = row.role if row.by_hand else suggested[row.account_id]
        if (role, posts[row.account_id]) != (row.role, row.posts):
            row.role, row.posts = role, posts[row.account_id]
            changed.append(row)
    IssueRole.objects.bulk_update(changed, ("role", "posts"))
