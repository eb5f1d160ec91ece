"""The company's language model, and who is masked by which name in what it is told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from kulanz.desk.models import Account, Case, Erasure, Issue, LanguageModel, Thread

MOST_THREADS: Final = 5
"""Of an issue so many conversations are summarised, those with the highest scores."""


def language_model() -> LanguageModel | None:
    """Return what is set, whether it is switched on or not; None where nothing is."""
    return LanguageModel.objects.order_by("pk").first()


def offered_model() -> str:
    """Return the name of the model that can be asked; empty where none is switched on."""
    row = LanguageModel.objects.filter(active=True).order_by("pk").values_list("name", flat=True).first()
    return row or ""


def threads_to_tell(issue: Issue) -> list[Thread]:
    """Return the conversations of an issue that a model is told of."""
    rows = Thread.objects.filter(links__issue=issue).select_related("source").order_by("-score", "pk")
    return list(rows[:MOST_THREADS])


def names_behind(source: int, keys: Collection[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return, for accounts of a source whose person is known, the person's name, address and number."""
    rows = Account.objects.filter(source=source, key__in=keys, person__isnull=False)
    told = rows.values_list("key", "person__name", "person__email", "person__customer_number")
    return [(key, (name, email, number)) for key, name, email, number in told]


def erased_since(at: datetime) -> bool:
    """Whether somebody was erased since, of whom a text of then may tell."""
    return Erasure.objects.filter(asked_at__gte=at).exists()


def names_of_customer(case: Case) -> tuple[str, ...]:
    """Return what a case's customer is called."""
    return (case.person.name, case.person.email, case.person.customer_number, case.email)
