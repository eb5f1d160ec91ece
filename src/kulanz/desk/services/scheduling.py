"""Planned answers whose time has come: sent where nothing has changed, else given back to people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from kulanz.desk.access import actor_of
from kulanz.desk.models import Member, Reply
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.machines import REPLY
from kulanz.desk.rules.scheduling import changes, stand_in
from kulanz.desk.services import draft_checks
from kulanz.desk.services.changing import change
from kulanz.desk.services.claiming import claim
from kulanz.desk.services.notices import tell_of_return
from kulanz.desk.services.outgoing import EMAIL, open_again, record_reply
from kulanz.desk.services.replies import UNPLANNED, refuse_by_hand, send, stands

AT_MOST: Final = 20
REFUSED: Final = "refused"
RESTORED: Final = "restored"


def send_planned(*, now: datetime) -> int:
    """Send planned replies that are due, and return how many were looked at.

    A worker that dies leaves a reply planned: it is looked at again when the lease ends, and sent once,
    because sending is a step that only one can take. Answers in public go on by ``services.posting``.
    """
    rows = Reply.objects.filter(state="scheduled")
    claimed = claim(
        rows.select_related("case__contact", "thread__source", "author", "scheduled_by", "account"),
        now,
        at_most=AT_MOST,
    )
    for reply in claimed:
        _send_one(reply, now)
    return len(claimed)


def give_back_all(*, now: datetime) -> int:
    """Give back what is planned, or on its way by mail: after a restore it may have gone out already.

    Return how many that was. Answers in private and in public stay on their way: a try looks first whether
    they stand there.
    """
    on_its_way = Q(state="scheduled") | Q(state="sending", channel=EMAIL)
    found = list(Reply.objects.filter(on_its_way).select_related("case__contact", "author", "scheduled_by"))
    for reply in found:
        _give_back(reply, (RESTORED,), now)
    return len(found)


def _send_one(reply: Reply, now: datetime) -> None:
    planner = reply.scheduled_by
    try:
        if planner is None or not planner.is_active:
            _give_back(reply, ("gone",), now)
        elif changed := _changed(reply, planner):
            _give_back(reply, changed, now)
        else:
            refuse_by_hand(reply)  # the source may have lost its key
            send(actor=actor_of(planner), reply=reply, seen=reply.version, now=now)
    except ConflictError:
        return  # somebody took it back or sent it at this moment: theirs stays
    except RuleError as error:
        _give_back(reply, (REFUSED,), now, why=str(error))


def _changed(reply: Reply, planner: Member) -> tuple[str, ...]:
    checked = draft_checks.check_reply(actor=actor_of(planner), reply=reply)
    return changes(stand_in(reply.stand), stands(reply, checked))


def _give_back(reply: Reply, why_codes: Sequence[str], now: datetime, *, why: str = "") -> None:
    """Make a reply a draft again, which somebody has to look at; it needs a new approval."""
    state = REPLY.by_itself(reply.state, "come_back")
    with transaction.atomic():
        fresh = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
        if fresh.state != reply.state:
            return
        values = {**UNPLANNED, "returned": list(why_codes), "approver": None, "last_error": why[:2000]}
        back = change(fresh, fresh.version, state=state, **values)
        open_again(back)
        record_reply(None, "come_back", back, now, why=", ".join(why_codes))
        tell_of_return(reply=back, codes=why_codes, now=now)
