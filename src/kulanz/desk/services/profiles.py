"""Profiles that can still be worked with: neither erased nor merged into another one."""

from __future__ import annotations

from kulanz.desk.models import Person
from kulanz.desk.rules.errors import RuleError


def held(person: Person) -> Person:
    """Return a profile as it is now, held until the transaction ends: nobody erases or merges it meanwhile.

    Raise RuleError where somebody has done so already.
    """
    current = Person.objects.select_for_update().filter(pk=person.pk).first()
    if current is None:
        raise RuleError("this person was erased: make a new profile if you need one")
    not_merged(current)
    return current


def not_erased(person: Person) -> None:
    """Raise RuleError where nothing is left of a profile but its pseudonym."""
    if person.erased_at is not None:
        raise RuleError("this person was erased: make a new profile if you need one")


def not_merged(person: Person) -> None:
    """Raise RuleError where a profile was erased or merged into another one."""
    not_erased(person)
    if person.merged_into_id is not None:
        raise RuleError(
            "%(name)r was merged into another profile: use that one, or undo the merge", name=person.name
        )
