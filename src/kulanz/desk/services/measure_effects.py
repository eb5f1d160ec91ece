"""What follows once a measure stands at its source, or is undone: event, notice, entry of the public log.

All of it is one transaction with the measure's state.
"""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from typing import Final

from django.db import transaction

from kulanz.desk.models import Measure
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.machines import MEASURE
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record
from kulanz.desk.services.measure_entries import log_measure, log_reversal
from kulanz.desk.services.measure_notices import notify_done, notify_undone
from kulanz.desk.services.writing import can_moderate
from kulanz.sources.moderating import ActKind

DOING: Final[dict[str, ActKind]] = {
    "edit": "edit", "hide": "hide", "remove": "remove", "lock": "lock", "slow": "slow", "move": "move",
    "suspend": "suspend",
}  # fmt: skip
LEADING_BACK: Final[dict[str, ActKind]] = {
    "edit": "edit", "hide": "show", "remove": "restore", "lock": "unlock", "slow": "unslow", "move": "move",
    "suspend": "unsuspend",
}  # fmt: skip
UNDOING: Final = ("reversing", "ending")
_REFERENCE_BYTES: Final = 5


def new_reference() -> str:
    """Return a name for a measure or an appeal that people can write down, and nobody can guess."""
    return token_hex(_REFERENCE_BYTES).upper()


def act_of(measure: Measure, state: str) -> ActKind | None:
    """Return what is to be done at the source in a state; None for a warning, which is said and no more."""
    return (LEADING_BACK if state in UNDOING else DOING).get(measure.kind)


def due_for(measure: Measure, state: str, now: datetime) -> datetime | None:
    """Return when the worker acts at the source; None where people have to do it by hand.

    What led to an edit or a move that was only seen there is not known well enough to be put back by itself.
    """
    kind = act_of(measure, state)
    blind = state in UNDOING and measure.at_source and measure.kind in ("edit", "move")
    if kind is None or blind:
        return None
    on = "account" if measure.kind == "suspend" else "post" if measure.post_id else "thread"
    return now if can_moderate(measure.thread.source, f"{on}:{kind}") else None


def took_effect(*, measure: Measure, seen: int, actor: Actor | None, now: datetime) -> Measure:
    """Note that a measure stands, tell its author and the log; ``actor`` has carried it out by hand."""
    action = "carried_out" if actor is None else "confirm_by_hand"
    values = {"due_at": None, "attempts": 0, "last_error": "", "done_at": now, "by_hand": actor is not None}
    with transaction.atomic():
        done = change(measure, seen, state=_after(measure, action, actor), **values)
        entry = log_measure(measure=done, now=now)  # first: its receipt is part of the notice
        notify_done(measure=done, now=now)
        note(actor, action, done, now, entry=entry)
    return done


def came_undone(*, measure: Measure, seen: int, actor: Actor | None, now: datetime) -> Measure:
    """Note that a measure was undone or has ended; the author is told of what was wrong, not of the end."""
    action = "undone" if actor is None else "confirm_by_hand"
    values = {"due_at": None, "attempts": 0, "last_error": "", "over_at": now}
    with transaction.atomic():
        over = change(measure, seen, state=_after(measure, action, actor), **values)
        if over.state == "reversed":
            notify_undone(measure=over, now=now)
        entry = log_reversal(measure=over, now=now)
        note(actor, "undone" if actor is None else "undone_by_hand", over, now, entry=entry)
    return over


def _after(measure: Measure, action: str, actor: Actor | None) -> str:
    if actor is None:
        return MEASURE.by_itself(measure.state, action)
    return MEASURE.after(measure.state, action, roles=actor.roles)


def note(
    actor: Actor | None, action: str, measure: Measure, now: datetime, *, reason: str = "", **told: object
) -> None:
    """Record what was done about a measure."""
    data = {"kind": measure.kind, "measure": measure.reference, **told}
    record(actor, action, measure, now=now, reason=reason.strip()[:500], thread=measure.thread, data=data)
