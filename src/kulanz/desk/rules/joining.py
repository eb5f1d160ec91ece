"""Who may come by the company's single sign-on, and whose address is believed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a provider says of somebody. ``verified`` is None where it says nothing about the address."""

    address: str
    verified: bool | None
    groups: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """Whom an admin lets in: addresses of ``domains``, people of ``groups``; empty fences nobody off."""

    domains: Collection[str]
    groups: Collection[str]

    def believes(self, arrival: Arrival) -> bool:
        """Whether the address is theirs: the provider has verified it, or gives it out itself."""
        if not arrival.address or arrival.verified is False:
            return False
        return arrival.verified is True or self._is_ours(arrival.address)

    def admits(self, arrival: Arrival) -> bool:
        """Whether somebody may come in at all, known at the desk or not."""
        if self.domains and not (self.believes(arrival) and self._is_ours(arrival.address)):
            return False
        return not self.groups or not arrival.groups.isdisjoint(self.groups)

    def _is_ours(self, address: str) -> bool:
        return address.rpartition("@")[2].lower() in self.domains
