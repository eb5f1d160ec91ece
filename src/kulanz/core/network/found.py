"""What may be known of a network: numbers about one account, and nobody else's name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final, NoReturn

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kulanz.core.network import hops
from kulanz.core.network.ties import Ties, cores, pagerank

HOPS: Final = 4
EXACT_UP_TO: Final = 200_000


class NetworkReach(Struct, frozen=True, kw_only=True):
    """How far one account reaches at its source.

    ``within`` counts the other people within 1, 2, 3 and 4 hops; ``error`` is the relative standard error
    of these counts, 0 where they are exact (the first always is). ``accounts`` are the people of the source
    in all. ``attention`` is the account's PageRank times ``accounts``: 1 is the average. ``ahead_of`` is the
    share of accounts (0..1) that get less. ``core`` is the largest k such that the account belongs to a
    group in which everybody has to do with at least k others; ``deepest_core`` the largest anybody has.
    """

    accounts: int
    within: tuple[int, ...]
    error: float
    attention: float
    ahead_of: float
    core: int
    deepest_core: int


class Network:
    """People of a source and what counts between them; it tells numbers only.

    PageRank and cores are reckoned once, when they are first asked for.
    """

    def __init__(self, people: dict[str, int], ties: Ties) -> None:
        self._people = people
        self._ties = ties

    @property
    def accounts(self) -> int:
        """How many people there are."""
        return len(self._people)

    @property
    def pairs(self) -> int:
        """How many pairs of people have to do with each other."""
        return int(self._ties.known.nnz) // 2

    def reach(self, account: str) -> NetworkReach | None:
        """Return the reach of one account, exactly however large the source; None if it is not there."""
        node = self._people.get(account)
        if node is None:
            return None
        return self._reach(node, hops.around_one(self._ties.known, node, HOPS), 0.0)

    def reaches(self, seed: int, exact_up_to: int = EXACT_UP_TO) -> Iterator[tuple[str, NetworkReach]]:
        """Yield every account with its reach: exact in a source of up to so many accounts, else estimated.

        ``seed`` and the names of the accounts decide the chance that an estimate rests on.
        """
        exact = len(self._people) <= exact_up_to
        known, error = self._ties.known, 0.0 if exact else hops.relative_error()
        counts = (
            hops.around_all(known, HOPS)
            if exact
            else hops.about_all(known, HOPS, hops.drawn(self._people, seed))
        )
        for account, node in self._people.items():
            yield account, self._reach(node, tuple(counts[node].tolist()), error)

    def _reach(self, node: int, within: tuple[int, ...], error: float) -> NetworkReach:
        ranks = self._ranks
        return NetworkReach(
            accounts=len(self._people),
            within=within,
            error=error,
            attention=float(ranks[node] * len(ranks)),
            ahead_of=float(np.searchsorted(self._sorted_ranks, ranks[node]) / len(ranks)),
            core=int(self._cores[node]),
            deepest_core=int(self._cores.max()),
        )

    @cached_property
    def _ranks(self) -> NDArray[np.float64]:
        return pagerank(self._ties.given)

    @cached_property
    def _sorted_ranks(self) -> NDArray[np.float64]:
        return np.sort(self._ranks)

    @cached_property
    def _cores(self) -> NDArray[np.int32]:
        return cores(self._ties.known)

    def __repr__(self) -> str:
        return f"Network({self.accounts} accounts, {self.pairs} pairs)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("who knows whom is not written down: make the network anew from the contacts")
