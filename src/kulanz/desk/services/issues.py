"""Issues: opened from threads, owned by a named person, closed with an outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from kulanz.core.report import STAGES
from kulanz.desk.models import (
    Account,
    Case,
    Event,
    Issue,
    IssueRole,
    IssueThread,
    Member,
    Playbook,
    PlaybookStep,
    Task,
    Thread,
    Watch,
)
from kulanz.desk.models.issues import SEVERITIES
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.machines import FALSE_ALARM, ISSUE, OUTCOMES
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.alerting import confirm, refute
from kulanz.desk.services.changing import change, step, write_to
from kulanz.desk.services.events import record
from kulanz.desk.services.following import gravest, refresh, refresh_roles, wake_by_itself
from kulanz.desk.services.notices import tell_of_assignment, tell_of_news

AT_MOST: Final = 100


def open_issue(*, actor: Actor, threads: Sequence[Thread], title: str = "", now: datetime) -> Issue:
    """Open an issue about threads; it begins with the checklists of its stage in the actor's language."""
    actor.need(Right.WORK_ISSUES)
    if not threads:
        raise RuleError("an issue is about conversations: choose one at least")
    with transaction.atomic():
        issue = Issue.objects.create(
            title=(title.strip() or str(threads[0]))[:300],
            stage=gravest(threads),
            opened_at=now,
        )
        _link(actor, issue, threads, now)
        _start_checklist(issue, Member.objects.get(pk=actor.member_id).lang)
        refresh_roles(issue=issue)
        Watch.objects.create(issue=issue, member_id=actor.member_id)
        record(actor, "open", issue, now=now, data={"threads": [thread.pk for thread in threads]})
    return issue


def take(*, actor: Actor, issue: Issue, seen: int, now: datetime) -> Issue:
    """Make the actor the issue's owner."""
    return _own(actor, issue, seen, "take", actor.member_id, now)


def assign(*, actor: Actor, issue: Issue, seen: int, owner: Member, now: datetime) -> Issue:
    """Make somebody else the issue's owner."""
    return _own(actor, issue, seen, "assign", owner.pk, now)


def release(*, actor: Actor, issue: Issue, seen: int, reason: str, now: datetime) -> Issue:
    """Give the issue back to everybody."""
    return _step(actor, issue, seen, "release", now, reason=reason, owner=None)


def snooze(*, actor: Actor, issue: Issue, seen: int, until: datetime, reason: str, now: datetime) -> Issue:
    """Put the issue aside until a time to come."""
    if until <= now:
        raise RuleError("snooze: expected a time to come")
    return _step(actor, issue, seen, "snooze", now, reason=reason, snoozed_until=until)


def wake(*, actor: Actor, issue: Issue, seen: int, now: datetime) -> Issue:
    """Take a snoozed issue up again: for its owner, or as the actor's own where it has none."""
    return _back(actor, issue, seen, "wake", now, snoozed_until=None)


def wake_due(*, now: datetime) -> int:
    """Wake issues whose time has come; return how many."""
    woken = 0
    for issue in Issue.objects.filter(state="snoozed", snoozed_until__lte=now)[:AT_MOST]:
        # another worker, or who takes it up at this moment, is faster: theirs stays
        with suppress(ConflictError):
            wake_by_itself(issue=issue, now=now)
            woken += 1
    return woken


def edit(*, actor: Actor, issue: Issue, seen: int, now: datetime, **wanted: Any) -> Issue:
    """Change title, severity, stage or team; a stage set by hand stays until ``stage`` is empty again."""
    values: dict[str, Any] = {"team": wanted["team"]} if "team" in wanted else {}
    if "title" in wanted:
        values["title"] = wanted["title"].strip()[:300] or issue.title
    if "severity" in wanted:
        values["severity"] = _one_of("severity", wanted["severity"], SEVERITIES)
    if wanted.get("stage"):
        values |= {"stage": _one_of("stage", wanted["stage"], STAGES), "stage_by_hand": True}
    elif "stage" in wanted:
        values |= {"stage": gravest(_threads(issue)), "stage_by_hand": False}
    return _step(actor, issue, seen, "edit", now, **values)


