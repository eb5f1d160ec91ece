"""Holds as marks in the billing system itself, with a note beside each that says whose they are.

A billing system that can block dunning has one mark for it, set by bookkeepers too. What Kulanz set, for
which holds, and what was there before, is written beside it as notes: so that people see why, every worker
can go on where another was killed, and a release restores what a bookkeeper had blocked.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from kulanz.billing.claims import Confirmation, HoldOrder, HoldState, Scope

_NOTE: Final = re.compile(r"\[kulanz (placed|released) ([A-Za-z0-9][A-Za-z0-9._-]*)(?: before=([\w-]*))?\]")
_MOST_REASON: Final = 500


class Notes(Struct, frozen=True):
    """What notes say: for each hold placed here what was set before it, and which holds are over."""

    before: dict[str, str]
    over: frozenset[str]

    @classmethod
    def read(cls, texts: Iterable[str]) -> Notes:
        """Read notes in the order in which they were written; those of others say nothing."""
        found = [match.groups() for text in texts for match in _NOTE.finditer(text)]
        placed: dict[str, str] = {}
        for act, key, before in found:
            if act == "placed":
                placed.setdefault(key, before or "")
        return cls(placed, frozenset(key for act, key, _ in found if act == "released"))

    @property
    def active(self) -> list[str]:
        """The holds that are on, the earliest first."""
        return [key for key in self.before if key not in self.over]


class Target(Protocol):
    """One thing whose dunning can be blocked."""

    @property
    def notes(self) -> Notes: ...

    def write(self, note: str) -> None:
        """Add a note."""
        ...

    def mark(self) -> str:
        """Return what is set now, in a word that ``restore`` understands."""
        ...

    def is_held(self) -> bool:
        """Return whether nothing can be dunned here now."""
        ...

    def hold(self) -> None:
        """Block it; do nothing where it is blocked."""
        ...

    def restore(self, before: str) -> None:
        """Set what was there before the first hold."""
        ...


class BlockingAdapter(ABC):
    """The holds of an adapter whose billing system has marks and notes."""

    scopes: Final[frozenset[Scope]] = frozenset({"claim", "customer"})

    def place(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        targets = self._targets(order)
        if dry_run:
            return _would(order, targets, "blocked")
        place(order, targets)
        return self.confirm(order)

    def confirm(self, order: HoldOrder) -> Confirmation:
        return stands(order, self._targets(order))

    def release(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        targets = self._targets(order)
        if dry_run:
            return _would(order, targets, "restored")
        release(order, targets)
        return self.confirm(order)

    @abstractmethod
    def _targets(self, order: HoldOrder) -> Sequence[Target]:
        """Return what the order is about as it is now: the claim, or the customer and then claims."""


def place(order: HoldOrder, targets: Sequence[Target]) -> None:
    """Block all targets, unless the hold is over already; the first is what the order names.

    The note comes first: whoever is killed after it left a hold that is ``pending``, and the next call
    finishes it.
    """
    if any(order.key in target.notes.over for target in targets):
        return
    for target in targets:
        notes = target.notes
        if order.key not in notes.before:
            target.write(_placed(order, notes.before[notes.active[0]] if notes.active else target.mark()))
        target.hold()


def release(order: HoldOrder, targets: Sequence[Target]) -> None:
    """Restore what no other hold needs, and note that this one is over, for good.

    Here the note comes last: whoever is killed before it left work that the next call repeats. A hold that
    was never placed is noted at the first target, so that it cannot be placed later.
    """
    for target in targets:
        notes = target.notes
        if order.key in notes.over or (order.key not in notes.before and target is not targets[0]):
            continue
        if notes.active == [order.key]:
            target.restore(notes.before[order.key])
        target.write(_released(order))


def stands(order: HoldOrder, targets: Sequence[Target]) -> Confirmation:
    """Return how a hold stands by what the targets show."""
    notes = [target.notes for target in targets]
    if any(order.key in each.over for each in notes):
        left = any(order.key in each.active for each in notes)
        return _told(order, "releasing" if left else "released")
    if not any(order.key in each.before for each in notes):
        return _told(order, "unknown")
    held = all(order.key in each.before for each in notes) and all(each.is_held() for each in targets)
    return _told(order, "held" if held else "pending")


_SAID: Final[Mapping[HoldState, str]] = {
    "unknown": "nothing was ordered",
    "pending": "ordered, but not blocked everywhere: order it again, and ask who takes it off there",
    "held": "nothing of it is dunned",
    "releasing": "not restored everywhere: order the release again",
    "released": "dunning goes on where it was",
}


def _would(order: HoldOrder, targets: Sequence[Target], what: str) -> Confirmation:
    claims = len(targets) - (order.scope == "customer")
    named = f"{claims} {'claim' if claims == 1 else 'claims'}"
    of = f"the customer with {named}" if order.scope == "customer" else named
    return msgspec.structs.replace(stands(order, targets), text=f"dry run: {of} would be {what}")


def _told(order: HoldOrder, state: HoldState) -> Confirmation:
    return Confirmation(key=order.key, state=state, text=_SAID[state])


def shown(reason: str) -> str:
    """Return a reason on one line, as it may stand in a note."""
    return " ".join(reason.split())[:_MOST_REASON].replace("[kulanz", "(kulanz")


def _placed(order: HoldOrder, before: str) -> str:
    """For people first; the last line is for Kulanz."""
    reason = shown(order.reason)
    words = [f"Kulanz holds the dunning: {reason}" if reason else "Kulanz holds the dunning."]
    if order.review_on is not None:
        words.append(f"It is reviewed on {order.review_on.isoformat()}.")
    return "\n".join([*words, f"[kulanz placed {order.key} before={before}]"])


def _released(order: HoldOrder) -> str:
    return f"Kulanz has ended its hold.\n[kulanz released {order.key}]"
