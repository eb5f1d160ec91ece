"""Whose address counts against wrong passwords: the proxy's word is taken, a stranger's is not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
import requests

from desk_site import DeskSite, make, served
from servers.frame import free_port

pytestmark = pytest.mark.any_database

TOO_MANY = "Too many failed login attempts"


def wrong_passwords(desk: str, numbers: Iterable[int], referer: str = "") -> str:
    """Try names with a wrong password, each said to come from another address; return the last answer."""
    for number in numbers:
        visitor = requests.Session()
        page = visitor.get(f"{desk}/login/login/")
        given = {
            "csrfmiddlewaretoken": visitor.cookies["csrftoken"],
            "login": f"nobody{number}",
            "password": "not the password",
        }
        said = {"X-Forwarded-For": f"192.0.2.{number}", "Referer": referer or page.url}
        answer = visitor.post(page.url, given, headers=said)
    return answer.text


def test_an_address_is_believed_from_the_proxy_alone(tmp_path: Path) -> None:
    desk = DeskSite(tmp_path, free_port(), {})
    make(desk)
    for proxy, told_apart in (("127.0.0.1", True), ("192.0.2.200", False), ("", False)):
        desk.env["KULANZ_TRUSTED_PROXY"] = proxy
        with served(desk, workers=0):
            assert (TOO_MANY not in wrong_passwords(desk.url, range(11))) is told_apart
