"""Customers who are named in texts: found by digests of their names, which stay sealed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from kulanz.desk.models import Customer
from kulanz.desk.rules.masking import alike, forms
from kulanz.desk.rules.names import is_unmistakable, runs_of
from kulanz.desk.services.veiling import name_digests

_AT_ONCE: Final = 5_000


def names_customer(text: str) -> bool:
    """Whether a text names a customer; nothing is opened for it."""
    runs = {form for run in runs_of(alike(text)) for form in forms(run)}
    return bool(sealed_among({run for run in runs if is_unmistakable(run.split())}))


def sealed_among(runs: Collection[str]) -> set[str]:
    """Return those of some runs of words that are names of customers."""
    ways = {words: " ".join(sorted(words.split())) for words in runs}
    digests = name_digests(set(ways.values()))
    asked, found = list(digests.values()), set[str]()
    for begin in range(0, len(asked), _AT_ONCE):
        rows = Customer.objects.filter(named__in=asked[begin : begin + _AT_ONCE])
        found.update(rows.values_list("named", flat=True))
    return {words for words, way in ways.items() if digests[way] in found}
