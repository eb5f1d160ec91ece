"""Whoever finds a weakness finds whom to tell: /.well-known/security.txt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client

from kulanz.desk.conf import Conf, ConfError, read_conf
from kulanz.desk.public import security_txt

pytestmark = pytest.mark.any_database
NOW = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)
SET = {
    "KULANZ_URL": "https://desk.example.org",
    "KULANZ_LANGUAGE": "de",
    "KULANZ_SECURITY_CONTACT": "security@example.org",
    "KULANZ_SECURITY_POLICY": "https://example.org/reports",
}


def test_it_names_contact_end_languages_place_and_policy() -> None:
    assert security_txt.security_txt(read_conf(SET), NOW).splitlines() == [
        "Contact: mailto:security@example.org",
        "Expires: 2026-12-08T00:00:00Z",
        "Preferred-Languages: de, en",
        "Canonical: https://desk.example.org/.well-known/security.txt",
        "Policy: https://example.org/reports",
    ]


def test_it_is_there_once_somebody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(given: Conf) -> object:
        monkeypatch.setattr(security_txt, "conf", lambda: given)
        return Client().get("/.well-known/security.txt")

    named = read_conf(SET)
    assert ask(replace(named, security_contact="")).status_code == 404
    shown = ask(replace(named, public_pages=False))
    assert (shown.status_code, shown["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert not shown.cookies


@pytest.mark.parametrize(
    "wrong", ["http://example.org", "nobody", "https://", "a@b c", "a@b\nPolicy: x", "javascript:a@b"]
)
def test_a_contact_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ConfError, match="SECURITY_CONTACT"):
        read_conf({**SET, "KULANZ_SECURITY_CONTACT": wrong})
