"""Who may ask only so often is a network: an IPv6 address that changes within it is nobody new."""

from __future__ import annotations

from types import ModuleType

import pytest
from django.test import Client

from kulanz.desk.api import middleware
from kulanz.desk.api.limiting import Limiter
from kulanz.desk.public import appeals, my_data, receipts, status_pages
from kulanz.desk.rules.networks import network_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_a_network_is_what_one_person_has(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("module", "limit", "path"),
    [
        (appeals, "VISITS", "/appeal"),
        (my_data, "VISITS", "/my-data"),
        (receipts, "CHECKS", "/receipts/x.tlog-proof"),
        (status_pages, "VISITS", "/status/x"),
    ],
)
def test_every_public_door_counts_networks(
    module: ModuleType, limit: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, limit, 2)
    moment = module.timezone.now()
    monkeypatch.setattr(module.timezone, "now", lambda: moment)
    asked = [Client().get(path, REMOTE_ADDR=f"2001:db8::{number}") for number in range(1, 4)]
    assert [each.status_code == 429 for each in asked] == [False, False, True]
    assert asked[-1]["Retry-After"] == "60"
    assert Client().get(path, REMOTE_ADDR="2001:db8:0:1::1").status_code != 429


def test_strangers_at_the_api_are_counted_by_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "STRANGERS", Limiter(rate=0.01, burst=2))
    asked = [Client().get("/api/v1/radar", REMOTE_ADDR=f"2001:db8::{number}") for number in range(1, 4)]
    assert [each.status_code for each in asked] == [401, 401, 429]


def test_wrong_passwords_are_counted_by_network() -> None:
    given = {"login": "nobody", "password": "not the password"}
    for number in range(10):
        Client().post("/login/login/", {**given, "login": f"n{number}"}, REMOTE_ADDR=f"2001:db8:9::{number}")
    refused = Client().post("/login/login/", {**given, "login": "m"}, REMOTE_ADDR="2001:db8:9::ffff")
    assert "Too many failed login attempts" in refused.content.decode()
