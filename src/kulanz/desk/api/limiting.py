"""How often somebody may ask: a bucket of tokens for everyone who asks, in the memory of this process."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Final

_MOST_KEYS: Final = 10_000


@dataclass(slots=True)
class Limiter:
    """Lets ``burst`` requests through at once and ``rate`` a second after that."""

    rate: float
    burst: int
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, key: str, now: float) -> float:
        """Take one and return 0, or return how many seconds until there is one again.

        ``now`` is a clock in seconds that never goes back.
        """
        with self._lock:
            left, at = self._left.get(key, (float(self.burst), now))
            left = min(float(self.burst), left + (now - at) * self.rate)
            allowed = left >= 1
            self._keep(key, left - 1 if allowed else left, now)
        return 0.0 if allowed else (1 - left) / self.rate

    def _keep(self, key: str, left: float, now: float) -> None:
        if len(self._left) >= _MOST_KEYS and key not in self._left:
            full = self.burst / self.rate  # who was silent so long has a full bucket again
            self._left = {known: kept for known, kept in self._left.items() if now - kept[1] < full}
        self._left[key] = (left, now)
