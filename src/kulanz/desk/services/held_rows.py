"""Whose data it is, and what a row of it looks like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from kulanz.desk.models import Account, Person
from kulanz.desk.rules.data_catalogue import CLASSES, DataClass
from kulanz.desk.services.masking_others import Others

Row: TypeAlias = dict[str, Any]
"""Values by field; the fields are those of the class in ``rules.data_catalogue``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A person with all that is theirs; ``others`` masks the names of everybody else.

    There is no ``person`` where somebody proved nothing but an account: ``classes`` are those of it.
    """

    person: Person | None
    profiles: tuple[Person, ...]
    accounts: tuple[Account, ...]
    cases: tuple[int, ...]
    others: Others
    now: datetime
    classes: tuple[DataClass, ...] = CLASSES
