"""The billing adapter of the how-to passes the suite, as the page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from saved_modules import saved

PAGE = "write-a-billing-adapter.md"

if not TYPE_CHECKING:
    saved(PAGE, "python", "ledger")
    TestLedger = saved(PAGE, "py", "test_ledger").TestLedger
    TestLedger.__module__ = __name__
