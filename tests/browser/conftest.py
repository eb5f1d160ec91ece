"""A real browser before a real desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("django", reason="the desk needs the extra desk: pip install 'kulanz[desk]'")
playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, which the lock names")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """A Chromium without a screen."""
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()