def add_threads(*, actor: Actor, issue: Issue, threads: Sequence[Thread], now: datetime) -> Issue:
    """Add threads to an issue; those it has already stay as they are."""
    step(issue, ISSUE, "edit", actor)
    with transaction.atomic():
        write_to(issue)
        _link(actor, issue, threads, now)
        refresh(issue=issue)
        record(actor, "add_threads", issue, now=now, data={"threads": [thread.pk for thread in threads]})
    return issue


def remove_thread(*, actor: Actor, issue: Issue, thread: Thread, reason: str, now: datetime) -> Issue:
    """Take a thread out of an issue; its last one stays."""
    step(issue, ISSUE, "edit", actor)
    with transaction.atomic():
        _lock(issue)
        if not issue.links.exclude(thread=thread).exists():
            raise RuleError(
                "an issue is about conversations: its last one cannot be taken out, close the issue instead"
            )
        issue.links.filter(thread=thread).delete()
        refresh(issue=issue)
        record(actor, "remove_thread", issue, now=now, reason=reason, data={"threads": [thread.pk]})
    return issue


def close(*, actor: Actor, issue: Issue, seen: int, outcome: str, reason: str, now: datetime) -> Issue:
    """Close an issue with its outcome; raise RuleError while a promise or a gesture in it is open."""
    _one_of("outcome", outcome, OUTCOMES)
    with transaction.atomic():
        _check_nothing_open(issue)
        closed = _step(actor, issue, seen, "close", now, reason=reason, outcome=outcome, closed_at=now)
        if outcome == FALSE_ALARM:
            refute(actor=actor, threads=_threads(issue), why=reason, now=now)
    return closed


def reopen(*, actor: Actor, issue: Issue, seen: int, reason: str, now: datetime) -> Issue:
    """Open a closed issue again; it is nobody's until somebody takes it."""
    return _step(actor, issue, seen, "reopen", now, reason=reason, outcome="", closed_at=None, owner=None)


def merge(*, actor: Actor, issue: Issue, seen: int, into: Issue, reason: str, now: datetime) -> Issue:
    """Make one issue part of another, which gets what people would miss there; can be undone."""
    with transaction.atomic():
        _lock(issue, into)
        into.refresh_from_db()
        if into.pk == issue.pk or into.state in ISSUE.final:
            raise RuleError("merge: expected another issue that is open")
        moved = _move(actor, issue, into, now)
        data = {"into": into.pk, **moved}
        merged = _step(actor, issue, seen, "merge", now, reason=reason, data=data, merged_into=into)
        told = {"from": issue.pk, "threads": moved["threads"]}
        record(actor, "merged", into, now=now, reason=reason, data=told)
        refresh(issue=into)
        _tell(actor, into, "merged", now, told=_watching(issue))
    return merged


def unmerge(*, actor: Actor, issue: Issue, seen: int, now: datetime) -> Issue:
    """Undo a merge: what the other issue had from this one comes back, to its owner or the actor."""
    with transaction.atomic():
        into = Issue.objects.select_for_update(of=("self",)).filter(merged=issue).first()
        if into is not None and into.state == "merged":
            raise RuleError("undo the merge of %(title)r first: it has what was merged", title=into.title)
        last = issue.events.filter(action="merge").order_by("-id").first()
        if into is not None and last is not None:
            _move_back(issue, into, last)
            refresh(issue=into)
            record(actor, "unmerged", into, now=now, data={"from": issue.pk})
            _tell(actor, into, "unmerged", now, told=_watching(issue))
        return _back(actor, issue, seen, "unmerge", now, merged_into=None)


def split(
    *, actor: Actor, issue: Issue, threads: Sequence[Thread], title: str, reason: str, now: datetime
) -> Issue:
    """Open a new issue with some of an issue's threads, and who is in them; merging it again undoes that."""
    leaving = {thread.pk for thread in threads}
    with transaction.atomic():
        step(write_to(issue), ISSUE, "split", actor, reason)
        theirs = set(issue.links.values_list("thread_id", flat=True))
        if not leaving or not leaving < theirs:
            raise RuleError("split: expected some of the issue's conversations, and some to stay")
        issue.links.filter(thread_id__in=leaving).delete()
        new = open_issue(actor=actor, threads=threads, title=title, now=now)
        data = {"to": new.pk, "threads": sorted(leaving), **_part(issue, new)}
        record(actor, "split", issue, now=now, reason=reason, data=data)
        refresh(issue=issue)
        refresh(issue=new)
        _tell(actor, issue, "split", now)
    return new


