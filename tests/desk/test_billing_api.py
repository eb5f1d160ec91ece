"""Billing systems by the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from api_client import Program
from billing_people import KEY, LagoServer

from kulanz.desk.conf import conf
from kulanz.desk.models import BillingSystem, Member
from kulanz.desk.rules.rotation import newest
from kulanz.desk.services import billing_adapters
from kulanz.desk.services.billing_adapters import secrets_of
from kulanz.testing.recorded import AnyPath

pytestmark = pytest.mark.django_db
HERE = "/billing-systems"


@pytest.fixture
def adam_by_api(members: dict[str, Member], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Program:
    changed = replace(conf(), data=tmp_path, allow_private=("127.0.0.1",))
    monkeypatch.setattr(billing_adapters, "conf", lambda: changed)
    return Program(members["adam"])


@pytest.fixture
def lago() -> Iterator[dict[str, Any]]:
    with AnyPath(LagoServer(["1", "2"]).take) as server:
        yield {"name": "Lago", "adapter": "lago", "config": {"url": server.url}, "secrets": {"key": KEY}}


def test_connected_tried_changed_paused_and_removed(adam_by_api: Program, lago: dict[str, Any]) -> None:
    program = adam_by_api
    assert program.post(f"{HERE}/try", lago).json() == {
        "works": True, "claims": 2, "more": False, "holds": False, "problems": [],
        "error": "", "error_kind": "",
    }  # fmt: skip
    assert not BillingSystem.objects.exists()
    made = program.post(HERE, lago)
    assert made.status_code == 201
    assert KEY not in made.content.decode()
    at = f"{HERE}/{made.json()['system']['id']}"
    assert program.post(f"{at}/try", {}).json()["claims"] == 2
    wrong = program.post(f"{at}/try", {"secrets": {"key": "another"}}).json()
    assert (wrong["works"], "401" in wrong["error"]) == (False, True)
    changed = program.ask("PATCH", at, {"interval_s": 600, "seen": 1}).json()
    assert (changed["interval_s"], changed["config"], changed["version"]) == (600, lago["config"], 2)
    assert secrets_of(BillingSystem.objects.get()) == {"key": KEY}
    assert program.post(f"{at}/pause", {"seen": 1}).status_code == 409
    assert program.post(f"{at}/pause", {"seen": 2}).json()["paused"]
    assert program.post(f"{at}/read-now").status_code == 422
    assert not program.post(f"{at}/resume", {"seen": 3}).json()["paused"]
    assert program.post(f"{at}/read-now").status_code == 204
    health = {"health": "new", "claims": 0, "holds": 0, "letters": 0}
    assert program.get(f"{at}/health").json() == health
    assert program.get(f"{at}/hook").json() == {"address": ""}
    listed = program.get(HERE)
    assert [each["name"] for each in listed.json()["items"]] == ["Lago"]
    assert "sealed" not in listed.content.decode()
    assert program.post(f"{at}/remove", {"seen": 4, "reason": "replaced"}).status_code == 204
    assert not BillingSystem.objects.exists()


def test_secrets_that_were_made_are_told_once(adam_by_api: Program) -> None:
    wanted = {"name": "Books", "adapter": "webhook", "config": {"url": "https://billing.example.org"}}
    once = {"Idempotency-Key": "connect-books"}
    first = adam_by_api.post(HERE, wanted, **once).json()
    system = BillingSystem.objects.get()
    assert first["secrets"] == secrets_of(system)
    assert adam_by_api.post(HERE, wanted, **once).json()["secrets"] == {"secret": "", "their_secret": ""}
    at = f"{HERE}/{system.pk}"
    assert adam_by_api.get(f"{at}/hook").json()["address"].endswith(f"/hooks/{system.hook_key}/billing")
    assert system.hook_key not in adam_by_api.get(at).content.decode()
    anew = adam_by_api.post(f"{at}/secret", {"name": "secret", "seen": 1}).json()["secrets"]
    assert anew == {"secret": newest(secrets_of(BillingSystem.objects.get())["secret"])}
    assert anew["secret"] != first["secrets"]["secret"]


@pytest.mark.parametrize(
    "changed",
    [{"adapter": "sap"}, {"config": {"url": "x"}}, {"config": {}}, {"secrets": {}}, {"name": ""}],
)
def test_what_no_billing_system_is(
    adam_by_api: Program, lago: dict[str, Any], changed: dict[str, Any]
) -> None:
    assert adam_by_api.post(HERE, lago | changed).status_code == 422
    assert not BillingSystem.objects.exists()
