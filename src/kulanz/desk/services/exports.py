"""What every table that is taken along has in common: pseudonyms, and cells that are no formulas."""

from __future__ import annotations

import csv
import hmac
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from kulanz.core.cells import harmless
from kulanz.desk.services.sealing import derived_keys

_PSEUDONYM: Final = 12


def as_csv(columns: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV; no spreadsheet takes a cell for a formula."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([harmless(str(cell)) for cell in line] for line in lines)
    return out.getvalue()


def alias(noun: str, pk: int | str | None) -> str:
    """A pseudonym that the desk alone can make again, the same in every table."""
    key = derived_keys("pseudonyms of exports")[0]
    return hmac.digest(key, f"{noun} {pk}".encode(), "sha256").hex()[:_PSEUDONYM]
