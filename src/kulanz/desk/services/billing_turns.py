"""A turn of the worker at billing systems: what holds and gestures that are ordered there have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from typing import Final, TypeVar

from kulanz.billing import BillingAdapter, BillingError, TryAgainError, UnreachableError
from kulanz.desk.models import BillingSystem
from kulanz.desk.models.base import Due
from kulanz.desk.queries.holds import hold_rules
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.plain import plain
from kulanz.desk.services.claiming import waiting

Adapters = Callable[[BillingSystem, datetime], AbstractContextManager[BillingAdapter]]
"""Opens the adapter of a billing system (``billing_adapters.adapter_for``)."""
_Row = TypeVar("_Row", bound=Due)
_LONGEST_WAIT: Final = timedelta(days=1)


class Lines:
    """The billing systems of one turn: each is opened once, and left alone when it does not answer."""

    def __init__(self, adapters: Adapters, now: datetime, turn: ExitStack) -> None:
        self._adapters, self._now, self._turn = adapters, now, turn
        self._opened: dict[int, BillingAdapter] = {}
        self._down: dict[int, BillingError] = {}

    def to(self, system: BillingSystem) -> BillingAdapter:
        """Return a billing system; raise what it answered last where it is down."""
        if (down := self._down.get(system.pk)) is not None:
            raise down
        if system.pk not in self._opened:
            self._opened[system.pk] = self._turn.enter_context(self._adapters(system, self._now))
        return self._opened[system.pk]

    def failed(self, system: BillingSystem, error: Exception) -> None:
        """Wait no longer for one that nobody reaches: each row of it would take as long."""
        if isinstance(error, UnreachableError) or (isinstance(error, TryAgainError) and error.retry_after):
            self._down[system.pk] = error


def tell_each(
    rows: Sequence[_Row], tell: Callable[[_Row, Lines], None], *, adapters: Adapters, now: datetime
) -> None:
    """Tell billing of claimed rows, one after the other."""
    with ExitStack() as turn:
        lines = Lines(adapters, now, turn)
        for row in rows:
            # whoever decides on it at this moment is faster: theirs stays, and is due by itself
            with suppress(ConflictError):
                tell(row, lines)


@contextmanager
def asking(adapters: Adapters, system: BillingSystem, now: datetime) -> Iterator[BillingAdapter]:
    """Open a billing system for a question; raise RuleErrors for what it answers instead."""
    try:
        with adapters(system, now) as adapter:
            yield adapter
    except BillingError as error:
        raise RuleError("billing: %(problem)s", problem=error) from error


def between_checks() -> timedelta:
    """Return how long billing is not asked how things stand that it has confirmed."""
    return timedelta(hours=hold_rules().check_hours)


def rest(row: Due) -> timedelta:
    """Return how long billing is left alone: longer each time, and not longer than between two checks."""
    return min(waiting(row), between_checks())


def later(row: Due, at: datetime | None, error: str = "", **values: object) -> None:
    """Set when a row is due again, unless somebody has woken or decided on it meanwhile."""
    ours = type(row)._default_manager.filter(pk=row.pk, due_at=row.due_at)  # noqa: SLF001 - Django's own name
    ours.update(due_at=at, last_error=plain(error)[:2000], **values)


def put_off(row: Due, error: Exception, now: datetime) -> None:
    """Try a row again later: when billing says so, and not before it has rested."""
    seconds = getattr(error, "retry_after", None) or 0
    asked = timedelta(seconds=min(seconds, _LONGEST_WAIT.total_seconds()))
    later(row, now + max(asked, rest(row)), str(error))
