"""Politeness: how often one host is asked, and how long is waited after a refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """How a source is treated; times in seconds.

    ``interval`` lies at least between two requests to one host. A request that fails for a while
    is tried ``attempts`` times; the waits between them double from ``first_wait`` with jitter,
    or are what the server asks for. A wait longer than ``longest_wait`` is left to the caller.
    """

    interval: float = 1.0
    attempts: int = 4
    first_wait: float = 2.0
    longest_wait: float = 60.0

    def back_off(self, failures: int, chance: float) -> float:
        """Return the wait after so many failures: half of it fixed, half by ``chance`` (0..1)."""
        full = min(self.first_wait * 2.0 ** min(failures - 1, 30), self.longest_wait)
        return full / 2 + full / 2 * chance


class HostPace:
    """Remembers when each host may be asked again; ``clock`` only ever rises."""

    def __init__(self, pacing: Pacing, clock: Callable[[], float]) -> None:
        self._pacing = pacing
        self._clock = clock
        self._ready_at: dict[str, float] = {}

    def wait_for(self, host: str) -> float:
        """Return how many seconds the host must still be left alone."""
        return max(0.0, self._ready_at.get(host, 0.0) - self._clock())

    def asked(self, host: str) -> None:
        """Note that the host is asked now."""
        self.rest(host, self._pacing.interval)

    def rest(self, host: str, seconds: float) -> None:
        """Leave the host alone for so many seconds from now, or longer where that was said."""
        self._ready_at[host] = max(self._ready_at.get(host, 0.0), self._clock() + seconds)
