"""Somebody takes an issue back while a colleague writes to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from racing import at_once

from kulanz.desk.models import Issue, Person, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import cases, issues, teamwork, undoing
from kulanz.desk.services.taking import take_thread

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


@pytest.mark.parametrize("deed", ["note", "watch", "case"])
def test_either_it_is_taken_back_or_written_to(
    deed: str, alice: Actor, bob: Actor, thread: Thread, now: datetime
) -> None:
    person = Person.objects.create(name="Rolf", created_at=now)
    deeds: dict[str, Callable[..., object]] = {
        "note": lambda issue: teamwork.write_note(actor=alice, about=issue, text="so", now=now),
        "watch": lambda issue: issues.watch(actor=alice, issue=issue, wanted=True, now=now),
        "case": lambda issue: cases.open_case(actor=alice, person=person, issue=issue, title="", now=now),
    }
    for number in range(ROUNDS):
        issue = take_thread(actor=bob, thread=thread, now=now)
        seen = Issue.objects.get(pk=issue.pk)
        undo = partial(undoing.undo, actor=bob, issue=issue, seen=issue.version, now=now)
        told = at_once(undo, partial(deeds[deed], seen))
        assert sorted(told) == ["RuleError", "done"], number
        seen.refresh_from_db()
        taken_back = told[0] == "done"
        assert (seen.state == "withdrawn") is taken_back
        assert seen.links.exists() is not taken_back
        if not taken_back:
            issues.close(actor=bob, issue=seen, seen=seen.version, outcome="resolved", reason="x", now=now)
