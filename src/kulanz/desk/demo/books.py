"""The billing system of the invented company: it puts files into a folder, and answers what is ordered there.

What it writes is what a real one would; the desk's own worker reads it and writes the orders.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from kulanz.desk.demo.story import days_as_if_now
from kulanz.desk.queries.holds import day_of
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services.billing_adapters import inbox_path
from kulanz.desk.services.billing_systems import Wanted, add, read_now
from kulanz.desk.worker import JOBS, run_once
from kulanz.sources.sample_community import sample_folder

CONFIG: Final[Mapping[str, Any]] = {
    "decimal_mark": ",",
    "columns": {
        "claim_id": "Rechnung",
        "customer": "Kunde",
        "amount": "Offen",
        "currency": "Währung",
        "due_on": "Fällig am",
        "level": "Mahnstufe",
        "text": "Posten",
        "settled": "Erledigt",
    },
}
_WRITTEN: Final = timedelta(minutes=1)
"""So long before a moment the files were put down that the worker finds then."""
_NAMES: Final = frozenset({"billing", "customers", "gestures", "hold proposals", "holds", "tables"})
_JOBS: Final = tuple(job for job in JOBS if job.name in _NAMES)


def work(now: datetime) -> None:
    """Have the worker do what is due at a moment with customers, claims, holds and gestures."""
    run_once(now, _JOBS)


class Books:
    """The folder of files, as billing sees it, and the desk's row for it."""

    def __init__(self, actor: Actor, name: str, today: datetime, now: datetime) -> None:
        self._actor = actor
        self._today = day_of(today)
        self.system, _ = add(actor=actor, wanted=Wanted(name=name, adapter="csv", config=CONFIG), now=now)
        work(now)  # the folder is made

    def send(self, kind: str, name: str, now: datetime) -> None:
        """Put a table of the sample down, its days moved as the posts are, and have the worker read it."""
        told = (sample_folder() / "billing" / name).read_text("utf-8")
        self._put(kind, name, days_as_if_now(told, self._today), now)
        read_now(actor=self._actor, system=self.system, now=now)
        work(now)

    def answer(self, key: str, state: str, text: str, now: datetime) -> None:
        """Take an order out of the folder and answer it; the worker finds that at ``now``."""
        (order,) = self._folder.glob(f"out/{key}-*.csv")
        with order.open(encoding="utf-8", newline="") as lines:
            (row,) = csv.DictReader(lines)
        order.unlink()
        kind = "gestures" if row["act"] == "give" else "confirmations"
        self._put(kind, f"{key}.csv", f'key;state;text\n{row["key"]};{state};"{text}"\n', now)
        work(now)

    @property
    def _folder(self) -> Path:
        return inbox_path(self.system)

    def _put(self, kind: str, name: str, text: str, now: datetime) -> None:
        path = self._folder / "in" / kind / name
        path.write_text(text, "utf-8")
        written = (now - _WRITTEN).timestamp()
        os.utime(path, (written, written))
