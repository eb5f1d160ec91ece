"""Issues as lists and their page show them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case as Switch
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value, When

from kulanz.core.report import STAGES
from kulanz.desk.models import Account, Case, Issue, IssueRole, IssueThread, Note, Post, Task, Thread
from kulanz.desk.models.issues import SEVERITIES
from kulanz.desk.queries.paging import Paged, paged
from kulanz.desk.rules.machines import ISSUE, WITHDRAWN
from kulanz.desk.rules.reactions import AFFECTED

ROLES_SHOWN: Final = 15
_ISSUES_AT_MOST: Final = 200
_ACCOUNTS_AT_MOST: Final = 500
OPEN: Final = tuple(state for state in ISSUE.states if state not in ISSUE.final)
LISTED: Final = tuple(state for state in ISSUE.states if state != WITHDRAWN)
"""States that a list may be asked for."""
# who needs an answer first; those who calm and defend come last
ROLE_ORDER: Final = ("complainant", "affected", "amplifier", "annoyed", "staff", "defending", "calming")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFilter:
    """What the list shows; without a state all that are not closed or merged."""

    state: str = ""
    severity: str = ""
    stage: str = ""
    owner: int | None = None
    unowned: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """One issue in the list. ``views`` is the sum over its threads, None where no source counts them."""

    issue: Issue
    threads: int
    affected: int
    cases: int
    views: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRow:
    """An account with its role; of its person's open cases ``case`` is in this issue, ``other`` elsewhere."""

    held: IssueRole
    case: Case | None
    other: Case | None = None


def listed() -> QuerySet[Issue]:
    """Return all issues but those that were taken back: they stand in no list and count nowhere."""
    return Issue.objects.filter(state__in=LISTED)


def issues(wanted: IssueFilter, *, offset: int = 0) -> Paged[IssueRow]:
    """Return a page of issues, the gravest first."""
    return paged(_filtered(wanted), _rows, offset=offset)


def threads_of(issue: Issue, *, offset: int = 0) -> Paged[Thread]:
    """Return a page of an issue's threads, the highest score first."""
    found = Thread.objects.filter(links__issue=issue).select_related("source").order_by("-score", "id")
    return paged(found, list, offset=offset)


def roles_in(issue: Issue, *, offset: int = 0) -> Paged[RoleRow]:
    """Return a page of an issue's people, by what they are in it and how much they write."""
    found = issue.roles.select_related("account__source", "account__person")
    ordered = found.annotate(rank=_rank("role", ROLE_ORDER)).order_by("rank", "-posts", "id")
    return paged(ordered, lambda rows: _with_cases(issue, rows), offset=offset, size=ROLES_SHOWN)


def affected_in(issues: Collection[int]) -> Mapping[int, int]:
    """Return how many are affected in issues, by the issue's key: none twice, and as people corrected it."""
    found = IssueRole.objects.filter(issue__in=issues, role__in=AFFECTED).order_by()
    counted = dict(found.values_list("issue").annotate(n=Count("pk")))
    return {pk: counted.get(pk, 0) for pk in issues}


def with_affected(issues: list[Issue]) -> list[Issue]:
    """Have every issue say in ``affected`` how many are affected in it."""
    counted = affected_in([row.pk for row in issues])
    for row in issues:
        row.affected = counted[row.pk]  # type: ignore[attr-defined]
    return issues


def tasks_of(issue: Issue, *, offset: int = 0) -> Paged[Task]:
    """Return a page of an issue's checklist, in order."""
    return paged(issue.tasks.select_related("done_by").order_by("position"), list, offset=offset)


def notes_of(about: Issue | Case, *, offset: int = 0) -> Paged[Note]:
    """Return a page of internal notes, newest first."""
    return paged(about.notes.select_related("author").order_by("-at", "-id"), list, offset=offset)


def watchers_of(issue: Issue) -> tuple[tuple[int, str], ...]:
    """Return id and name of the members who are told of what happens in an issue."""
    rows = issue.watches.select_related("member").order_by("member__display_name")
    return tuple((row.member_id, str(row.member)) for row in rows)


