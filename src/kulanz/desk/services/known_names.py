"""Every name that the desk knows, for masking: of accounts, people, customers and members."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from typing import Final

from kulanz.desk.models import Account, Customer, Member, Person, Tombstone
from kulanz.desk.rules.customers import facts_in
from kulanz.desk.rules.masking import SOMEBODY, alike, forms
from kulanz.desk.rules.names import is_unmistakable, runs_of, words_of
from kulanz.desk.services.sealed_names import sealed_among
from kulanz.desk.services.sealing import unseal
from kulanz.desk.services.veiling import is_narrow, name_digests

ERASED: Final = "[erased]"
_BOTH: Final = 2
"""Of names of so many words both orders are known: of more nobody knows which are the surname."""

Known = dict[str, tuple[str, bool]]
"""What stands for a name, by its words, and whether without an ``@`` before it, too."""


def account_names(source: int, called: Callable[[str], str]) -> Known:
    """Return the accounts of a source, but erased ones; ``called`` says what stands for a key."""
    keys = Account.objects.filter(source=source).values_list("key", flat=True)
    gone = erased_at(source)
    return {
        words: (called(key), bare)
        for key in keys.iterator()
        if key not in gone
        for words, bare in worded(key)
    }


def shared_names() -> Known:
    """Return names that count at every source: of people, of customers, of members, and of who was erased."""
    named = {words: (SOMEBODY, bare) for name in _people() for words, bare in worded(name)}
    stones = Tombstone.objects.values_list("pseudonym", flat=True).distinct()
    return named | {words: (ERASED, True) for stone in stones for words, _bare in worded(stone)}


def names_in(texts: Iterable[str], sources: Collection[int], somebody: str, erased: str) -> Known:
    """Return the names in some texts that mean nothing else: of accounts of sources, and of everybody.

    What is sealed stays sealed: customers are found by digests of their names.
    """
    runs = {form for text in texts for run in runs_of(alike(text)) for form in forms(run)}
    runs = {run for run in runs if is_unmistakable(run.split())}
    keys = Account.objects.filter(source__in=sources).values_list("key", flat=True)
    found = {words for name in chain(keys.iterator(), _open()) for words in _ways(name) if words in runs}
    found |= sealed_among(runs)
    stones = Tombstone.objects.values_list("pseudonym", flat=True).distinct()
    gone = {words for stone in stones for words in _ways(stone) if words in runs}
    return {words: (somebody, not is_narrow(words)) for words in found} | dict.fromkeys(gone, (erased, True))


def digest_of_name(name: str) -> str:
    """Return by what the name of a customer is found in texts; empty where it may mean something else."""
    words = sorted(words_of(alike(name)))
    return name_digests([" ".join(words)])[" ".join(words)] if is_unmistakable(words) else ""


def erased_at(source: int) -> frozenset[str]:
    """Return what the accounts of a source are called that were erased."""
    return frozenset(Tombstone.objects.filter(source=source).values_list("pseudonym", flat=True))


def worded(name: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of a name, the surname first, too, and whether they mean nothing else."""
    for words in _ways(name):
        yield words, is_unmistakable(words.split()) and not is_narrow(name)


def _ways(name: str) -> Iterator[str]:
    """Yield how a name is written: *Petra Blum*, and *Blum, Petra*; nothing where there is no word."""
    words = words_of(alike(name))
    if words:
        yield " ".join(words)
    if len(words) == _BOTH:
        yield " ".join(reversed(words))


def _people() -> Iterator[str]:
    yield from _open()
    for sealed in Customer.objects.values_list("sealed", flat=True).iterator():
        facts = facts_in(unseal(bytes(sealed)))
        yield from (facts.name, facts.email)


def _open() -> Iterator[str]:
    """Yield the names that are not sealed."""
    for row in Person.objects.values_list("name", "email", "customer_number").iterator():
        yield from filter(None, row)
    for member in Member.objects.values_list("display_name", "email"):
        yield from member
    yield from Customer.objects.values_list("number", flat=True).iterator()
