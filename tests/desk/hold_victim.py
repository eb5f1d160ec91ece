"""Holds whose order, and whose end, a worker dies of; prints what came of each as a line of JSON.

Billing is a folder of CSV files. For every place at which a worker can die there is a hold of its own.
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
from hold_people import ON, Dunned, make_dunned
from worker_deaths import Death, deaths, survived

from kulanz.desk.access import actor_of
from kulanz.desk.models import Event, Hold
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import holding, holds
from kulanz.desk.services.billing_adapters import adapter_for, inbox_path


def order(now: datetime) -> None:
    holding.order_due(adapters=adapter_for, now=now)


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


def story(bob: Actor, death: Death, name: str, now: datetime) -> dict[str, object]:
    """A hold whose order and whose end a worker dies of; billing works after every process."""
    rolf: Dunned = make_dunned(bob, now, name)
    billing = Billing(inbox_path(rolf.system))
    hold = rolf.placed(bob, now)
    steps: list[int | str] = []
    for step in ("held", "released"):
        if step == "released":
            hold = Hold.objects.select_related("case").get(pk=hold.pk)
            holds.release(actor=bob, hold=hold, seen=hold.version, end=ON, reason="over", now=now)
        ended, now = survived(death, order, billing.work, now)
        hold.refresh_from_db()
        steps += [ended, hold.state]
    events = Event.objects.filter(noun="hold", noun_id=hold.pk).order_by("pk")
    return {"steps": steps, "acts": billing.acts, "events": list(events.values_list("action", flat=True))}


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    bob = actor_of(make_member("bob", Role.AGENT))
    begun = timezone.now()
    for number, death in enumerate(deaths(holding, "order")):
        end = story(bob, death, f"Rolf{number}", begun)
        sys.stdout.write(json.dumps({"at": death.at, **end}) + "\n")
