"""Issues: what they are about, who has them, and how they end."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.rows import with_rows
from kulanz.desk.api.schemas.common import Listed, Seen, Why, listed
from kulanz.desk.api.schemas.issues import (
    CloseIssueIn,
    IssueChange,
    IssueIn,
    IssueOut,
    IssuePlace,
    MergeIn,
    OwnerIn,
    SnoozeIssueIn,
    SplitIn,
)
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import issues
from kulanz.desk.services.undoing import undo

router = Router(tags=["issues"])


@router.get("/issues", response=Listed[IssueOut], **needs(Right.SEE_RADAR))
def list_issues(request: ApiRequest, place: Query[IssuePlace]) -> Any:
    owner = request.auth.member_id if place.owner == "me" else None
    wanted = place.dict(include={"state", "severity", "stage", "words"})
    return listed(catalog.issues(at(place), owner=owner, unowned=place.owner == "nobody", **wanted))


@router.post("/issues", response={201: IssueOut}, **needs(Right.WORK_ISSUES))
def open_issue(request: ApiRequest, body: IssueIn) -> Any:
    """Open an issue about threads."""
    threads = [access.thread(request.auth, pk) for pk in body.threads]
    return issues.open_issue(threads=threads, title=body.title, **by(request))


@router.get("/issues/{int:pk}", response=IssueOut, **needs(Right.SEE_RADAR))
def show_issue(request: ApiRequest, pk: int) -> Any:
    return shown(request, access.issue(request.auth, pk))


@router.patch("/issues/{int:pk}", response=IssueOut, **needs(Right.WORK_ISSUES))
def change_issue(request: ApiRequest, pk: int, body: IssueChange) -> Any:
    """Change title, severity, stage or team."""
    issue, wanted = access.issue(request.auth, pk), body.dict(exclude={"seen"}, exclude_none=True)
    if "team" in body.given():
        wanted |= with_rows(request.auth, {"team": body.team})
    return issues.edit(issue=issue, **wanted, **decided(request, body.seen))


@router.post("/issues/{int:pk}/take", response=IssueOut, **needs(Right.WORK_ISSUES))
def take_issue(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Become the issue's owner."""
    return issues.take(issue=access.issue(request.auth, pk), **decided(request, body.seen))


@router.post("/issues/{int:pk}/assign", response=IssueOut, **needs(Right.LEAD_ISSUES))
def assign_issue(request: ApiRequest, pk: int, body: OwnerIn) -> Any:
    """Make somebody else the issue's owner."""
    issue = access.issue(request.auth, pk)
    owner = access.colleague(request.auth, body.owner, Right.WORK_ISSUES)
    return issues.assign(issue=issue, owner=owner, **decided(request, body.seen))


@router.post("/issues/{int:pk}/release", response=IssueOut, **needs(Right.WORK_ISSUES))
def release_issue(request: ApiRequest, pk: int, body: Why) -> Any:
    """Give the issue back to everybody."""
    issue = access.issue(request.auth, pk)
    return issues.release(issue=issue, reason=body.reason, **decided(request, body.seen))


@router.post("/issues/{int:pk}/snooze", response=IssueOut, **needs(Right.WORK_ISSUES))
def snooze_issue(request: ApiRequest, pk: int, body: SnoozeIssueIn) -> Any:
    """Put the issue aside until a time to come."""
    issue = access.issue(request.auth, pk)
    return issues.snooze(issue=issue, until=body.until, reason=body.reason, **decided(request, body.seen))


@router.post("/issues/{int:pk}/wake", response=IssueOut, **needs(Right.WORK_ISSUES))
def wake_issue(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Take an issue up again that was put aside."""
    return issues.wake(issue=access.issue(request.auth, pk), **decided(request, body.seen))


@router.post("/issues/{int:pk}/undo", response=IssueOut, **needs(Right.WORK_ISSUES))
def undo_issue(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Undo one's own last step, if it was to take, put aside or close the issue."""
    return undo(issue=access.issue(request.auth, pk), **decided(request, body.seen))


@router.post("/issues/{int:pk}/close", response=IssueOut, **needs(Right.WORK_ISSUES))
def close_issue(request: ApiRequest, pk: int, body: CloseIssueIn) -> Any:
    """Close the issue with its outcome."""
    issue = access.issue(request.auth, pk)
    return issues.close(issue=issue, outcome=body.outcome, reason=body.reason, **decided(request, body.seen))


@router.post("/issues/{int:pk}/reopen", response=IssueOut, **needs(Right.WORK_ISSUES))
def reopen_issue(request: ApiRequest, pk: int, body: Why) -> Any:
    """Open a closed issue again."""
    issue = access.issue(request.auth, pk)
    return issues.reopen(issue=issue, reason=body.reason, **decided(request, body.seen))


@router.post("/issues/{int:pk}/merge", response=IssueOut, **needs(Right.LEAD_ISSUES))
def merge_issue(request: ApiRequest, pk: int, body: MergeIn) -> Any:
    """Make this issue part of another one."""
    issue, into = access.issue(request.auth, pk), access.issue(request.auth, body.into)
    return issues.merge(issue=issue, into=into, reason=body.reason, **decided(request, body.seen))


@router.post("/issues/{int:pk}/unmerge", response=IssueOut, **needs(Right.LEAD_ISSUES))
def unmerge_issue(request: ApiRequest, pk: int, body: Seen) -> Any:
    """Undo a merge: what the other issue had from this one comes back."""
    return issues.unmerge(issue=access.issue(request.auth, pk), **decided(request, body.seen))


@router.post("/issues/{int:pk}/split", response={201: IssueOut}, **needs(Right.LEAD_ISSUES))
def split_issue(request: ApiRequest, pk: int, body: SplitIn) -> Any:
    """Open a new issue with some of this one's threads, and return it."""
    issue = access.issue(request.auth, pk)
    threads = [access.thread(request.auth, thread) for thread in body.threads]
    return issues.split(issue=issue, threads=threads, title=body.title, reason=body.reason, **by(request))
