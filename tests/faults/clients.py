"""Clients whose time is not real: a wait passes at once, and is remembered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kulanz.sources.web.client import HttpClient, Pacing, WebLimits
from kulanz.sources.web.network import AddressPolicy

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class FakeTime:
    """A clock that only ``sleep`` moves."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def clock(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


def client(time: FakeTime | None = None, **changes: Any) -> HttpClient:
    """A client that may use loopback and waits for nothing; ``changes`` are its arguments."""
    time = time or FakeTime()
    given: dict[str, Any] = {
        "policy": AddressPolicy(("127.0.0.1",)),
        "limits": WebLimits(connect_seconds=5, read_seconds=5, total_seconds=10),
        "pacing": Pacing(interval=0, attempts=2),
        "contact": "https://example.org/about",
        "now": time.now,
        "sleep": time.sleep,
        "random": lambda: 0.5,
        "clock": time.clock,
    }
    return HttpClient(**{**given, **changes})
