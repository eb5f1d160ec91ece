"""Gestures whose order a worker dies of; prints what came of each as a line of JSON.

Billing is a folder of CSV files. For every place at which a worker can die there is a gesture of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone
from hold_victim import AFTER_THE_LEASE, apart, before_it_is_told, die

# isort: split
from desk_people import make_member
from gesture_people import make_approved, ordered
from hold_people import make_dunned

from kulanz.billing.inbox import Inbox
from kulanz.desk.access import actor_of
from kulanz.desk.models import Event, Gesture
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import gesture_orders
from kulanz.desk.services.billing_adapters import adapter_for, inbox_path


def before_it_notes_that_it_told() -> None:
    keep = Inbox.keep

    def keep_or_die(self: Inbox, kind: Any, *given: Any) -> int:
        return die() if kind == "gesture order" else keep(self, kind, *given)

    setattr(Inbox, "keep", keep_or_die)  # noqa: B010 - not what a type checker should follow


def before_the_desk_knows() -> None:
    setattr(gesture_orders, "_heard", die)  # noqa: B010


def before_the_desk_has_written() -> None:
    setattr(gesture_orders, "keep_record", die)  # noqa: B010


DEATHS: tuple[tuple[Callable[[], None], bool], ...] = (
    (before_it_is_told, False),
    (before_it_notes_that_it_told, False),
    (before_the_desk_knows, False),
    (before_the_desk_knows, True),
    (before_the_desk_has_written, True),
)
"""Where a worker dies, and whether billing has been told before and has answered."""


class Billing:
    """People at billing: they do what lies in the folder, take it away, and say it twice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.acts: list[str] = []

    def work(self) -> None:
        for path in sorted((self._folder / "out").glob("*.csv")):
            act, key, *_ = path.read_text("utf-8").splitlines()[1].split(",")
            self.acts.append(act)
            path.unlink()
            for copy in "ab":
                said = self._folder / "in" / "gestures" / f"{len(self.acts)}-{key}-{copy}.csv"
                said.write_text(f"key,state\n{key},given\n")


def order(now: datetime) -> None:
    gesture_orders.order_due(adapters=adapter_for, now=now)


def die_at(death: Callable[[], None], now: datetime) -> None:
    death()
    order(now)


def story(
    bob: Actor, alice: Actor, death: Callable[[], None], name: str, now: datetime, *, answered: bool
) -> dict[str, object]:
    """A gesture whose order a worker dies of; billing works after every process."""
    rolf = make_dunned(bob, now, name)
    billing = Billing(inbox_path(rolf.system))
    gesture = ordered(bob, make_approved(bob, alice, rolf, now), rolf, now)
    steps: list[int | str] = []
    if answered:
        apart(partial(order, now))
        billing.work()
        now += AFTER_THE_LEASE
    steps.append(apart(partial(die_at, death, now)))
    billing.work()
    for _ in range(6):
        now += AFTER_THE_LEASE
        apart(partial(order, now))
        billing.work()
    steps.append(Gesture.objects.get(pk=gesture.pk).state)
    events = Event.objects.filter(noun="gesture", noun_id=gesture.pk).order_by("pk")
    return {"steps": steps, "acts": billing.acts, "events": list(events.values_list("action", flat=True))}


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    bob, alice = (actor_of(make_member(*who)) for who in (("bob", Role.AGENT), ("alice", Role.LEAD)))
    begun = timezone.now()
    for number, (death, answered) in enumerate(DEATHS):
        end = story(bob, alice, death, f"Rolf{number}", begun, answered=answered)
        sys.stdout.write(json.dumps({"at": death.__name__, **end}) + "\n")
