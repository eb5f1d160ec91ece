"""What was counted of a person is forgotten, as they object to it."""

from __future__ import annotations

from kulanz.desk.models import AccountStanding, Person


def forget_counts(person: Person) -> None:
    """Delete the standing and the reach of all accounts of a person; none are counted while they object."""
    AccountStanding.objects.filter(account__person=person).delete()
