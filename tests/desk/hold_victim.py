"""Holds whose order, and whose end, a worker dies of; prints what came of each as a line of JSON.

Billing is a folder of CSV files. For every place at which a worker can die there is a hold of its own.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from django.core.management import call_command
from django.db import connections
from django.utils import timezone

import kulanz.desk.project.wsgi  # noqa: F401 - the models below are ready once this has set them up

# isort: split
from desk_people import make_member
from hold_people import ON, Dunned, make_dunned

from kulanz.billing.csvdrop import CsvDrop
from kulanz.billing.inbox import Inbox
from kulanz.desk.access import actor_of
from kulanz.desk.models import Event, Hold
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import holding, holds
from kulanz.desk.services.billing_adapters import adapter_for, inbox_path

AFTER_THE_LEASE = timedelta(minutes=11)


def die(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit


def before_it_is_told() -> None:
    setattr(CsvDrop, "deliver", die)  # noqa: B010 - not what a type checker should follow


def before_it_notes_that_it_told() -> None:
    keep = Inbox.keep

    def keep_or_die(self: Inbox, kind: Any, *given: Any) -> int:
        return die() if kind == "order" else keep(self, kind, *given)

    setattr(Inbox, "keep", keep_or_die)  # noqa: B010


def before_the_desk_knows() -> None:
    setattr(holding, "_heard", die)  # noqa: B010


def before_the_desk_has_written() -> None:
    setattr(holding, "keep_record", die)  # noqa: B010


DEATHS: tuple[tuple[Callable[[], None], bool], ...] = (
    (before_it_is_told, False),
    (before_it_notes_that_it_told, False),
    (before_the_desk_knows, False),
    (before_the_desk_knows, True),
    (before_the_desk_has_written, True),
)
"""Where a worker dies, and whether billing has been told before and has answered."""


def apart(work: Callable[[], object]) -> int:
    """Do something in a process of its own; return how it ended."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            connections.close_all()
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def order(now: datetime) -> None:
    holding.order_due(adapters=adapter_for, now=now)


def die_at(death: Callable[[], None], now: datetime) -> None:
    death()
    order(now)


class Billing:
    """People at billing: they do what lies in the folder, take it away, and put down what they did."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.acts: list[str] = []

    def work(self) -> None:
        for path in sorted((self._folder / "out").glob("*.csv")):
            act, key, *_ = path.read_text("utf-8").splitlines()[1].split(",")
            self.acts.append(act)
            path.unlink()
            state = "released" if act == "release" else "held"
            confirmed = self._folder / "in" / "confirmations" / f"{len(self.acts)}-{key}.csv"
            confirmed.write_text(f"key,state\n{key},{state}\n")


def story(
    bob: Actor, death: Callable[[], None], name: str, now: datetime, *, answered: bool
) -> dict[str, object]:
    """A hold whose order and whose end a worker dies of; billing works after every process."""
    rolf: Dunned = make_dunned(bob, now, name)
    billing = Billing(inbox_path(rolf.system))
    hold = rolf.placed(bob, now)
    steps: list[int | str] = []
    for step in ("held", "released"):
        if step == "released":
            hold = Hold.objects.select_related("case").get(pk=hold.pk)
            holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="over", now=now)
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
        hold.refresh_from_db()
        steps.append(hold.state)
    events = Event.objects.filter(noun="hold", noun_id=hold.pk).order_by("pk")
    return {"steps": steps, "acts": billing.acts, "events": list(events.values_list("action", flat=True))}


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    bob = actor_of(make_member("bob", Role.AGENT))
    begun = timezone.now()
    for number, (death, answered) in enumerate(DEATHS):
        end = story(bob, death, f"Rolf{number}", begun, answered=answered)
        sys.stdout.write(json.dumps({"at": death.__name__, **end}) + "\n")
