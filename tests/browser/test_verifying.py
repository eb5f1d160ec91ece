"""The log is verified in the browser: what nobody has touched passes, one changed tile does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from visitor import Visitor

from desk_site import DeskSite, desk_site


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    settings = {"KULANZ_PUBLIC_PAGES": "yes"}
    with desk_site(tmp_path_factory.mktemp("log"), settings=settings) as running:
        running.act("people", "a long enough password")
        yield running


@pytest.fixture(scope="module")
def leaf(desk: DeskSite) -> str:
    return str(desk.act("log_of_one"))


def verified(visitor: Visitor, leaf: str) -> str:
    visitor.see(f"/record/{leaf}?lang=en")
    visitor.page.get_by_role("button", name="Verify in this browser").press("Enter")
    visitor.page.locator("#verify-here li").last.wait_for()
    return str(visitor.page.locator("#verify-here").inner_text())


def test_an_entry_is_verified_until_a_tile_is_changed(desk: DeskSite, leaf: str, browser: Any) -> None:
    visitor = Visitor(browser, desk.url)
    assert "Verified: the entry is in the log, unchanged." in verified(visitor, leaf)
    tile = next((desk.folder / "data" / "log" / "tile" / "0").rglob("*.p/*"))
    kept = tile.read_bytes()
    tile.write_bytes(bytes([kept[0] ^ 1]) + kept[1:])
    fresh = Visitor(browser, desk.url)
    told = verified(fresh, leaf)
    assert "Not verified" in told
    assert "was changed" in told
    tile.write_bytes(kept)
    for each in (visitor, fresh):
        each.context.close()
    assert visitor.complaints + fresh.complaints == []


def test_a_receipt_is_verified_in_the_browser_and_compared_with_a_saved_post(
    desk: DeskSite, leaf: str, browser: Any, tmp_path: Path
) -> None:
    right, wrong = tmp_path / "mine.tlog-proof", tmp_path / "wrong.tlog-proof"
    right.write_text(desk.act("receipt", leaf))
    wrong.write_text(right.read_text().replace("index 1", "index 0"))
    visitor = Visitor(browser, desk.url)
    visitor.see("/receipt?lang=en")
    for file, wanted in ((wrong, "Not verified"), (right, "Verified in your browser")):
        visitor.page.set_input_files("#receipt", file)
        visitor.page.locator("#verify-here [role=status]").filter(has_text=wanted).wait_for()
    visitor.page.fill("#text", "Three reminders for seven euros!")
    visitor.follow(visitor.page.get_by_role("button", name="Check"))
    assert "All of it is right" in visitor.text()
    assert visitor.context.cookies() == []
    visitor.context.close()
    assert visitor.complaints == []
