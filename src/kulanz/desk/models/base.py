"""What several nouns have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models


class Versioned(models.Model):
    """A row that two people may want to change: ``version`` rises with every change.

    A service writes with a condition on the version that its caller has seen, and raises
    ConflictError where somebody was faster.
    """

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Due(models.Model):
    """A row that the worker has to do something about at ``due_at``; None means nothing.

    Claimed by a conditional UPDATE that moves ``due_at`` ahead, so that a worker which dies leaves the row
    to the next one. ``attempts`` counts since the last success.
    """

    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        abstract = True


def one_of(field: str, values: Sequence[str], name: str) -> models.CheckConstraint:
    """A constraint that a text field holds one of some words."""
    condition: Any = models.Q(**{f"{field}__in": list(values)})
    return models.CheckConstraint(condition=condition, name=name)


def share(field: str, name: str) -> models.CheckConstraint:
    """A constraint that a number lies in 0..1, or is missing."""
    inside = models.Q(**{f"{field}__gte": 0, f"{field}__lte": 1})
    return models.CheckConstraint(condition=inside | models.Q(**{f"{field}__isnull": True}), name=name)