def issue_choices(*, but: Issue | None = None) -> list[tuple[int, str]]:
    """Return id and title of open issues, the latest first."""
    found = Issue.objects.filter(state__in=OPEN).order_by("-opened_at")
    others = found if but is None else found.exclude(pk=but.pk)
    return list(others.values_list("pk", "title")[:_ISSUES_AT_MOST])


def account_choices(issue: Issue) -> list[tuple[int, str]]:
    """Return id and key of accounts that write in an issue and have no role in it yet, by key."""
    return list(_without_role(issue).order_by("key").values_list("pk", "key")[:_ACCOUNTS_AT_MOST])


def without_role_in(issue: Issue) -> int:
    """Return how many accounts write in an issue's conversations and have no role in it."""
    return _without_role(issue).count()


def _without_role(issue: Issue) -> QuerySet[Account]:
    writing = Post.objects.filter(thread__links__issue=issue, account__isnull=False).values("account_id")
    return Account.objects.filter(pk__in=writing).exclude(issue_roles__issue=issue)


def _filtered(wanted: IssueFilter) -> QuerySet[Issue]:
    states = (wanted.state,) if wanted.state in LISTED else OPEN
    rows = Issue.objects.filter(state__in=states)
    given = {name: getattr(wanted, name) for name in ("severity", "stage") if getattr(wanted, name)}
    rows = rows.filter(**given)
    if wanted.owner is not None:
        rows = rows.filter(owner_id=wanted.owner)
    if wanted.unowned:
        rows = rows.filter(owner=None)
    if wanted.words:
        rows = rows.filter(title__icontains=wanted.words)
    severity, stage = _rank("severity", SEVERITIES[::-1]), _rank("stage", STAGES[::-1])
    ordered = rows.annotate(severity_rank=severity, stage_rank=stage)
    return ordered.order_by("severity_rank", "stage_rank", "-opened_at", "-id")


def _rank(field: str, values: tuple[str, ...]) -> Switch:
    """A number to order by: the place of a field's value in a list of values."""
    places = (When(**{field: value}, then=Value(place)) for place, value in enumerate(values))
    return Switch(*places, default=Value(len(values)), output_field=IntegerField())


def _rows(found: list[Issue]) -> list[IssueRow]:
    ids = [issue.pk for issue in found]
    counted, affected = {row.pk: row for row in _counted(ids)}, affected_in(ids)
    return [
        IssueRow(
            issue=row,
            threads=row.thread_count or 0,
            affected=affected[row.pk],
            cases=row.case_count or 0,
            views=row.view_sum,
        )
        for row in (counted[pk] for pk in ids)
    ]


def _counted(ids: list[int]) -> QuerySet[Any]:
    return (
        Issue.objects.filter(pk__in=ids)
        .select_related("owner")
        .annotate(
            thread_count=_per_issue(IssueThread.objects.all(), Count("pk")),
            view_sum=_per_issue(IssueThread.objects.all(), Sum("thread__views")),
            case_count=_per_issue(Case.objects.exclude(state="closed"), Count("pk")),
        )
    )


def _per_issue(rows: QuerySet[Any], sum_: Any) -> Subquery:
    grouped = rows.filter(issue=OuterRef("pk")).order_by().values("issue").annotate(found=sum_)
    return Subquery(grouped.values("found"))


def _with_cases(issue: Issue, rows: Sequence[IssueRole]) -> list[RoleRow]:
    people = [row.account.person_id for row in rows if row.account.person_id]
    here: dict[int, Case] = {}
    elsewhere: dict[int, Case] = {}
    for case in Case.objects.filter(person__in=people).exclude(state="closed").order_by("pk"):
        (here if case.issue_id == issue.pk else elsewhere)[case.person_id] = case
    keys = [row.account.person_id or 0 for row in rows]
    return [
        RoleRow(held=row, case=here.get(key), other=elsewhere.get(key))
        for row, key in zip(rows, keys, strict=True)
    ]