def watch(*, actor: Actor, issue: Issue, wanted: bool, now: datetime) -> None:
    """Tell the actor of what happens in an issue, or no more."""
    actor.need(Right.SEE_RADAR)
    with transaction.atomic():
        write_to(issue)
        if wanted:
            _, changed = Watch.objects.get_or_create(issue=issue, member_id=actor.member_id)
        else:
            changed = Watch.objects.filter(issue=issue, member_id=actor.member_id).delete()[0] > 0
        if changed:
            record(actor, "watch" if wanted else "unwatch", issue, now=now)


def _back(actor: Actor, issue: Issue, seen: int, action: str, now: datetime, **values: Any) -> Issue:
    """Give an issue back to whoever had it before, else to the actor."""
    owner = issue.owner_id or actor.member_id
    with transaction.atomic():
        back = _step(actor, issue, seen, action, now, owner_id=owner, **values)
        Watch.objects.get_or_create(issue=issue, member_id=owner)
    return back


def _own(actor: Actor, issue: Issue, seen: int, action: str, owner: int, now: datetime) -> Issue:
    with transaction.atomic():
        owned = _step(actor, issue, seen, action, now, data={"owner": owner}, owner_id=owner)
        Watch.objects.get_or_create(issue=issue, member_id=owner)
        if owned.owner is not None:
            tell_of_assignment(row=owned, member=owned.owner, by=actor.member_id, now=now)
    return owned


def _step(  # noqa: PLR0913 - one step: who, what, when, why, and what it writes
    actor: Actor,
    issue: Issue,
    seen: int,
    action: str,
    now: datetime,
    *,
    reason: str = "",
    data: dict[str, Any] | None = None,
    **values: Any,
) -> Issue:
    """Take one step of the issue's machine, and record it with what it changed."""
    state = step(issue, ISSUE, action, actor, reason)
    before = {"state": issue.state} | {name: str(getattr(issue, name)) for name in values}
    with transaction.atomic():
        changed = change(issue, seen, state=state, **values)
        after = {name: str(getattr(changed, name)) for name in values}
        told = {"state": state, "before": before, "after": after, **(data or {})}
        record(actor, action, changed, now=now, reason=reason, data=told)
        _tell(actor, changed, action, now)
    return changed


def _tell(actor: Actor, issue: Issue, action: str, now: datetime, told: Iterable[Member] = ()) -> None:
    by = Member.objects.get(pk=actor.member_id)
    tell_of_news(issue=issue, action=action, by=by, told=told, now=now)


def _check_nothing_open(issue: Issue) -> None:
    """Hold an issue's cases, so that nobody promises anything meanwhile; raise RuleError for what is open."""
    _lock(issue)
    list(Case.objects.select_for_update(of=("self",)).filter(issue=issue).order_by("pk"))
    if running := issue.cases.filter(promises__state__in=("running", "paused")).first():
        raise RuleError(
            "a promise is still running in the case %(title)r: keep or withdraw it first", title=running.title
        )
    if undecided := issue.cases.filter(gestures__state="proposed").first():
        raise RuleError(
            "nobody has decided on a gesture in the case %(title)r: decide on it or take it back first",
            title=undecided.title,
        )


def _lock(*rows: Issue) -> None:
    """Keep others from changing what belongs to issues until the transaction ends."""
    list(Issue.objects.select_for_update().filter(pk__in=[row.pk for row in rows]).order_by("pk"))


def _threads(issue: Issue) -> Iterable[Thread]:
    return Thread.objects.filter(links__issue=issue)


def _link(actor: Actor, issue: Issue, threads: Sequence[Thread], now: datetime) -> None:
    IssueThread.objects.bulk_create(
        (IssueThread(issue=issue, thread=thread, by_id=actor.member_id, at=now) for thread in threads),
        ignore_conflicts=True,
    )
    confirm(actor=actor, threads=threads, now=now)


def _watching(issue: Issue) -> Iterable[Member]:
    return Member.objects.filter(watches__issue=issue)


