"""A hold from the desk to billing and back over signed webhooks, with a real server at the other end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from billing_people import OURS, THEIRS, webhook
from customer_people import make_person
from django.test import Client
from django.utils import timezone

from kulanz.desk.conf import conf
from kulanz.desk.models import BillingSystem, Claim, Delivery, DunningLetter, Hold
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import billing_adapters, cases, holds
from kulanz.desk.services.holds import End, Plan
from kulanz.desk.worker import run_once
from kulanz.sources.web.standard_webhooks import is_signed, signed_headers
from kulanz.testing.recorded import AnyPath, Reply, Request

pytestmark = pytest.mark.django_db
CLAIM = {
    "claim_id": "R-1", "customer": "4711", "amount": {"amount": "12.40", "currency": "EUR"},
    "due_on": "2026-05-01", "level": 2,
}  # fmt: skip


@dataclass
class Billing:
    """A program that takes signed orders, and sends deliveries of its own to the desk."""

    orders: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    system: BillingSystem = field(default_factory=BillingSystem)

    def take(self, request: Request) -> Reply:
        if not is_signed(request.headers, request.body, OURS, timezone.now()):
            return Reply(b"who are you?", 401)
        self.orders.append(json.loads(request.body)["type"])
        return Reply(b"", 202)

    def tell(self, kind: str, told: Any, times: int = 1) -> None:
        """Send something, as often as a sender does that saw no answer, and let the worker find it."""
        body = json.dumps({"type": f"billing.{kind}", "data": told}).encode()
        headers = signed_headers(f"msg-{next(self.numbers)}", body, THEIRS, timezone.now())
        address = f"/hooks/{self.system.hook_key}/billing"
        for _ in range(times):
            sent = Client(headers=headers).post(address, body, content_type="application/json")
            assert sent.status_code == 204, sent.content
        work()


def work(now: datetime | None = None) -> None:
    while run_once(now or timezone.now()) > 1:  # its heartbeat
        pass


@pytest.fixture
def billing(adam: Actor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Billing]:
    changed = replace(conf(), data=tmp_path, allow_private=("127.0.0.1",))
    monkeypatch.setattr(billing_adapters, "conf", lambda: changed)
    books = Billing()
    with AnyPath(books.take) as server:
        books.system = webhook(adam, timezone.now(), server.url)
        yield books


def test_a_hold_is_ordered_confirmed_broken_and_ended_over_signed_webhooks(
    bob: Actor, billing: Billing
) -> None:
    now = timezone.now()
    rolf = make_person(now, number="4711")
    case = cases.open_case(actor=bob, person=rolf, issue=None, title="Dunned", now=now)
    billing.tell("claim", CLAIM, times=2)
    claim = Claim.objects.get()
    assert claim.customer.person == rolf
    Hold.objects.all().delete()  # what the desk proposed by itself
    plan = Plan(customer=claim.customer, claim=claim, reason="He disputes it.")
    hold = holds.place_new(actor=bob, case=case, plan=plan, now=timezone.now())

    def state() -> str:
        hold.refresh_from_db()
        return hold.state

    work()
    assert (state(), billing.orders) == ("placing", ["kulanz.hold.place"])
    billing.tell("confirmation", {"key": hold.key, "state": "held", "text": "stopped"}, times=2)
    assert state() == "held"
    letter = {"event_id": "M-1", "claim_id": "R-1", "customer": "4711", "level": 3}
    tomorrow = timezone.localdate() + timedelta(days=1)
    billing.tell("dunning", {**letter, "on": tomorrow.isoformat(), "text": "Third reminder"}, times=2)
    assert DunningLetter.objects.get().despite == hold
    assert Delivery.objects.filter(member=bob.member_id, body__contains="letter").exists()
    end = End(next_step="dunning_goes_on", words="He knows.")
    hold = holds.release(
        actor=bob, hold=hold, seen=hold.version, end=end, reason="settled", now=timezone.now()
    )
    work()
    assert (state(), billing.orders) == ("releasing", ["kulanz.hold.place", "kulanz.hold.release"])
    billing.tell("confirmation", {"key": hold.key, "state": "released"})
    billing.tell("confirmation", {"key": hold.key, "state": "held"})  # late, and out of order
    assert state() == "released"
