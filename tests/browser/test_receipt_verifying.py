"""A receipt is verified in the browser, and compared with what somebody saved."""

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
