"""Billing systems of a test: connected as an admin does, on real files and a server on loopback."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from kulanz.desk.models import BillingSystem
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services.billing_systems import Wanted, add
from kulanz.sources.web.standard_webhooks import new_secret
from kulanz.testing.recorded import Reply, Request

OURS, THEIRS = new_secret(), new_secret()
KEY = "a key of Lago"


def webhook(actor: Actor, now: datetime, url: str = "https://billing.example.org/kulanz") -> BillingSystem:
    secrets = {"secret": OURS, "their_secret": THEIRS}
    wanted = Wanted(name="Books", adapter="webhook", config={"url": url}, secrets=secrets)
    return add(actor=actor, wanted=wanted, now=now)[0]


def csv(actor: Actor, now: datetime, **config: Any) -> BillingSystem:
    return add(actor=actor, wanted=Wanted(name="Files", adapter="csv", config=config), now=now)[0]


def lago(url: str, key: str = KEY, name: str = "Lago") -> Wanted:
    return Wanted(name=name, adapter="lago", config={"url": url}, secrets={"key": key})


class LagoServer:
    """Answers shaped as Lago's API v1 documents them; ``pages`` of overdue invoices by their numbers."""

    def __init__(self, *pages: list[str]) -> None:
        self.pages = pages
        self.down = False

    def take(self, request: Request) -> Reply:
        if self.down:
            return Reply(b"", 503, {"Retry-After": "120"})
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return Reply.json({"status": 401, "error": "Unauthorized"}, 401)
        page = int(parse_qs(request.query)["page"][0])
        following = {"next_page": page + 1 if page < len(self.pages) else None}
        if request.path.endswith("/payment_requests"):
            return Reply.json({"payment_requests": [], "meta": {"next_page": None}})
        numbers = self.pages[page - 1] if self.pages else []
        return Reply.json({"invoices": [_invoice(each) for each in numbers], "meta": following})


def _invoice(number: str) -> dict[str, Any]:
    return {
        "lago_id": number,
        "number": f"LAG-{number}",
        "currency": "EUR",
        "total_due_amount_cents": 1240,
        "payment_status": "pending",
        "payment_due_date": "2026-05-01",
        "customer": {"external_id": f"C-{number}"},
    }
