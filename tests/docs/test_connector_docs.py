"""The connector of the how-to passes the suite, as the page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from saved_modules import saved

from kulanz.sources.connectors import CONNECTORS

PAGE = "write-a-connector.md"

if not TYPE_CHECKING:
    saved(PAGE, "python", "plauder")

    class TestPlauder(saved(PAGE, "py", "test_plauder").TestPlauder):
        @pytest.fixture(autouse=True)
        def registered(self, monkeypatch: pytest.MonkeyPatch) -> None:
            monkeypatch.setitem(CONNECTORS, "plauder", "plauder")
