"""The contract of a billing adapter, and that of one which carries out gestures too."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from kulanz.billing.claims import Claim, Confirmation, DunningEvent, HoldOrder, Page, Scope
from kulanz.billing.gestures import GestureConfirmation, GestureOrder, GivenKind


@runtime_checkable
class BillingAdapter(Protocol):
    """Speaks to one billing system.

    Every method raises TryAgainError, UnreachableError or RefusedError, and nothing else, whatever the
    billing system answers. Calls may be repeated at any time, by a worker that was killed for example: the
    same order leads to the same state however often, and in which order, its acts arrive. Adapters wait for
    nothing and try nothing twice: that is the work of the caller.
    """

    @property
    def name(self) -> str:
        """The adapter's name."""
        ...

    @property
    def scopes(self) -> frozenset[Scope]:
        """What this billing system can hold; empty where it cannot at all."""
        ...

    def claims(self, cursor: str | None) -> Page[Claim]:
        """Return open claims, and what changed since the cursor; None starts at the beginning.

        A claim may come again unchanged. One that cannot be read becomes a problem, and the others come.
        """
        ...

    def events(self, cursor: str | None) -> Page[DunningEvent]:
        """Return what went out since the cursor; an event may come again, with the same ``event_id``."""
        ...

    def place(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        """Order a hold, and return how it stands; after a release of the same key it stays released.

        With ``dry_run`` nothing is changed: the state is the one that is, the text what would be done.
        """
        ...

    def confirm(self, order: HoldOrder) -> Confirmation:
        """Return how a hold stands now, by what billing shows; nothing is changed."""
        ...

    def release(self, order: HoldOrder, *, dry_run: bool = False) -> Confirmation:
        """Order the end of a hold, and return how it stands; what was blocked before it stays blocked."""
        ...


@runtime_checkable
class GestureAdapter(Protocol):
    """A billing adapter whose billing system carries out gestures; the same errors, and as repeatable."""

    @property
    def gives(self) -> frozenset[GivenKind]:
        """What this billing system can carry out; any other kind is refused."""
        ...

    def give(self, order: GestureOrder, *, dry_run: bool = False) -> GestureConfirmation:
        """Order a gesture, and return how it stands; once it is given or refused, nothing more is done.

        With ``dry_run`` nothing is changed: the state is the one that is, the text what would be done.
        """
        ...

    def given(self, order: GestureOrder) -> GestureConfirmation:
        """Return how a gesture stands now, by what billing shows; nothing is changed."""
        ...
