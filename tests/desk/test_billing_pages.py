"""The settings of billing systems, as a browser without JavaScript uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from billing_people import KEY, LagoServer, csv, webhook
from desk_people import logged_in
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kulanz.desk.conf import conf
from kulanz.desk.models import BillingSystem, Claim, Customer, Member
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.billing import KINDS
from kulanz.desk.rules.rotation import newest
from kulanz.desk.services import billing_adapters, billing_reading
from kulanz.desk.services.billing_adapters import secrets_of
from kulanz.desk.web.setup.billing_forms import DESCRIBED, SECRETS
from kulanz.testing.recorded import AnyPath

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def admin(members: dict[str, Member]) -> Client:
    return logged_in(members["adam"])


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    changed = replace(conf(), data=tmp_path, allow_private=("127.0.0.1",))
    monkeypatch.setattr(billing_adapters, "conf", lambda: changed)
    return tmp_path


@pytest.fixture
def lago() -> Iterator[str]:
    with AnyPath(LagoServer(["1", "2"]).take) as server:
        yield server.url


def form(url: str, **more: str) -> dict[str, str]:
    return {"adapter": "lago", "name": "Lago", "minutes": "15", "url": url, "secret_key": KEY, **more}


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_adapter_has_a_form_for_all_that_it_has_to_be_told(admin: Client) -> None:
    assert set(DESCRIBED) == set(KINDS)
    kinds = shown(admin, "/setup/billing/new")
    for adapter, kind in KINDS.items():
        assert f"?kind={adapter}" in kinds
        page = shown(admin, f"/setup/billing/new?kind={adapter}")
        assert set(kind.secrets) <= set(SECRETS)
        assert all(f'name="{name}"' in page for name in kind.fields)
        assert all(re.search(f'type="password" name="secret_{name}"', page) for name in kind.secrets)
        assert ("not tried" in page.lower()) == (adapter in {"odoo", "lago"})


def test_a_system_is_connected_read_and_shown_without_its_secret(admin: Client, lago: str) -> None:
    answer = admin.post("/setup/billing/add", form(lago), follow=True)
    page = answer.content.decode()
    assert "The billing system was connected." in page
    assert "not read yet" in page
    system = BillingSystem.objects.get()
    assert secrets_of(system) == {"key": KEY}
    billing_reading.read_due(now=timezone.now())
    page = shown(admin, f"/setup/billing/{system.pk}")
    assert "2 open claims" in page
    assert KEY not in page
    assert "2 open claims" in shown(admin, "/setup/billing")


def test_what_was_typed_stays_where_it_is_refused_and_secrets_do_not(admin: Client) -> None:
    answer = admin.post("/setup/billing/add", form("ftp://billing.example.org", name="Old one"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Old one" in page
    assert "https://billing.example.org" in page
    assert KEY not in page
    assert admin.post("/setup/billing/add", form("x", minutes="0")).status_code == 422
    assert not BillingSystem.objects.exists()


def test_a_connection_is_tried_before_it_is_kept(admin: Client, lago: str) -> None:
    page = admin.post("/setup/billing/try", form(lago)).content.decode()
    assert "2 claims came first." in page
    assert "It takes no holds" in page
    wrong = form(lago) | {"secret_key": "another"}
    part = admin.post("/setup/billing/try", wrong, headers=HX).content.decode()
    assert part.lstrip().startswith("<div")
    assert "Look at the address, the login and the secrets." in part
    assert "In technical words:" in part
    assert "401" in part
    part = admin.post("/setup/billing/try", form(lago, name=""), headers=HX).content.decode()
    assert "Name: This field is required." in part
    assert not BillingSystem.objects.exists()


def test_a_system_that_cannot_be_read_says_so(admin: Client, adam: Actor, now: datetime) -> None:
    system = csv(adam, now)
    told = {"last_error": "the folder cannot be used", "error_kind": "busy"}
    BillingSystem.objects.update(**told, skipped=["claim R-3: no amount"])
    page = shown(admin, f"/setup/billing/{system.pk}")
    assert "It could not be read; it is tried again by itself. It is busy or has a fault." in page
    assert "In technical words:" in page
    assert 'lang="en">the folder cannot be used<' in page
    assert "claim R-3: no amount" in page
    assert "failing, tried again" in shown(admin, "/setup/billing")


def test_a_kept_system_is_tried_with_its_own_secret(admin: Client, lago: str) -> None:
    admin.post("/setup/billing/add", form(lago))
    system = BillingSystem.objects.get()
    typed = {"url": lago, "minutes": "15", "secret_key": "", "seen": str(system.version)}
    assert "2 claims came" in admin.post(f"/setup/billing/{system.pk}/try", typed).content.decode()
    changed = {**typed, "url": "https://nowhere.example.org", "minutes": "30"}
    assert admin.post(f"/setup/billing/{system.pk}/edit", changed).status_code == 302
    clash = admin.post(f"/setup/billing/{system.pk}/edit", {**changed, "url": "https://typed.example.org"})
    assert clash.status_code == 409
    assert "https://typed.example.org" in clash.content.decode()
    kept = BillingSystem.objects.get()
    assert (kept.config["url"], kept.interval_s) == ("https://nowhere.example.org", 1_800)
    assert secrets_of(kept) == {"key": KEY}
    wrong = admin.post(f"/setup/billing/{system.pk}/edit", {**changed, "minutes": "x", "seen": "2"})
    assert wrong.status_code == 422
    assert "Enter a whole number." in wrong.content.decode()


def test_a_webhook_shows_its_address_and_its_secrets_once(admin: Client) -> None:
    typed = {"adapter": "webhook", "name": "Books", "minutes": "15", "url": "https://billing.example.org"}
    answer = admin.post("/setup/billing/add", typed)
    system = BillingSystem.objects.get()
    made = secrets_of(system)
    page = answer.content.decode()
    assert all(secret in page for secret in made.values())
    assert "no-store" in answer["Cache-Control"]
    later = shown(admin, f"/setup/billing/{system.pk}")
    assert f"/hooks/{system.hook_key}/billing" in later
    assert not any(secret in later for secret in made.values())
    anew = admin.post(
        f"/setup/billing/{system.pk}/secret", {"seen": str(system.version), "secret": "their_secret"}
    )
    fresh = secrets_of(BillingSystem.objects.get())
    assert newest(fresh["their_secret"]) in anew.content.decode()
    assert (fresh["secret"] == made["secret"], fresh["their_secret"] == made["their_secret"]) == (True, False)


def test_a_folder_shows_where_it_is_and_its_columns(admin: Client, data: Path) -> None:
    typed = {"adapter": "csv", "name": "Files", "minutes": "5", "decimal_mark": ","}
    columns = "claim_id = Rechnung\n\ncustomer=Kundennummer"
    assert admin.post("/setup/billing/add", {**typed, "columns": "Rechnung"}).status_code == 422
    admin.post("/setup/billing/add", {**typed, "columns": columns})
    system = BillingSystem.objects.get()
    assert system.config["columns"] == {"claim_id": "Rechnung", "customer": "Kundennummer"}
    page = shown(admin, f"/setup/billing/{system.pk}")
    assert str(data / "billing" / str(system.pk)) in page
    assert "customer = Kundennummer" in page
    assert "Test the connection" not in page


def test_paused_resumed_read_now_and_removed(admin: Client, adam: Actor, now: datetime) -> None:
    system = webhook(adam, now)
    base = f"/setup/billing/{system.pk}"
    admin.post(f"{base}/pause", {"seen": "1"})
    assert BillingSystem.objects.get().paused
    assert admin.post(f"{base}/read-now", {}).status_code == 422
    admin.post(f"{base}/resume", {"seen": "2"})
    BillingSystem.objects.update(due_at=timezone.now() + timedelta(hours=9))
    admin.post(f"{base}/read-now", {})
    assert BillingSystem.objects.get().due_at <= timezone.now()
    page = admin.post(f"{base}/remove", {"seen": "3", "reason": ""}).content.decode()
    assert "expected why it is removed" in page
    admin.post(f"{base}/remove", {"seen": "3", "reason": "replaced"})
    assert not BillingSystem.objects.exists()


def test_the_list_costs_the_same_whatever_its_length(admin: Client, adam: Actor, now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(admin, "/setup/billing")
        return len(captured)

    csv(adam, now)
    customer = Customer.objects.create(number="4711", told_by="Files", told_at=now)
    Claim.objects.create(customer=customer, system="Files", key="R-1", told_at=now)
    queries()  # the first page of a session asks more
    few = queries()
    BillingSystem.objects.bulk_create(
        BillingSystem(name=f"Files {number}", adapter="csv", hook_key=f"{number}", created_at=now)
        for number in range(30)
    )
    assert queries() == few
