"""State machines as tables: the service check, the buttons, the filters and the docs all read them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.roles import Right, Role, may


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row: an action that leads from any of ``sources`` to ``target``.

    ``target`` None leaves the state as it is. ``automatic`` actions are the worker's alone, when a
    time has come. ``four_eyes`` actions may not be done by whoever did the step before.
    """

    action: str
    sources: frozenset[str]
    target: str | None
    right: Right
    needs_reason: bool = False
    four_eyes: bool = False
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """The table of one noun. ``states`` come in the order in which they are shown; a row begins in the first.

    ``found`` are states in which a row may begin, too: what it tells of has happened elsewhere.
    """

    noun: str
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]
    final: frozenset[str] = field(default_factory=frozenset)
    found: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        named = {state for each in self.transitions for state in (*each.sources, each.target or self.initial)}
        unknown = (named | self.final | self.found) - set(self.states)
        if unknown:
            raise RuleError(
                "%(noun)s: unknown states %(unknown)s in the table",
                noun=self.noun,
                unknown=", ".join(sorted(unknown)),
            )

    @property
    def initial(self) -> str:
        return self.states[0]

    def actions(self, state: str, roles: Collection[Role]) -> tuple[Transition, ...]:
        """The actions that a person with these roles may take in this state."""
        return tuple(
            each
            for each in self.transitions
            if state in each.sources and not each.automatic and may(roles, each.right)
        )

    def after(self, state: str, action: str, *, roles: Collection[Role], reason: str = "") -> str:
        """Return the state that a person's action leads to.

        Raise NotAllowedError where no role permits it, RuleError where the state does not know the
        action or a reason is missing.
        """
        row = self._row(state, action)
        if row.automatic or not may(roles, row.right):
            raise NotAllowedError(
                "%(noun)s: %(action)r needs the right %(right)r",
                noun=self.noun,
                action=action,
                right=row.right.value,
            )
        if row.needs_reason and not reason.strip():
            raise RuleError("%(noun)s: %(action)r needs a reason: say why", noun=self.noun, action=action)
        return row.target or state

    def right_for(self, state: str, action: str) -> Right:
        """Return the right that an action needs; raise RuleError where the state does not know it."""
        return self._row(state, action).right

    def by_itself(self, state: str, action: str) -> str:
        """Return the state that an automatic action leads to; raise RuleError where there is none."""
        row = self._row(state, action)
        if not row.automatic:
            raise RuleError(
                "%(noun)s: %(action)r is done by people, not by itself", noun=self.noun, action=action
            )
        return row.target or state

    def _row(self, state: str, action: str) -> Transition:
        found = [each for each in self.transitions if each.action == action and state in each.sources]
        if found:
            return found[0]
        known = sorted(
            {each.action for each in self.transitions if state in each.sources and not each.automatic}
        )
        raise RuleError(
            "%(noun)s: %(action)r is not possible while %(state)r; possible: %(actions)s",
            noun=self.noun,
            action=action,
            state=state,
            actions=", ".join(known),
        )


def row(  # noqa: PLR0913 - one argument a column
    action: str,
    sources: Iterable[str],
    target: str | None,
    right: Right,
    *,
    needs_reason: bool = False,
    four_eyes: bool = False,
    automatic: bool = False,
) -> Transition:
    """Return one row of a table."""
    return Transition(
        action=action,
        sources=frozenset(sources),
        target=target,
        right=right,
        needs_reason=needs_reason,
        four_eyes=four_eyes,
        automatic=automatic,
    )
