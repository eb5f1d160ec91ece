"""How every row of the settings is written: checked, with an eye on its version, and with an event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError

from kulanz.desk.models.base import Versioned
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.changing import change
from kulanz.desk.services.events import record

LONGEST_NAME: Final = 120
_Row = TypeVar("_Row", bound=Versioned)


def keep(
    actor: Actor,
    row: _Row,
    seen: int,
    now: datetime,
    values: Mapping[str, Any],
    *,
    hidden: Collection[str] = (),
) -> _Row:
    """Write a new row, or change one that still has the version ``seen``, and record it.

    Of ``hidden`` fields it is recorded that they changed, not to what. Raise RuleError where another row
    has the name already, ConflictError where somebody was faster.
    """
    is_new = row.pk is None
    before = {} if is_new else _told(row, values)
    try:
        with transaction.atomic():
            written = _made(row, values) if is_new else change(row, seen, **values)
            after = _told(written, values)
            changed = {
                name: [None, None] if name in hidden else [before.get(name), told]
                for name, told in after.items()
                if before.get(name) != told
            }
            record(actor, "make" if is_new else "edit", written, now=now, data=changed)
    except IntegrityError as error:
        raise _taken(row, str(values.get("name", values.get("value", "")))) from error
    return written


def drop(actor: Actor, row: Model, now: datetime) -> None:
    """Remove a row, and record what it was called; raise RuleError where something still needs it."""
    with transaction.atomic():
        record(actor, "remove", row, now=now, data={"name": str(row)})
        try:
            row.delete()
        except ProtectedError as error:
            raise RuleError(
                "%(row)r is still in use: give what uses it something else first", row=str(row)
            ) from error


def named(name: str) -> str:
    """Return a name without space around it; raise RuleError where nothing is left, or too much."""
    words = " ".join(name.split())
    if not 0 < len(words) <= LONGEST_NAME:
        raise RuleError(
            "name: expected 1 to %(most)s characters, got %(length)s", most=LONGEST_NAME, length=len(words)
        )
    return words


def one_of(what: str, value: str, allowed: Collection[str]) -> str:
    if value not in allowed:
        raise RuleError(
            "%(what)s: expected one of %(allowed)s, got %(value)r",
            what=what,
            allowed=", ".join(allowed),
            value=value,
        )
    return value


def zone_named(name: str) -> str:
    """Return a time zone's name; raise RuleError where there is no such zone."""
    if name not in available_timezones():
        raise RuleError("time zone: expected a name like Europe/Berlin, got %(name)r", name=name[:64])
    return name


def _told(row: Model, names: Iterable[str]) -> dict[str, str]:
    """Return fields as events tell them; what is sealed is hidden, but whether it changed is seen."""
    found = {name: getattr(row, name) for name in names}
    return {
        name: bytes(value).hex() if isinstance(value, memoryview | bytes) else str(value)
        for name, value in found.items()
    }


def _made(row: _Row, values: Mapping[str, Any]) -> _Row:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def _taken(row: Model, name: str) -> RuleError:
    noun = row._meta.verbose_name  # noqa: SLF001 - Django's own way to the name
    return RuleError("there is a %(noun)s %(name)r already: choose another name", noun=noun, name=name)
