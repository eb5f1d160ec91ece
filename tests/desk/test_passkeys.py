"""A passkey in a real browser with a virtual authenticator: added, and logged in with, without a password."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from kulanz.desk.models import Member

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, which the lock names")
PASSWORD = "a long enough password"  # noqa: S105 - of invented people, as their fixture has it
KEY_IN_THE_MACHINE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_added_and_lets_a_member_in(
    live_server: LiveServer, members: dict[str, Member], chromium: str
) -> None:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        link = page.context.new_cdp_session(page)
        link.send("WebAuthn.enable")
        link.send("WebAuthn.addVirtualAuthenticator", {"options": KEY_IN_THE_MACHINE})
        walk(page, live_server.url)
        browser.close()


def walk(page: Any, desk: str) -> None:
    page.goto(f"{desk}/login/login/")
    page.get_by_label("Login").fill("bob")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.goto(f"{desk}/login/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/**")
    page.context.clear_cookies()
    page.goto(f"{desk}/login/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(f"{desk}/")
    assert page.get_by_role("heading", name="Radar").is_visible()
