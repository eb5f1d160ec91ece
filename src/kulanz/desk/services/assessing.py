"""What a person says of a case: whose fault it was, whom the complaint is about, and what it comes from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kulanz.core.gestures import FAULTS
from kulanz.desk.models import Assessment, Case, Member
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError
from kulanz.desk.rules.gestures import Words
from kulanz.desk.rules.packing import packed
from kulanz.desk.rules.plain import plain
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.changing import change
from kulanz.desk.services.defects import defect_named, link
from kulanz.desk.services.events import record
from kulanz.desk.services.sealing import seal
from kulanz.desk.services.setting_up import one_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whose fault it was and why, the members whom it is about, and the name of the defect behind it."""

    fault: str = "unclear"
    why: str = ""
    concerned: Collection[Member] = ()
    defect: str = ""


def assess(*, actor: Actor, case: Case, seen: int, said: Judgement, now: datetime) -> Assessment:
    """Say what is to be said of a case; ``seen`` is 0 where nobody has yet.

    Raise NotAllowedError where somebody takes themselves out of those whom the complaint is about.
    """
    actor.need(Right.WORK_CASES)
    with transaction.atomic():
        defect = defect_named(actor=actor, name=said.defect, now=now) if said.defect.strip() else None
        values = {
            "fault": one_of("fault", said.fault, FAULTS),
            "sealed": seal(packed(Words(why=plain(said.why).strip()[:500]))),
            "defect": defect,
        }
        held, is_new = Assessment.objects.get_or_create(case=case, defaults=values)
        before = None if is_new else held.defect_id
        held = held if is_new else change(held, seen, **values)
        _stays(actor, held, said.concerned)
        held.concerned.set(said.concerned)
        data = {"fault": held.fault, "concerned": sorted(each.pk for each in said.concerned)}
        record(actor, "assess", case, now=now, issue=case.issue, data=data)
        if defect is not None and defect.pk != before:
            link(actor=actor, defect=defect, case=case, now=now)
    return held


def _stays(actor: Actor, held: Assessment, concerned: Collection[Member]) -> None:
    """Raise where the actor would be a second pair of eyes by taking themselves out."""
    left = held.concerned.exclude(pk__in=[each.pk for each in concerned])
    if left.filter(pk=actor.member_id).exists():
        raise NotAllowedError("the complaint is about you: somebody else has to take you out")
