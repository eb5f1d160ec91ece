"""The help on keys: on every page, by its key and by a button, and true of the page it is on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

import pytest
from visitor import Visitor

from desk_site import DeskSite, desk_site
from discourse_site import SECRET

WORD: Final = "a long enough password"
SHOWN: Final = "dialog#keys div:not([hidden]) kbd"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Iterator[DeskSite]:
    with desk_site(tmp_path_factory.mktemp("keys")) as running:
        running.act("people", WORD)
        key = running.act("source", "push", "kontaktor", SECRET)
        posts = (sample / "threads" / "4711.jsonl").read_bytes()
        headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/x-ndjson"}
        request = Request(f"{running.url}/hooks/{key}/push", posts, headers)  # noqa: S310 - loopback only
        assert urlopen(request, timeout=60).status == 200  # noqa: S310 - loopback only
        running.act("work")
        yield running


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
