"""What all web processes must know of each other for a while, as a cache of Django that lies in the database.

The login counts attempts in it, and notes which codes were used; pages for everybody count what is sent to
them. Kept in each process, all of that would hold for one process only. Keys, which hold addresses and names,
are kept as digests that only this desk can make.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import transaction
from django.utils.crypto import salted_hmac

from kulanz.desk.models import Shared

AT_ONCE: Final = 500
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class SharedCache(BaseCache):
    """Keeps what JSON can say; nothing that is read makes objects."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:  # noqa: ARG002 - as Django makes it
        super().__init__(params)

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep a value where there is none; of several at once one gets True."""
        digest, values = self._digest(key, version), self._values(value, timeout)
        if Shared.objects.filter(key=digest, expires_at__lte=_now()).update(**values):
            return True
        return Shared.objects.get_or_create(key=digest, defaults=values)[1]

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return a value whose time is not over."""
        found = Shared.objects.filter(key=self._digest(key, version), expires_at__gt=_now())
        packed = found.values_list("packed", flat=True).first()
        return default if packed is None else msgspec.msgpack.decode(bytes(packed))

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep a value in any case."""
        values = self._values(value, timeout)
        Shared.objects.update_or_create(key=self._digest(key, version), defaults=values)

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value for longer; return whether it is there."""
        found = Shared.objects.filter(key=self._digest(key, version), expires_at__gt=_now())
        return bool(found.update(expires_at=self._until(timeout)))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number and return it, also where others do just then; raise ValueError without one."""
        with transaction.atomic():
            rows = Shared.objects.filter(key=self._digest(key, version), expires_at__gt=_now())
            row = rows.select_for_update().first()
            if row is None:
                raise ValueError(f"expected a number that is kept as {key}, found none")
            value: int = msgspec.msgpack.decode(bytes(row.packed)) + delta
            rows.update(packed=msgspec.msgpack.encode(value))
        return value

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value; return whether it was there."""
        return bool(Shared.objects.filter(key=self._digest(key, version)).delete()[0])

    def clear(self) -> None:
        """Forget everything."""
        Shared.objects.all().delete()

    def _digest(self, key: str, version: int | None) -> str:
        named = self.make_key(key, version)
        return salted_hmac("kulanz.desk.shared", named, algorithm="sha256").hexdigest()

    def _values(self, value: Any, timeout: float | None) -> dict[str, Any]:
        return {"packed": msgspec.msgpack.encode(value), "expires_at": self._until(timeout)}

    def _until(self, timeout: float | None) -> datetime:
        until = self.get_backend_timeout(timeout)
        return _NEVER if until is None else datetime.fromtimestamp(until, UTC)


def forget_over(*, now: datetime) -> int:
    """Remove what has outlived its time; return how much."""
    over = list(Shared.objects.filter(expires_at__lte=now).values_list("pk", flat=True)[:AT_ONCE])
    return Shared.objects.filter(pk__in=over, expires_at__lte=now).delete()[0]


def _now() -> datetime:
    return datetime.now(UTC)
