"""What can be done to an issue with a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from kulanz.desk import access
from kulanz.desk.rules.roles import Right
from kulanz.desk.services import issues, people, teamwork, undoing
from kulanz.desk.web.deeds import Deed, Place
from kulanz.desk.web.issues import rendered
from kulanz.desk.web.later import until

if TYPE_CHECKING:
    from kulanz.desk.models import Case, Issue, Task, Thread

on_issue: Place[Issue] = Place(access.issue, lambda row: reverse("issue", args=[row.pk]), rendered)
on_task: Place[Task] = Place(
    access.task,
    lambda row: reverse("issue", args=[row.issue_id]) + "#tasks",
    lambda request, row, kept: rendered(request, row.issue, kept),
)


@on_issue.deed(Right.WORK_ISSUES)
def take(deed: Deed[Issue]) -> None:
    taken = issues.take(issue=deed.row, **deed.decided)
    _undoable(deed, _("It is yours now."), taken)


@on_issue.deed(Right.LEAD_ISSUES)
def assign(deed: Deed[Issue]) -> None:
    owner = access.colleague(deed.actor, deed.number("owner"), Right.WORK_ISSUES)
    issues.assign(issue=deed.row, owner=owner, **deed.decided)


@on_issue.deed(Right.WORK_ISSUES)
def release(deed: Deed[Issue]) -> None:
    issues.release(issue=deed.row, reason=deed.text("reason"), **deed.decided)


@on_issue.deed(Right.WORK_ISSUES)
def snooze(deed: Deed[Issue]) -> None:
    snoozed = issues.snooze(
        issue=deed.row, until=until(deed.request, deed.now), reason=deed.text("reason"), **deed.decided
    )
    _undoable(deed, _("Put aside for now."), snoozed)


@on_issue.deed(Right.WORK_ISSUES)
def wake(deed: Deed[Issue]) -> None:
    _told_whose(deed, issues.wake(issue=deed.row, **deed.decided))


@on_issue.deed(Right.WORK_ISSUES)
def edit(deed: Deed[Issue]) -> None:
    wanted: dict[str, Any] = {name: deed.text(name) for name in ("title", "severity", "stage")}
    if "team" in deed.request.POST:
        wanted["team"] = access.team(deed.actor, deed.number("team")) if deed.text("team") else None
    issues.edit(issue=deed.row, **wanted, **deed.decided)
    deed.told(_("Saved."))


@on_issue.deed(Right.WORK_ISSUES)
def close(deed: Deed[Issue]) -> None:
    closed = issues.close(
        issue=deed.row, outcome=deed.text("outcome"), reason=deed.text("reason"), **deed.decided
    )
    report = format_html('<a href="{}">{}</a>', reverse("issue_report", args=[closed.pk]), _("Report"))
    _undoable(deed, format_html("{} {}", _("The issue is closed."), report), closed)


@on_issue.deed(Right.WORK_ISSUES)
def undo(deed: Deed[Issue]) -> None:
    issue = undoing.undo(issue=deed.row, **deed.decided)
    if issue.state == "withdrawn":
        deed.told(_("Undone: the issue is taken back, and the conversation is on the radar without one."))
    elif issue.state == "snoozed":
        deed.told(_("Undone: the issue is put aside as before."))
    elif issue.owner_id is None:
        deed.told(_("Undone: the issue is open, and nobody has it."))
    else:
        deed.told(_("Undone: %(name)s has it.") % {"name": issue.owner})


@on_issue.deed(Right.WORK_ISSUES)
def reopen(deed: Deed[Issue]) -> None:
    issues.reopen(issue=deed.row, reason=deed.text("reason"), **deed.decided)


@on_issue.deed(Right.LEAD_ISSUES)
def merge(deed: Deed[Issue]) -> str:
    into = access.issue(deed.actor, deed.number("into"))
    issues.merge(issue=deed.row, into=into, reason=deed.text("reason"), **deed.decided)
    deed.told(_("Merged. It can be undone on the page of the issue that was merged."))
    return reverse("issue", args=[into.pk])


@on_issue.deed(Right.LEAD_ISSUES)
def unmerge(deed: Deed[Issue]) -> None:
    issue = issues.unmerge(issue=deed.row, **deed.decided)
    deed.told(_("The merge is undone."))
    _told_whose(deed, issue)


@on_issue.deed(Right.LEAD_ISSUES)
def split(deed: Deed[Issue]) -> str:
    new = issues.split(
        issue=deed.row,
        threads=_threads(deed),
        title=deed.text("title"),
        reason=deed.text("reason"),
        **deed.by,
    )
    deed.told(_("This is the new issue. Merging it again undoes the split."))
    return reverse("issue", args=[new.pk])


@on_issue.deed(Right.WORK_ISSUES)
def remove_thread(deed: Deed[Issue]) -> None:
    thread = access.thread(deed.actor, deed.number("thread"))
    issues.remove_thread(issue=deed.row, thread=thread, reason=deed.text("reason"), **deed.by)


@on_issue.deed(Right.SEE_RADAR)
def watch(deed: Deed[Issue]) -> None:
    issues.watch(issue=deed.row, wanted=deed.text("wanted") == "1", **deed.by)


@on_issue.deed(Right.WORK_ISSUES)
def add_task(deed: Deed[Issue]) -> str:
    teamwork.add_task(issue=deed.row, text=deed.text("text"), **deed.by)
    return on_issue.address(deed.row) + "#tasks"


@on_issue.deed(Right.WORK_ISSUES)
def use_playbook(deed: Deed[Issue]) -> str:
    playbook = access.playbook(deed.actor, deed.number("playbook"))
    added = teamwork.use_playbook(issue=deed.row, playbook=playbook, **deed.by)
    words = (
        _("The steps of “%(name)s” are added.") if added else _("All steps of “%(name)s” are here already.")
    )
    deed.told(words % {"name": playbook})
    return on_issue.address(deed.row) + "#tasks"


@on_task.deed(Right.WORK_ISSUES)
def tick(deed: Deed[Task]) -> None:
    teamwork.tick(task=deed.row, done=deed.text("done") == "1", **deed.by)


@on_issue.deed(Right.WORK_ISSUES)
def write_note(deed: Deed[Issue]) -> str:
    keep_note(deed)
    return on_issue.address(deed.row) + "#notes"


@on_issue.deed(Right.WORK_ISSUES)
def set_role(deed: Deed[Issue]) -> str:
    account = access.account(deed.actor, deed.number("account"))
    teamwork.set_role(issue=deed.row, account=account, role=deed.text("role"), **deed.decided)
    return on_issue.address(deed.row) + "#people"


@on_issue.deed(Right.WORK_CASES)
def open_case(deed: Deed[Issue]) -> str:
    """Open a case for one of the issue's people; their profile is made where there is none."""
    account = access.account(deed.actor, deed.number("account"))
    case = people.open_case_for(account=account, issue=deed.row, **deed.by)
    deed.told(_("The case is open, and you are its contact."))
    return reverse("case", args=[case.pk])


