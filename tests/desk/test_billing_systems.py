"""Billing systems at the desk: connected, tried, read when due, and sending by themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from billing_people import OURS, THEIRS, LagoServer, csv, lago, webhook
from django.test import Client
from django.utils import timezone

from kulanz.billing import HoldOrder, RefusedError
from kulanz.desk.conf import conf
from kulanz.desk.models import BillingSystem, Case, Claim, Customer, Event, Hold, Person
from kulanz.desk.public import hooks
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.billing import KINDS
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.hooks import Bounds
from kulanz.desk.rules.rotation import newest
from kulanz.desk.services import billing_adapters, billing_reading, billing_systems
from kulanz.desk.services.billing_adapters import adapter_for, inbox_path, secrets_of
from kulanz.desk.services.billing_systems import Wanted
from kulanz.sources.web.standard_webhooks import signed_headers
from kulanz.testing.recorded import AnyPath

pytestmark = pytest.mark.django_db
CLAIM = {
    "claim_id": "R-1",
    "customer": "4711",
    "amount": {"amount": "12.40", "currency": "EUR"},
    "due_on": "2026-05-01",
    "level": 2,
}


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    changed = replace(conf(), data=tmp_path, allow_private=("127.0.0.1",))
    monkeypatch.setattr(billing_adapters, "conf", lambda: changed)
    return tmp_path


@contextmanager
def served(*pages: list[str]) -> Iterator[tuple[LagoServer, str]]:
    site = LagoServer(*pages)
    with AnyPath(site.take) as server:
        yield site, server.url


def at(system: BillingSystem) -> BillingSystem:
    return BillingSystem.objects.get(pk=system.pk)


def deliver(system: BillingSystem, kind: str, told: Any, *, key: str = THEIRS, number: str = "m-1") -> Any:
    body = json.dumps({"type": f"billing.{kind}", "data": told}).encode()
    headers = signed_headers(number, body, key, timezone.now())
    return Client(headers=headers).post(
        f"/hooks/{system.hook_key}/billing", body, content_type="application/json"
    )


def make_hold(system: BillingSystem, state: str, now: datetime) -> Hold:
    person = Person.objects.create(name="Rolf", created_at=now)
    case = Case.objects.create(person=person, title="Dunned", reply_key="dunned", opened_at=now)
    customer = Customer.objects.create(number="4711", told_by="Books", told_at=now)
    return Hold.objects.create(
        case=case, customer=customer, system=system, key="case-1-hold-1", state=state,
        review_on=now.date(), proposed_at=now, due_at=now + timedelta(hours=1),
        next_step="settled" if state in ("releasing", "released") else "",
    )  # fmt: skip


# Connecting


def test_a_billing_system_is_connected_with_its_secrets_sealed(adam: Actor, now: datetime) -> None:
    config = {"url": "https://tryton.example.org", "database": "books", "login": "kulanz"}
    wanted = Wanted(
        name=" Main  books ", adapter="tryton", config=config, secrets={"password": "correct horse"}
    )
    system, made = billing_systems.add(actor=adam, wanted=wanted, now=now)
    assert (system.name, system.config, system.due_at, made) == ("Main books", config, now, {})
    assert b"correct" not in bytes(system.sealed_keys)
    assert secrets_of(system) == {"password": "correct horse"}
    told = json.dumps(Event.objects.get(noun="billingsystem").data)
    assert "Main books" in told
    assert "correct" not in told


@pytest.mark.parametrize("adapter", KINDS)
def test_every_adapter_is_made_of_its_settings(adam: Actor, now: datetime, adapter: str) -> None:
    words = {"url": "https://billing.example.org", "database": "books", "login": "kulanz"}
    config = {name: words[name] for name in KINDS[adapter].fields if name in words}
    secrets = dict.fromkeys(KINDS[adapter].secrets, OURS)
    wanted = Wanted(name=adapter, adapter=adapter, config=config, secrets=secrets)
    system, _ = billing_systems.add(actor=adam, wanted=wanted, now=now)
    with adapter_for(system, now) as made:
        assert made.name == adapter


def test_a_webhook_without_secrets_gets_two(adam: Actor, now: datetime) -> None:
    wanted = Wanted(name="Books", adapter="webhook", config={"url": "https://billing.example.org"})
    system, made = billing_systems.add(actor=adam, wanted=wanted, now=now)
    assert set(made) == {"secret", "their_secret"}
    assert made["secret"] != made["their_secret"]
    assert secrets_of(system) == made


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"adapter": "sap"}, "adapter: expected one of"),
        ({"config": {"url": "ftp://billing.example.org"}}, "address"),
        ({"config": {"url": "https://name:word@billing.example.org"}}, "address"),
        ({"config": {"url": "https://[billing"}}, "address"),
        ({"config": {}}, "url"),
        ({"config": {"url": "https://billing.example.org", "login": "x"}}, "login"),
        ({"secrets": {}}, "key: expected"),
        ({"secrets": {"key": "x", "password": "y"}}, "knows no secret"),
        ({"interval_s": 59}, "interval"),
        ({"interval_s": 86_401}, "interval"),
    ],
)
def test_what_no_billing_system_is(adam: Actor, now: datetime, changed: dict[str, Any], why: str) -> None:
    with pytest.raises(RuleError, match=why):
        billing_systems.add(actor=adam, wanted=replace(lago("https://api.example.org"), **changed), now=now)
    assert not BillingSystem.objects.exists()


def test_a_secret_that_signs_nothing_is_refused(adam: Actor, now: datetime) -> None:
    wanted = Wanted(
        name="Books", adapter="webhook", config={"url": "https://x.example"}, secrets={"secret": "short"}
    )
    with pytest.raises(RuleError, match="secret"):
        billing_systems.add(actor=adam, wanted=wanted, now=now)


def test_a_name_is_given_once(adam: Actor, now: datetime) -> None:
    csv(adam, now)
    with pytest.raises(RuleError, match="already"):
        csv(adam, now)


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_only_admins_connect(name: str, members: Any, now: datetime, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotAllowedError):
        csv(request.getfixturevalue(name), now)


def test_a_changed_system_keeps_its_name_and_the_secrets_left_empty(adam: Actor, now: datetime) -> None:
    system, _ = billing_systems.add(actor=adam, wanted=lago("https://old.example"), now=now)
    BillingSystem.objects.update(last_error="wrong key", attempts=9, due_at=now + timedelta(hours=6))
    system = at(system)
    wanted = replace(lago("https://new.example"), secrets={}, interval_s=600)
    billing_systems.edit(actor=adam, system=system, seen=system.version, wanted=wanted, now=now)
    kept = at(system)
    assert (kept.config["url"], kept.interval_s, kept.due_at) == ("https://new.example", 600, now)
    assert (kept.last_error, kept.attempts) == ("", 0)
    assert secrets_of(kept) == {"key": "a key of Lago"}
    with pytest.raises(RuleError, match="keeps its name"):
        billing_systems.edit(
            actor=adam, system=kept, seen=kept.version, wanted=replace(wanted, name="Other"), now=now
        )
    with pytest.raises(ConflictError):
        billing_systems.edit(actor=adam, system=kept, seen=1, wanted=wanted, now=now)


def test_one_secret_of_a_webhook_is_made_anew(adam: Actor, now: datetime) -> None:
    system = webhook(adam, now)
    fresh = billing_systems.renew_secret(
        actor=adam, system=system, seen=system.version, name="their_secret", now=now
    )
    kept = secrets_of(at(system))
    assert (kept["secret"], newest(kept["their_secret"])) == (OURS, fresh)
    assert deliver(system, "claim", CLAIM).status_code == 400, "the time of the old one is over"
    assert deliver(system, "claim", CLAIM, key=fresh).status_code == 204
    assert fresh not in json.dumps([event.data for event in Event.objects.all()])


def test_a_system_with_holds_is_not_removed(adam: Actor, now: datetime) -> None:
    system = csv(adam, now)
    with adapter_for(system, now):
        assert inbox_path(system).is_dir()
    hold = make_hold(system, "releasing", now)
    with pytest.raises(RuleError, match=f"such as in case {hold.case_id}:"):
        billing_systems.remove(actor=adam, system=system, seen=system.version, reason="changed", now=now)
    assert BillingSystem.objects.exists()
    Hold.objects.filter(pk=hold.pk).update(state="released")


@pytest.mark.django_db(transaction=True)
def test_a_removed_system_takes_its_files_along_and_leaves_the_history(adam: Actor, now: datetime) -> None:
    system = csv(adam, now)
    with adapter_for(system, now):
        pass
    hold = make_hold(system, "released", now)
    place = inbox_path(system)
    with pytest.raises(RuleError, match="why"):
        billing_systems.remove(actor=adam, system=system, seen=system.version, reason=" ", now=now)
    billing_systems.remove(actor=adam, system=system, seen=system.version, reason="replaced", now=now)
    assert not BillingSystem.objects.exists()
    assert not place.exists()
    assert Hold.objects.get(pk=hold.pk).system is None
    assert Event.objects.get(action="remove").reason == "replaced"


# Trying


def test_a_connection_that_works_says_what_came_and_keeps_nothing(adam: Actor, now: datetime) -> None:
    with served(["1", "2"], ["3"]) as (_, url):
        tried = billing_systems.try_out(actor=adam, wanted=lago(url), now=now)
    assert (tried.works, tried.claims, tried.more, tried.holds) == (True, 2, True, False)
    assert not BillingSystem.objects.exists()
    assert not Claim.objects.exists()


def test_a_connection_that_does_not_work_says_why(adam: Actor, now: datetime) -> None:
    with served([]) as (_, url):
        tried = billing_systems.try_out(actor=adam, wanted=lago(url, key="another"), now=now)
    assert (tried.works, tried.error_kind) == (False, "refused")
    assert "401" in tried.error
    with served([]) as (site, url):
        site.down = True
        assert billing_systems.try_out(actor=adam, wanted=lago(url), now=now).error_kind == "busy"
    assert billing_systems.try_out(actor=adam, wanted=lago(url), now=now).error_kind == "unreachable"


def test_an_address_inside_the_network_is_not_asked_unless_it_is_allowed(
    adam: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(billing_adapters, "conf", conf)
    with served([]) as (_, url):
        tried = billing_systems.try_out(actor=adam, wanted=lago(url), now=now)
    assert "KULANZ_ALLOW_PRIVATE" in tried.error


def test_who_sends_by_itself_is_not_tried(adam: Actor, now: datetime, data: Path) -> None:
    with pytest.raises(RuleError, match="it sends"):
        billing_systems.try_out(actor=adam, wanted=Wanted(name="Files", adapter="csv", config={}), now=now)
    assert not (data / "billing").exists()


# Reading


def test_a_system_that_is_due_is_read_to_the_end_of_its_turn(
    adam: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(billing_reading, "PAGES_A_TURN", 2)
    with served(["1"], ["2"], ["3"]) as (_, url):
        system, _ = billing_systems.add(actor=adam, wanted=lago(url), now=now)
        assert billing_reading.read_due(now=now) == 1
        assert Claim.objects.count() == 2
        assert at(system).due_at == now
        assert billing_reading.read_due(now=now) == 1
    read = at(system)
    assert Claim.objects.filter(system="Lago").count() == 3
    assert (read.due_at, read.last_success_at, read.attempts) == (now + timedelta(seconds=900), now, 0)
    assert read.claims_cursor
    assert billing_reading.read_due(now=now) == 0


def test_a_system_that_is_down_is_asked_again_when_it_said(adam: Actor, now: datetime) -> None:
    with served(["1"]) as (site, url):
        system, _ = billing_systems.add(actor=adam, wanted=lago(url), now=now)
        site.down = True
        billing_reading.read_due(now=now)
        failing = at(system)
        assert failing.due_at == now + timedelta(seconds=120)
        assert "503" in failing.last_error
        assert failing.error_kind == "busy"
        assert billing_reading.read_due(now=now + timedelta(seconds=119)) == 0
        site.down = False
        assert billing_reading.read_due(now=now + timedelta(seconds=120)) == 1
    assert Claim.objects.count() == 1
    assert (at(system).last_error, at(system).error_kind) == ("", "")


def test_secrets_that_cannot_be_opened_are_an_error_of_the_system(adam: Actor, now: datetime) -> None:
    system, _ = billing_systems.add(actor=adam, wanted=lago("https://api.example.org"), now=now)
    BillingSystem.objects.update(sealed_keys=b"of no key")
    with pytest.raises(RefusedError, match="KULANZ_SECRET_KEY_OLD"), adapter_for(at(system), now):
        pass
    assert billing_reading.read_due(now=now) == 1
    assert "KULANZ_SECRET_KEY_OLD" in at(system).last_error


def test_a_paused_system_is_not_read_and_takes_nothing(adam: Actor, now: datetime) -> None:
    system = webhook(adam, now)
    billing_systems.pause(actor=adam, system=system, seen=system.version, now=now)
    assert billing_reading.read_due(now=now) == 0
    assert deliver(system, "claim", CLAIM).status_code == 503
    with pytest.raises(RuleError, match="paused"):
        billing_systems.read_now(actor=adam, system=at(system), now=now)
    billing_systems.resume(actor=adam, system=system, seen=system.version, now=now)
    assert billing_reading.read_due(now=now) == 1


def test_what_could_not_be_taken_is_named(adam: Actor, now: datetime, data: Path) -> None:
    system = csv(adam, now, decimal_mark=",", columns={"claim_id": "Rechnung"})
    billing_reading.read_due(now=now)
    table = inbox_path(system) / "in" / "claims" / "today.csv"
    table.write_text(
        "Rechnung;customer;amount;currency\nR-1;4711;12,40;EUR\nR-2;4711;1O;EUR\nR-3;4712;-1;EUR\n"
    )
    later = timezone.now() + timedelta(hours=1)
    billing_reading.read_due(now=later)
    assert list(Claim.objects.values_list("key", flat=True)) == ["R-1"]
    first, second = sorted(at(system).skipped)
    assert "today.csv:3" in first
    assert second.startswith("claim R-3: claim: expected an amount from 0")


def test_two_workers_keep_a_page_once(adam: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease of the first ran out while it was asking: the second was faster."""
    with served(["1"]) as (_, url):
        system, _ = billing_systems.add(actor=adam, wanted=lago(url), now=now)
        real = billing_reading.take_claims

        def slow(**given: Any) -> Any:
            monkeypatch.setattr(billing_reading, "take_claims", real)
            return real(**given)

        stale = at(system)
        billing_reading.read_due(now=now)
        cursor = at(system).claims_cursor
        monkeypatch.setattr(billing_reading, "take_claims", slow)
        billing_reading.read(system=stale, now=now)
    assert at(system).claims_cursor == cursor
    assert billing_reading.take_claims is slow, "the page of the slower one was thrown away"


