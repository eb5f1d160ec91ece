"""Contacts as they are gathered: who spoke to whom, how and when."""

from __future__ import annotations

from array import array
from collections.abc import Container, Sequence
from datetime import datetime
from typing import Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from kulanz.core.network.addressing import KINDS, Kind, speaking
from kulanz.core.network.found import Network
from kulanz.core.network.ties import UNITS, Ties, ties_of
from kulanz.core.posts import Post

WEIGHTS: Final[dict[Kind, float]] = {"thread": 0.5, "reply": 1.0, "mention": 1.0, "quote": 1.0, "thanks": 2.0}
HALF_LIFE_DAYS: Final = 365.0
LEAST_WEIGHT: Final = 1 / 16
"""A contact whose weight has fallen below this is over: a single reply after four years."""

KIND_NUMBERS: Final = {kind: number for number, kind in enumerate(KINDS)}
_WEIGHT: Final = np.array([WEIGHTS[kind] for kind in KINDS], np.float32)
_TIMELESS: Final = -(2**31)

_Ids = NDArray[np.int32]
_Kinds = NDArray[np.uint8]
_Units = NDArray[np.int64]


def day_of(at: datetime | None) -> int:
    """Return the day of a contact; its time may be unknown."""
    return at.toordinal() if at else _TIMELESS


def units_of(kinds: _Kinds, days: _Ids, today: int) -> _Units:
    """Return what contacts of these kinds and days weigh ``today``, in ``UNITS``; later ones nothing."""
    age = np.where(days == _TIMELESS, 0, today - days).astype(np.float32)
    weights = _WEIGHT[kinds] * np.exp2(-age / HALF_LIFE_DAYS)
    return np.where(days <= today, np.rint(weights.astype(np.float64) * UNITS), 0).astype(np.int64)


class Contacts:
    """Who spoke to whom at one source; grows thread by thread and tells only aggregates.

    The company's own accounts (posts with the role staff, and those named by ``leave_out``) are no way from
    one person to another: support speaks with everybody, so everybody would be two hops from everybody.
    Memory: 13 bytes a contact, and the names of the accounts.
    """

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._seen = bytearray()
        self._company = bytearray()
        self._giver = array("i")
        self._receiver = array("i")
        self._day = array("i")
        self._kind = array("B")

    def add_thread(self, posts: Sequence[Post], thanking: Container[str] = (), start: int = 0) -> None:
        """Add what the posts from ``start`` on say; the earlier ones of the thread were added before.

        ``posts`` are those of one thread in time order, ``thanking`` the ids of posts that thank somebody
        (their signal "thanks" is at least .5). Posts by machines, hidden ones and those without an author
        speak to nobody.
        """
        for author, post, addressed in speaking(posts, thanking, start):
            self.add_account(author)
            if post.role == "staff":
                self.leave_out(author)
            for receiver, kind in addressed:
                self.add(author, receiver, kind, post.created_at)

    def add(self, giver: str, receiver: str, kind: Kind, at: datetime | None) -> None:
        """Add one contact that the source itself tells, such as a thanks without words.

        ``at`` None is a time that nobody knows: such a contact counts as if it were of today.
        """
        if giver == receiver:
            return
        self._giver.append(self._node(giver))
        self._receiver.append(self._node(receiver))
        self._day.append(day_of(at))
        self._kind.append(KIND_NUMBERS[kind])

    def add_account(self, account: str) -> None:
        """Count an account among the people of the source, whether or not it has contacts.

        Without this a name that was only mentioned is nobody: it may be no account at all.
        """
        self._seen[self._node(account)] = 1

    def leave_out(self, account: str) -> None:
        """Mark an account as the company's own."""
        self._company[self._node(account)] = 1

    def network(self, as_of: datetime) -> Network:
        """Return what counts on the day of ``as_of``: later contacts do not, older ones count for less."""
        today = as_of.toordinal()
        nodes, people = self._people()
        days = np.frombuffer(self._day, np.int32)
        kept = days <= today
        units = units_of(np.frombuffer(self._kind, np.uint8)[kept], days[kept], today)
        givers = nodes[np.frombuffer(self._giver, np.int32)[kept]]
        receivers = nodes[np.frombuffer(self._receiver, np.int32)[kept]]
        return Network(people, self._ties(givers, receivers, units, len(people)))

    def _ties(self, givers: _Ids, receivers: _Ids, units: _Units, count: int) -> Ties:
        real = (givers >= 0) & (receivers >= 0) & (givers != receivers)
        return ties_of(givers[real], receivers[real], units[real], count, LEAST_WEIGHT)

    def _people(self) -> tuple[_Ids, dict[str, int]]:
        """The number of each node among the people, -1 for nobody, and the people by name.

        A name as mentioned may be in other letters than the account's own; of several the first by name is
        meant.
        """
        people: dict[str, int] = {}
        folded: dict[str, str] = {}
        for name, node in self._number.items():
            if self._seen[node] and not self._company[node]:
                people[name] = len(people)
                key = name.casefold()
                folded[key] = min(name, folded.get(key, name))
        nodes = np.fromiter((self._person(name, people, folded) for name in self._number), np.int32)
        return nodes, people

    def _person(self, name: str, people: dict[str, int], folded: dict[str, str]) -> int:
        node = self._number[name]
        if self._seen[node] or self._company[node]:
            return people.get(name, -1)
        return people.get(folded.get(name.casefold(), name), -1)

    def _node(self, account: str) -> int:
        node = self._number.setdefault(account, len(self._number))
        if node == len(self._seen):
            self._seen.append(0)
            self._company.append(0)
        return node

    def __len__(self) -> int:
        """How many contacts there are, whoever had them and however long ago."""
        return len(self._giver)

    def __repr__(self) -> str:
        return f"Contacts({len(self._number)} accounts, {len(self)} contacts)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("who knows whom is not written down: make the contacts anew from the posts")
