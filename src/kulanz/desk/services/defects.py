"""Defects: what several cases come from, who has it mended, and since when it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from kulanz.desk.models import Case, Defect, Member
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.machines import DEFECT, DEFECT_FROM
from kulanz.desk.rules.roles import RIGHTS, Right
from kulanz.desk.services.changing import change, step
from kulanz.desk.services.events import record
from kulanz.desk.services.notices import tell_of_defect


def defect_named(*, actor: Actor, name: str, now: datetime) -> Defect:
    """Return the defect of a name, whatever its case; made where nobody has noticed it yet."""
    actor.need(Right.WORK_CASES)
    words = " ".join(name.split())[:200]
    if not words:
        raise RuleError("defect: expected a name, such as the text of dunning letter 2")
    with transaction.atomic():
        found = Defect.objects.filter(name__iexact=words).first()
        if found is not None:
            return found
        made = Defect.objects.create(name=words, noticed_at=now)
        record(actor, "make", made, now=now)
    return made


def noticed(*, defect: Defect, now: datetime) -> None:
    """Open a defect once enough cases come from it: the leads are told that it needs an owner."""
    if defect.state != DEFECT.initial or defect.assessments.count() < DEFECT_FROM:
        return
    changed = change(defect, defect.version, state=DEFECT.by_itself(defect.state, "many"))
    record(None, "many", changed, now=now, data={"cases": DEFECT_FROM})
    tell_of_defect(defect=changed, members=_leads(), now=now)


def edit(*, actor: Actor, defect: Defect, seen: int, name: str, what: str, now: datetime) -> Defect:
    """Change what a defect is called, and what is known of it."""
    words = " ".join(name.split())[:200] or defect.name
    if Defect.objects.filter(name__iexact=words).exclude(pk=defect.pk).exists():
        raise RuleError("there is a defect of this name already: choose another name")
    return _step(actor, defect, seen, "edit", now, name=words, what=what.strip()[:1000])


def assign(*, actor: Actor, defect: Defect, seen: int, owner: Member, now: datetime) -> Defect:
    """Say who has a defect mended; they are told."""
    with transaction.atomic():
        changed = _step(actor, defect, seen, "assign", now, owner=owner)
        if owner.pk != actor.member_id:
            tell_of_defect(defect=changed, members=[owner], now=now)
    return changed


def fix(*, actor: Actor, defect: Defect, seen: int, what: str, since: datetime, now: datetime) -> Defect:
    """Say what was changed so that no more cases come from it, and since when; its owner or a lead may."""
    if defect.owner_id != actor.member_id and not actor.may(Right.LEAD_CASES):
        raise NotAllowedError("only the owner of a defect or a lead says that it is mended")
    if since > now:
        raise RuleError("mended: expected a time that is past")
    return _step(actor, defect, seen, "fix", now, reason=what, fix=what.strip()[:500], fixed_at=since)


def reopen(*, actor: Actor, defect: Defect, seen: int, reason: str, now: datetime) -> Defect:
    """Take a defect up again, for a reason: cases still come from it."""
    return _step(actor, defect, seen, "reopen", now, reason=reason, fixed_at=None)


def link(*, actor: Actor, defect: Defect, case: Case, now: datetime) -> None:
    """Say that a case comes from a defect, and open the defect once there are enough."""
    record(actor, "link", defect, now=now, case=case, issue=case.issue)
    noticed(defect=defect, now=now)


def _step(
    actor: Actor, defect: Defect, seen: int, action: str, now: datetime, *, reason: str = "", **values: Any
) -> Defect:
    actor.need(Right.SEE_CASES)
    state = step(defect, DEFECT, action, actor, reason)
    with transaction.atomic():
        changed = change(defect, seen, state=state, **values)
        record(actor, action, changed, now=now, reason=reason[:500], data={"state": state})
    return changed


def _leads() -> list[Member]:
    roles = [role.value for role in RIGHTS[Right.LEAD_CASES]]
    return list(Member.objects.filter(is_active=True, held_roles__role__in=roles).distinct().order_by("pk"))