# Deliveries


def test_a_signed_delivery_is_read_at_once(adam: Actor, now: datetime) -> None:
    system = webhook(adam, now)
    billing_reading.read_due(now=now)
    assert deliver(system, "claim", [CLAIM, {**CLAIM, "claim_id": "R-2"}]).status_code == 204
    assert deliver(system, "claim", CLAIM).status_code == 204
    assert billing_reading.read_due(now=timezone.now()) == 1
    assert set(Claim.objects.values_list("system", "key")) == {("Books", "R-1"), ("Books", "R-2")}
    assert Customer.objects.get().number == "4711"


def test_a_delivery_that_comes_while_others_are_read_is_not_left(
    adam: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = webhook(adam, now)
    deliver(system, "claim", CLAIM)
    BillingSystem.objects.update(due_at=now)
    real = billing_reading.take_claims

    def meanwhile(**given: Any) -> Any:
        deliver(system, "claim", {**CLAIM, "claim_id": "R-2"}, number="m-2")
        monkeypatch.setattr(billing_reading, "take_claims", real)
        return real(**given)

    monkeypatch.setattr(billing_reading, "take_claims", meanwhile)
    billing_reading.read_due(now=now)
    assert Claim.objects.count() == 1
    assert billing_reading.read_due(now=timezone.now()) == 1
    assert Claim.objects.count() == 2


def test_what_no_database_keeps_is_left_out(adam: Actor, now: datetime) -> None:
    system = webhook(adam, now)
    assert (
        deliver(system, "claim", {**CLAIM, "claim_id": "R-\x001", "customer": "47\x0011"}).status_code == 204
    )
    billing_reading.read_due(now=timezone.now())
    assert (Claim.objects.get().key, Customer.objects.get().number) == ("R-1", "4711")


@pytest.mark.parametrize(("state", "wakes"), [("placing", True), ("held", True), ("released", False)])
def test_a_confirmation_wakes_its_hold(adam: Actor, now: datetime, state: str, *, wakes: bool) -> None:
    system = webhook(adam, now)
    later = timezone.now() + timedelta(hours=1)
    hold = make_hold(system, state, now)
    other = Hold.objects.create(
        case=hold.case, customer=hold.customer, system=system, key="other", state="releasing",
        review_on=now.date(), proposed_at=now, due_at=later, next_step="settled",
    )  # fmt: skip
    Hold.objects.update(due_at=later)
    assert deliver(system, "confirmation", {"key": hold.key, "state": "held"}).status_code == 204
    hold.refresh_from_db()
    other.refresh_from_db()
    assert (hold.due_at < later) == wakes
    assert other.due_at == later
    order = HoldOrder(key=hold.key, customer="4711")
    with adapter_for(system, now) as adapter:
        assert adapter.confirm(order).state == "held"


@pytest.mark.parametrize(
    ("kind", "told", "why"),
    [("claim", {"claim_id": "R-1"}, b"customer"), ("invoice", CLAIM, b"expected one of")],
)
def test_a_delivery_that_is_none_is_refused_with_words(
    adam: Actor, now: datetime, kind: str, told: Any, why: bytes
) -> None:
    answer = deliver(webhook(adam, now), kind, told)
    assert answer.status_code == 400
    assert why in answer.content


def test_strangers_find_nothing(adam: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    system, files = webhook(adam, now), csv(adam, now)
    assert deliver(system, "claim", CLAIM, key=OURS).status_code == 400
    assert deliver(files, "claim", CLAIM).status_code == 404
    system.hook_key = "another"
    assert deliver(system, "claim", CLAIM).status_code == 404
    system.hook_key = at(system).hook_key
    assert Client().get(f"/hooks/{system.hook_key}/billing").status_code == 405
    monkeypatch.setattr(hooks, "BILLING", Bounds(100, 2))
    assert deliver(system, "claim", CLAIM).status_code == 413
    assert deliver(system, "claim", CLAIM).status_code == 429


def test_what_was_read_is_forgotten_after_a_week(adam: Actor, now: datetime) -> None:
    system = webhook(adam, now)
    deliver(system, "claim", CLAIM)
    with adapter_for(system, now) as adapter:
        assert len(adapter.claims(None).items) == 1
        billing_reading.read_due(now=now)
        assert len(adapter.claims(None).items) == 1
        BillingSystem.objects.update(due_at=now)
        billing_reading.read_due(now=timezone.now() + timedelta(days=8))
        assert adapter.claims(None).items == ()


def test_claims_that_are_settled_at_billing_are_settled_here(adam: Actor, now: datetime) -> None:
    system = webhook(adam, now)
    deliver(system, "claim", CLAIM)
    deliver(system, "claim", {**CLAIM, "settled": True}, number="m-2")
    billing_reading.read_due(now=timezone.now())
    assert Claim.objects.get().settled_at is not None
