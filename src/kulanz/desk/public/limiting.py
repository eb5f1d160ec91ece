"""How often somebody may ask a minute or a day: visits count by web process, what is sent by all together."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from threading import Lock
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from kulanz.desk.rules.networks import network_of

_MINUTE: Final = 60.0
_DAY: Final = 24 * 60 * _MINUTE


class PerMinute:
    """Counts by key within a minute; the next minute begins at none."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def allows(self, key: str, most: int, seconds: float) -> bool:
        """Count one more at a time in seconds; return whether it is within ``most``."""
        minute = int(seconds // _MINUTE)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, Counter()
            self._counts[key] += 1
            return self._counts[key] <= most

    def allows_of_all(self, key: str, most: int, seconds: float) -> bool:
        """Do the same over all web processes, for what is written to the database anyway."""
        named = f"a minute {key} {int(seconds // _MINUTE)}".replace(" ", ":")  # as caches want it
        return _counted(named, 2 * _MINUTE) <= most

    def allows_a_day(self, key: str, most: int, seconds: float) -> bool:
        """Do the same within a day; who asked is kept as a keyed number."""
        return _counted(_of_day(key, seconds), _DAY) <= most

    def forget_one(self, key: str, seconds: float) -> None:
        """Count one less of a day, where nothing was taken."""
        with suppress(ValueError):  # what cannot be kept is forgotten by the cache
            cache.decr(_of_day(key, seconds))

    def forget(self) -> None:
        """Begin at none."""
        cache.clear()
        with self._lock:
            self._counts = Counter()


def _of_day(key: str, seconds: float) -> str:
    return f"a:day:{salted_hmac('a day', key).hexdigest()}:{int(seconds // _DAY)}"


def _counted(key: str, seconds: float) -> int:
    cache.add(key, 0, seconds)
    return cache.incr(key)


def asked_from(request: HttpRequest) -> str:
    """Return the network that a request comes from, as a key to count by."""
    return f"from {network_of(str(request.META.get('REMOTE_ADDR', '')))}"
