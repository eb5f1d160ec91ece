"""Every name that the desk knows, for masking: of accounts, people, customers and members."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from kulanz.desk.models import Account, Customer, Member, Person, Tombstone
from kulanz.desk.rules.customers import facts_in
from kulanz.desk.rules.masking import SOMEBODY
from kulanz.desk.rules.names import is_unmistakable, words_of
from kulanz.desk.services.sealing import unseal
from kulanz.desk.services.veiling import is_narrow

ERASED: Final = "[erased]"

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


def shared_names(somebody: str = SOMEBODY, erased: str = ERASED) -> Known:
    """Return names that count at every source: of people, of customers, of members, and of who was erased."""
    named = {words: (somebody, bare) for name in _people() for words, bare in worded(name)}
    stones = Tombstone.objects.values_list("pseudonym", flat=True).distinct()
    return named | {words: (erased, True) for stone in stones for words, _bare in worded(stone)}


def erased_at(source: int) -> frozenset[str]:
    """Return what the accounts of a source are called that were erased."""
    return frozenset(Tombstone.objects.filter(source=source).values_list("pseudonym", flat=True))


def worded(name: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of a name and whether they mean nothing else; nothing where there is no word."""
    words = words_of(name)
    if words:
        yield " ".join(words), is_unmistakable(words) and not is_narrow(name)


def _people() -> Iterator[str]:
    for row in Person.objects.values_list("name", "email", "customer_number").iterator():
        yield from row
    for member in Member.objects.values_list("display_name", "email"):
        yield from member
    for number, sealed in Customer.objects.values_list("number", "sealed").iterator():
        facts = facts_in(unseal(bytes(sealed)))
        yield from (number, facts.name, facts.email)
