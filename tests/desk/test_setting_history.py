"""What the audit trail keeps of lists that belong to a setting: all of them before, and all of them after."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from kulanz.desk.models import Calendar, Event, Member
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services.calendars import CalendarValues, save_calendar
from kulanz.desk.services.playbooks import save_playbook
from kulanz.desk.services.policies import PolicyValues, save_policy
from kulanz.desk.services.teams import save_team

pytestmark = pytest.mark.django_db


def told(noun: str, action: str) -> list[dict[str, Any]]:
    return list(Event.objects.filter(noun=noun, action=action).order_by("pk").values_list("data", flat=True))


def test_whom_a_policy_tells(alice: Actor, members: dict[str, Member], now: datetime) -> None:
    bob, carla = members["bob"], members["carla"]
    policy = None
    for seen, those in enumerate(([bob], [bob, carla], [bob, carla])):
        values = PolicyValues(name="Everywhere", members=those)
        policy = save_policy(actor=alice, policy=policy, seen=seen, values=values, now=now)
    assert told("alertpolicy", "set_members") == [
        {"members": [[], [bob.pk]]},
        {"members": [[bob.pk], [bob.pk, carla.pk]]},
    ]


def test_who_is_in_a_team(alice: Actor, members: dict[str, Member], now: datetime) -> None:
    bob, carla = members["bob"], members["carla"]
    team = None
    for seen, those in enumerate(([bob], [carla])):
        team = save_team(actor=alice, team=team, seen=seen, name="Care", lead=None, members=those, now=now)
    assert told("team", "set_members") == [{"members": [[], [bob.pk]]}, {"members": [[bob.pk], [carla.pk]]}]


def test_the_steps_of_a_playbook(
    client: Client, alice: Actor, members: dict[str, Member], now: datetime
) -> None:
    playbook = None
    for seen, steps in enumerate((["Call"], ["Call", "Write"], ["Call", "Write"])):
        playbook = save_playbook(
            actor=alice, playbook=playbook, seen=seen, name="P", stage="", language="en", steps=steps, now=now
        )
    assert told("playbook", "set_steps") == [
        {"steps": [[], ["Call"]]},
        {"steps": [["Call"], ["Call", "Write"]]},
    ]
    assert playbook is not None
    assert [step.text for step in playbook.steps.all()] == ["Call", "Write"]
    client.force_login(members["alice"])
    assert "changed the steps of a playbook." in client.get("/setup/audit").content.decode()


def test_the_days_off_of_a_calendar(alice: Actor, now: datetime) -> None:
    calendar: Calendar | None = None
    eve, last = date(2026, 12, 24), date(2026, 12, 31)
    for seen, closed in enumerate(({eve: "Christmas Eve"}, {eve: "Christmas", last: ""})):
        values = CalendarValues(name="Care", hours={0: [("09:00", "17:00")]}, closed=closed)
        calendar = save_calendar(actor=alice, calendar=calendar, seen=seen, values=values, now=now)
    assert told("calendar", "set_closed_days") == [
        {"days": [[], ["2026-12-24 Christmas Eve"]]},
        {"days": [["2026-12-24 Christmas Eve"], ["2026-12-24 Christmas", "2026-12-31"]]},
    ]
