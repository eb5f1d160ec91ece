"""Somebody writes an answer in public: findings appear while they type, and with a button."""

from __future__ import annotations

from typing import Any, Final

from visitor import WORD, Visitor

from desk_site import DeskSite

IBAN: Final = "DE89 3704 0044 0532 0130 00"
FIELD: Final = "form[action$='/reply'] textarea"
PANEL: Final = "form[action$='/reply'] .check"


def conversation(browser: Any, desk: DeskSite, **look: Any) -> Visitor:
    visitor = Visitor(browser, desk.url, **look)
    visitor.log_in("bob", WORD)
    visitor.see("/search?q=Inkasso")
    visitor.follow(visitor.page.locator('main a[href^="/threads/"]').first)
    return visitor


def test_findings_appear_while_somebody_types(browser: Any, desk: DeskSite) -> None:
    bob = conversation(browser, desk)
    panel = bob.page.locator(PANEL)
    assert panel.inner_text() == ""
    bob.page.locator(FIELD).press_sequentially(
        f"Hallo, das Geld geht an {IBAN}. Bitte wenden Sie sich an den Support."
    )
    sends_away = panel.locator("li", has_text="sends away")
    sends_away.wait_for()
    assert "it cannot go out in public" in panel.inner_text()
    assert "Somebody else has to approve it" in panel.inner_text()
    assert bob.violations() == []
    typed = bob.page.locator(FIELD).input_value()
    sends_away.get_by_role("button", name="This is wrong").click()
    panel.locator("li", has_text="sends away").locator(".badge").wait_for()
    assert bob.page.locator(FIELD).input_value() == typed
    bob.page.locator(FIELD).fill("")
    panel.get_by_text("There are no words to check yet.").wait_for()
    bob.context.close()
    assert bob.complaints == []


def test_without_scripts_a_button_shows_them_and_keeps_the_words(browser: Any, desk: DeskSite) -> None:
    alice = Visitor(browser, desk.url, java_script_enabled=False, viewport={"width": 390, "height": 844})
    alice.see("/login/login/")
    alice.page.fill("[name=login]", "alice")
    alice.page.fill("[name=password]", WORD)
    alice.page.press("[name=password]", "Enter")
    alice.see("/search?q=Inkasso")
    alice.page.locator('main a[href^="/threads/"]').first.click()
    alice.page.fill(FIELD, f"Hallo, das Geld geht an {IBAN}.")
    alice.page.locator("form[action$='/reply']").get_by_role("button", name="Check", exact=True).click()
    assert "personal data" in alice.page.locator(PANEL).inner_text()
    assert alice.page.locator(FIELD).input_value() == f"Hallo, das Geld geht an {IBAN}."
    reveals = alice.page.locator(f"{PANEL} li", has_text="personal data")
    reveals.get_by_role("button", name="This is wrong").click()
    assert "marked as wrong" in alice.page.locator(PANEL).inner_text()
    assert alice.page.locator(FIELD).input_value() == f"Hallo, das Geld geht an {IBAN}."
    alice.context.close()
