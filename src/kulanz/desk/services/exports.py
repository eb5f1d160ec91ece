"""What every table that is taken along has in common: pseudonyms, and cells that are no formulas."""

from __future__ import annotations

import csv
import hmac
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from kulanz.desk.services.sealing import derived_keys

_PSEUDONYM: Final = 12
_NO_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def as_csv(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV; no spreadsheet takes a cell for a formula."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(map(_harmless, line) for line in lines)
    return out.getvalue()


def alias(noun: str, pk: int | None) -> str:
    """A pseudonym that the desk alone can make again, the same in every table."""
    key = derived_keys("pseudonyms of exports")[0]
    return hmac.digest(key, f"{noun} {pk}".encode(), "sha256").hex()[:_PSEUDONYM]


def _harmless(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_NO_FORMULA) else text
