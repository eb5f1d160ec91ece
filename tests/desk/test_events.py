"""A change and its event stand in one transaction: neither is kept without the other."""

from __future__ import annotations

from datetime import datetime

import pytest

from kulanz.desk.models import Event, Member, Source
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import sources
from kulanz.desk.services.members import joined

pytestmark = pytest.mark.django_db


def broken(**_given: object) -> None:
    raise ZeroDivisionError


def test_who_joins_is_written_down_or_has_not_joined(
    members: dict[str, Member], monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    Member.objects.update(time_zone="Pacific/Auckland")
    monkeypatch.setattr(Event.objects, "create", broken)
    with pytest.raises(ZeroDivisionError):
        joined(member=members["erik"], now=now)
    assert Member.objects.get(pk=members["erik"].pk).time_zone == "Pacific/Auckland"


def test_what_was_not_wanted_after_all_is_not_written_down(
    adam: Actor, forum: Source, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(sources, "want", broken)
    with pytest.raises(ZeroDivisionError):
        sources.read_now(actor=adam, source=forum, now=now)
    assert not Event.objects.filter(action="read_now").exists()