def keep_note(deed: Deed[Issue] | Deed[Case]) -> None:
    """Write a note, and say who is told of it: a name that was mistyped would reach nobody unseen."""
    note = teamwork.write_note(about=deed.row, text=note_text(deed), **deed.by)
    names = ", ".join(str(member) for member in note.mentions.all())
    if names:
        deed.told(_("The note is kept. Told of it: %(names)s") % {"names": names})
    elif "@" in note.text:
        deed.told(_("The note is kept. It names no colleague with @, so nobody is told of it."))
    else:
        deed.told(_("The note is kept."))


def note_text(deed: Deed[Issue] | Deed[Case]) -> str:
    """Return a note with the mention of whom the form's second field names."""
    text, name = deed.text("text"), deed.text("mention").lstrip("@")
    return f"{text}\n@{name}" if text and name and f"@{name}" not in text else text


def _threads(deed: Deed[Issue]) -> Sequence[Thread]:
    return [access.thread(deed.actor, pk) for pk in deed.numbers("threads")]


def _undoable(deed: Deed[Issue], words: str, issue: Issue) -> None:
    deed.undoable(words, reverse("issue_undo", args=[issue.pk]), issue.version)


def _told_whose(deed: Deed[Issue], issue: Issue) -> None:
    mine = issue.owner_id == deed.actor.member_id
    deed.told(
        _("It is yours now.") if mine else _("It is open again: %(name)s has it.") % {"name": issue.owner}
    )
