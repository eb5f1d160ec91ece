"""The help on keys: on every page, by its key and by a button, and true of the page it is on."""

from __future__ import annotations

from typing import Any, Final

from visitor import WORD, Visitor

from desk_site import DeskSite

SHOWN: Final = "dialog#keys div:not([hidden]) kbd"


def keys(visitor: Visitor) -> list[str]:
    return [str(each) for each in visitor.page.locator(SHOWN).all_inner_texts()]


def test_help_names_the_keys_of_its_page(browser: Any, desk: DeskSite) -> None:
    bob = Visitor(browser, desk.url)
    bob.log_in("bob", WORD)
    bob.see("/?days=0")
    bob.page.keyboard.press("?")
    assert keys(bob) == ["j", "k", "Enter", "t", "f", "/", "?"]
    assert bob.violations() == []
    bob.page.keyboard.press("t")
    assert bob.page.locator("dialog#keys").is_visible(), "a key does nothing behind the help"
    bob.page.keyboard.press("Escape")
    bob.see("/preferences")
    button = bob.page.locator("footer").get_by_role("button", name="Keys")
    bob.reach(button)
    bob.page.keyboard.press("Enter")
    assert keys(bob) == ["/", "?"]
    bob.page.get_by_role("button", name="Close").click()
    assert not bob.page.locator("dialog#keys").is_visible()
    assert button.evaluate("button => button === document.activeElement")
    bob.context.close()
    assert bob.complaints == []


def test_without_scripts_nothing_offers_keys(browser: Any, desk: DeskSite) -> None:
    visitor = Visitor(browser, desk.url, java_script_enabled=False)
    visitor.log_in("bob", WORD)
    assert not visitor.page.get_by_role("button", name="Keys").is_visible()
    visitor.context.close()
