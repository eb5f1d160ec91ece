"""What belongs to an issue: threads, people, checklist, notes, watchers, replies, time line."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from kulanz.desk import access
from kulanz.desk.api.door import ApiRequest, by, needs
from kulanz.desk.api.places import at
from kulanz.desk.api.schemas.cases import ReplyOut
from kulanz.desk.api.schemas.common import EntryOut, Listed, MemberOut, NoteOut, OnlookerOut, Place, listed
from kulanz.desk.api.schemas.issues import (
    DoneIn,
    NoteIn,
    PlaybookUse,
    RoleIn,
    RoleOut,
    TaskIn,
    TaskOut,
    ThreadsIn,
)
from kulanz.desk.api.schemas.threads import ThreadOut
from kulanz.desk.api.versions import decided, shown
from kulanz.desk.queries import catalog
from kulanz.desk.queries.presence import onlookers
from kulanz.desk.queries.timeline import issue_timeline
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import issues, presence, teamwork

router = Router(tags=["issues"])


@router.get("/issues/{int:pk}/threads", response=Listed[ThreadOut], **needs(Right.SEE_RADAR))
def list_issue_threads(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    return listed(catalog.threads_in(access.issue(request.auth, pk), at(place)))


@router.post("/issues/{int:pk}/threads", response={204: None}, **needs(Right.WORK_ISSUES))
def add_issue_threads(request: ApiRequest, pk: int, body: ThreadsIn) -> None:
    """Add threads; those it has already stay as they are."""
    issue = access.issue(request.auth, pk)
    threads = [access.thread(request.auth, thread) for thread in body.threads]
    issues.add_threads(issue=issue, threads=threads, **by(request))


@router.delete("/issues/{int:pk}/threads/{int:thread}", response={204: None}, **needs(Right.WORK_ISSUES))
def remove_issue_thread(
    request: ApiRequest, pk: int, thread: int, reason: Annotated[str, Field(max_length=500)] = ""
) -> None:
    """Take a thread out; the last one stays."""
    issue, row = access.issue(request.auth, pk), access.thread(request.auth, thread)
    issues.remove_thread(issue=issue, thread=row, reason=reason, **by(request))


@router.get("/issues/{int:pk}/people", response=Listed[RoleOut], **needs(Right.SEE_PEOPLE))
def list_issue_people(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """The accounts in an issue and what they are in it."""
    return listed(catalog.roles_in(access.issue(request.auth, pk), at(place)))


@router.get("/issues/{int:pk}/people/{int:account}", response=RoleOut, **needs(Right.SEE_PEOPLE))
def show_issue_role(request: ApiRequest, pk: int, account: int) -> Any:
    return shown(request, access.issue_role(request.auth, access.issue(request.auth, pk), account))


@router.put("/issues/{int:pk}/people/{int:account}", response=RoleOut, **needs(Right.WORK_ISSUES))
def set_issue_role(request: ApiRequest, pk: int, account: int, body: RoleIn) -> Any:
    """Say what an account is in an issue; signals do not change it any more."""
    issue, row = access.issue(request.auth, pk), access.account(request.auth, account)
    return teamwork.set_role(issue=issue, account=row, role=body.role, **decided(request, body.seen))


@router.get("/issues/{int:pk}/tasks", response=Listed[TaskOut], **needs(Right.SEE_RADAR))
def list_tasks(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    return listed(catalog.tasks_in(access.issue(request.auth, pk), at(place)))


@router.post("/issues/{int:pk}/tasks", response={201: TaskOut}, **needs(Right.WORK_ISSUES))
def add_task(request: ApiRequest, pk: int, body: TaskIn) -> Any:
    """Add a step to the checklist."""
    return teamwork.add_task(issue=access.issue(request.auth, pk), text=body.text, **by(request))


@router.post("/issues/{int:pk}/playbook", response={201: list[TaskOut]}, **needs(Right.WORK_ISSUES))
def use_playbook(request: ApiRequest, pk: int, body: PlaybookUse) -> Any:
    """Add the steps of a playbook to the checklist, and return those that were new in it."""
    issue, playbook = access.issue(request.auth, pk), access.playbook(request.auth, body.playbook)
    return teamwork.use_playbook(issue=issue, playbook=playbook, **by(request))


@router.patch("/tasks/{int:pk}", response=TaskOut, **needs(Right.WORK_ISSUES))
def tick_task(request: ApiRequest, pk: int, body: DoneIn) -> Any:
    """Tick a step, or take the tick away."""
    return teamwork.tick(task=access.task(request.auth, pk), done=body.done, **by(request))


@router.get("/issues/{int:pk}/notes", response=Listed[NoteOut], **needs(Right.SEE_RADAR))
def list_issue_notes(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    return listed(catalog.notes_on(access.issue(request.auth, pk), at(place)))


@router.post("/issues/{int:pk}/notes", response={201: NoteOut}, **needs(Right.WORK_ISSUES))
def write_issue_note(request: ApiRequest, pk: int, body: NoteIn) -> Any:
    """Write an internal note; members named with @ are told of it."""
    return teamwork.write_note(about=access.issue(request.auth, pk), text=body.text, **by(request))


@router.get("/issues/{int:pk}/watchers", response=Listed[MemberOut], **needs(Right.SEE_RADAR))
def list_watchers(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """Who is told of what happens in an issue."""
    return listed(catalog.watchers(access.issue(request.auth, pk), at(place)))


@router.put("/issues/{int:pk}/watch", response={204: None}, **needs(Right.SEE_RADAR))
def watch_issue(request: ApiRequest, pk: int) -> None:
    """Be told of what happens in an issue."""
    issues.watch(issue=access.issue(request.auth, pk), wanted=True, **by(request))


@router.delete("/issues/{int:pk}/watch", response={204: None}, **needs(Right.SEE_RADAR))
def unwatch_issue(request: ApiRequest, pk: int) -> None:
    """Be told no more."""
    issues.watch(issue=access.issue(request.auth, pk), wanted=False, **by(request))


@router.get("/issues/{int:pk}/replies", response=Listed[ReplyOut], **needs(Right.SEE_CASES))
def list_issue_replies(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """The replies in an issue's cases and, in public, to its threads; discarded ones too."""
    return listed(catalog.replies_about(access.issue(request.auth, pk), at(place)))


@router.put("/issues/{int:pk}/presence", response=list[OnlookerOut], **needs(Right.SEE_RADAR))
def look_at_issue(request: ApiRequest, pk: int) -> Any:
    """Say that one looks at an issue, and be told who else does: a hint to colleagues, no lock."""
    issue, now = access.issue(request.auth, pk), timezone.now()
    presence.look(actor=request.auth, row=issue, now=now)
    return onlookers(request.auth, issue, now=now)


@router.get("/issues/{int:pk}/timeline", response=Listed[EntryOut], **needs(Right.SEE_RADAR))
def read_issue_timeline(request: ApiRequest, pk: int, place: Query[Place]) -> Any:
    """Everything that happened in an issue and its threads and, for those who may see them, cases."""
    issue = access.issue(request.auth, pk)
    found = issue_timeline(request.auth, issue, after=place.cursor, size=place.limit)
    return {"items": found.entries, "next": found.following or None}
