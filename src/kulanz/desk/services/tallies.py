"""What workers count while they work, written to the database now and then: any web process can tell it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from kulanz.desk.models import Tally
from kulanz.desk.rules.tallies import place_of

EVERY: Final = timedelta(seconds=10)
SUM: Final = "sum"


class Tallies:
    """The counts of one process that are not written yet, by name and label.

    Labels come from small closed sets (jobs, connectors, limits of buckets), never from what was read.
    """

    def __init__(self) -> None:
        self._counts: defaultdict[tuple[str, str], float] = defaultdict(float)
        self._written_at: datetime | None = None

    def count(self, name: str, label: str = "", amount: float = 1.0) -> None:
        self._counts[name, label] += amount

    def observe(self, name: str, seconds: float) -> None:
        """Count one duration into the bucket it belongs to, and into the sum."""
        self.count(name, place_of(seconds))
        self.count(name, SUM, seconds)

    def write_due(self, *, now: datetime) -> int:
        """Write at most every ten seconds; return 0, for nothing was due."""
        if self._written_at is None or not now - EVERY < self._written_at <= now:
            self.write()
            self._written_at = now
        return 0

    def write(self) -> None:
        """Add what was counted to what stands in the database; where that fails, keep it for the next time.

        In one order always, so that two workers do not wait for each other.
        """
        waiting = {key: amount for key, amount in sorted(self._counts.items()) if amount}
        if not waiting:
            return
        with transaction.atomic():
            for (name, label), amount in waiting.items():
                _add(name, label, amount)
        self._counts.clear()


def _add(name: str, label: str, amount: float) -> None:
    more = {"amount": F("amount") + amount}
    if not Tally.objects.filter(name=name, label=label).update(**more):
        Tally.objects.bulk_create([Tally(name=name, label=label)], ignore_conflicts=True)
        Tally.objects.filter(name=name, label=label).update(**more)


TALLIES: Final = Tallies()
"""Those of this process."""
