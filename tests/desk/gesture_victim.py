"""Gestures whose order a worker dies of; prints what came of each as a line of JSON.

Billing is a folder of CSV files. For every place at which a worker can die there is a gesture of its own.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

import kulanz.desk.project.wsgi  # noqa: F401 - the models below are ready once this has set them up

# isort: split
from desk_people import make_member
from gesture_people import make_approved, ordered
from hold_people import make_dunned
from worker_deaths import Death, deaths, survived

from kulanz.desk.access import actor_of
from kulanz.desk.models import Event, Gesture
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import gesture_orders
from kulanz.desk.services.billing_adapters import adapter_for, inbox_path


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


def story(bob: Actor, alice: Actor, death: Death, name: str, now: datetime) -> dict[str, object]:
    """A gesture whose order a worker dies of; billing works after every process."""
    rolf = make_dunned(bob, now, name)
    billing = Billing(inbox_path(rolf.system))
    gesture = ordered(bob, make_approved(bob, alice, rolf, now), rolf, now)
    ended, _ = survived(death, order, billing.work, now)
    steps = [ended, Gesture.objects.get(pk=gesture.pk).state]
    events = Event.objects.filter(noun="gesture", noun_id=gesture.pk).order_by("pk")
    return {"steps": steps, "acts": billing.acts, "events": list(events.values_list("action", flat=True))}


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    bob, alice = (actor_of(make_member(*who)) for who in (("bob", Role.AGENT), ("alice", Role.LEAD)))
    begun = timezone.now()
    for number, death in enumerate(deaths(gesture_orders, "gesture order")):
        end = story(bob, alice, death, f"Rolf{number}", begun)
        sys.stdout.write(json.dumps({"at": death.at, **end}) + "\n")
