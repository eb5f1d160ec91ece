"""From the ids in a body to the rows that services take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from kulanz.desk import access
from kulanz.desk.rules.actor import Actor


def _member(actor: Actor, pk: int) -> object:
    return access.colleagues(actor, [pk])[0]


_FIND: Final[Mapping[str, Callable[[Actor, Any], object]]] = {
    "source": access.source,
    "team": access.team,
    "members": access.colleagues,
    "lead": _member,
    "member": _member,
}


def with_rows(actor: Actor, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given with rows in place of ids; raise NotFoundError where the actor sees none."""
    return {
        name: value if value is None or name not in _FIND else _FIND[name](actor, value)
        for name, value in given.items()
    }