def _move(actor: Actor, issue: Issue, into: Issue, now: datetime) -> dict[str, list[Any]]:
    """Give an issue's threads, cases, watchers and roles to another; return what that did not have."""
    had = set(into.links.values_list("thread_id", flat=True))
    threads = [thread for thread in _threads(issue) if thread.pk not in had]
    _link(actor, into, threads, now)
    cases = list(issue.cases.values_list("pk", flat=True))
    issue.cases.update(issue=into)
    watches = [Watch.objects.get_or_create(issue=into, member=member) for member in _watching(issue)]
    return {
        "threads": [thread.pk for thread in threads],
        "cases": cases,
        "watches": [watch.pk for watch, is_new in watches if is_new],
        "roles": _say_there(issue.roles.filter(by_hand=True), into),
    }


def _move_back(issue: Issue, into: Issue, merged: Event) -> None:
    """Take back what a merge moved, but not what changed since; whoever owns the other issue watches it.

    Raise RuleError where the other issue would be left without conversations because somebody took its own
    out meanwhile.
    """
    moved: dict[str, list[Any]] = merged.data
    into.links.filter(thread_id__in=moved.get("threads", ())).delete()
    if not into.links.exists() and _taken_out(into, merged):
        raise RuleError(
            "%(title)r would be left without a conversation: its own was taken out, put one in first",
            title=into.title,
        )
    into.cases.filter(pk__in=moved.get("cases", ())).update(issue=issue)
    into.watches.filter(pk__in=moved.get("watches", ())).exclude(member__issues=into).delete()
    for pk, version in moved.get("roles", ()):
        said = into.roles.filter(pk=pk, version=version)
        said.update(by_hand=False, version=F("version") + 1)


def _taken_out(into: Issue, merged: Event) -> bool:
    """Whether somebody took out what an issue had itself since a merge; a source that went did not."""
    events = into.events.filter(action__in=("remove_thread", "split"), pk__gt=merged.pk)
    out = {pk for data in events.values_list("data", flat=True) for pk in data.get("threads", ())}
    return Thread.objects.filter(pk__in=out - set(merged.data.get("threads", ()))).exists()


def _part(issue: Issue, new: Issue) -> dict[str, list[Any]]:
    """Give a new issue the roles set by hand of whoever wrote in its threads; what nothing keeps here goes.

    So do the cases of customers who wrote there alone. Return these, and the accounts and roles that go.
    """
    there = Account.objects.filter(posts__thread__links__issue=new)
    here = Account.objects.filter(posts__thread__links__issue=issue)
    said = issue.roles.filter(by_hand=True, account__in=there)
    _say_there(said, new)
    going = said.exclude(account__in=here)
    roles = sorted(set(going.values_list("account_id", "role")))
    IssueRole.objects.filter(issue=issue, by_hand=True, account__in=[pk for pk, _ in roles]).delete()
    leaving = issue.cases.filter(person__accounts__in=there).exclude(person__accounts__in=here)
    cases = sorted(set(leaving.values_list("pk", flat=True)))
    issue.cases.filter(pk__in=cases).update(issue=new)
    return {"cases": cases, "roles": roles}


def _say_there(roles: Iterable[IssueRole], there: Issue) -> list[tuple[int, int]]:
    """Say in another issue what people said of accounts, unless they did there; return rows and versions."""
    said = []
    for role in roles:
        row, _ = IssueRole.objects.get_or_create(
            issue=there, account_id=role.account_id, defaults={"role": role.role}
        )
        if not row.by_hand:
            change(row, row.version, role=role.role, by_hand=True)
            said.append((row.pk, row.version))
    return said


def _start_checklist(issue: Issue, lang: str) -> None:
    """Take the checklists of the issue's stage in a language, all of them where none is in it."""
    books = Playbook.objects.filter(stage=issue.stage)
    chosen = books.filter(language=lang) or books
    steps = PlaybookStep.objects.filter(playbook__in=chosen).order_by("playbook_id", "position")
    Task.objects.bulk_create(
        Task(issue=issue, position=number, text=step.text) for number, step in enumerate(steps, start=1)
    )


def _one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise RuleError(
            "%(name)s: expected one of %(allowed)s, got %(value)r",
            name=name,
            allowed=", ".join(allowed),
            value=value,
        )
    return value
