"""The status page in a browser: handed over at the desk, read and answered on a phone without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from visitor import WORD, Visitor

from desk_site import DeskSite, desk_site

PHONE: Final = {"viewport": {"width": 390, "height": 844}, "locale": "de-DE"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    with desk_site(tmp_path_factory.mktemp("status")) as running:
        running.act("people", WORD)
        yield running


@pytest.fixture
def bob(browser: Any, desk: DeskSite) -> Iterator[Visitor]:
    visitor = Visitor(browser, desk.url)
    visitor.log_in("bob", WORD)
    yield visitor
    visitor.context.close()


def handed_over(bob: Visitor, case: int) -> str:
    """Hand a case over by keyboard, and return the path of the link."""
    bob.see(f"/cases/{case}")
    bob.submit("/handover", language="en")
    assert "You will hear from me by" in bob.page.locator("textarea[id^=text-]").first.input_value()
    return str(bob.page.input_value("#status-link")).removeprefix(bob.url)


def test_it_is_read_and_answered_without_scripts(browser: Any, desk: DeskSite, bob: Visitor) -> None:
    case = desk.act("promised_case", "Rolf")
    link = handed_over(bob, case)
    rolf = Visitor(browser, desk.url, java_script_enabled=False, **PHONE)
    assert rolf.see(link) == 200
    assert "Bob Beispiel" in rolf.text()
    assert "I call you" in rolf.text()
    rolf.page.fill("#answer-text", "Thank you, Thursday suits me.")
    rolf.follow(rolf.page.locator("#answer form button").first)
    assert rolf.page.locator("#told").is_visible()
    assert rolf.context.cookies() == []
    assert rolf.complaints == []
    rolf.context.close()
    bob.see(f"/cases/{case}")
    assert "Thank you, Thursday suits me." in bob.text()
    bob.see(link)
    assert bob.page.locator("form button:not([disabled])").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(browser: Any, desk: DeskSite, bob: Visitor, scheme: str) -> None:
    link = handed_over(bob, desk.act("promised_case", f"Anna {scheme}"))
    for look in (PHONE, {"viewport": {"width": 1280, "height": 900}}):
        anna = Visitor(browser, desk.url, color_scheme=scheme, bypass_csp=True, **look)
        for lang in ("de", "en"):
            anna.see(f"{link}?lang={lang}")
            assert (anna.violations(), anna.too_wide()) == ([], 0)
        assert anna.complaints == []
        anna.context.close()


def test_the_link_is_copied(browser: Any, desk: DeskSite) -> None:
    bob = Visitor(browser, desk.url, permissions=["clipboard-read", "clipboard-write"])
    bob.log_in("bob", WORD)
    link = handed_over(bob, desk.act("promised_case", "Carl"))
    bob.page.get_by_role("button", name="Copy the link").click()
    bob.page.get_by_role("button", name="Copied").wait_for()
    assert bob.page.evaluate("navigator.clipboard.readText()") == bob.url + link
    bob.context.close()
