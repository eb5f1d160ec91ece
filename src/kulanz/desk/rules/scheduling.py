"""Answers that wait for their time: what must not have changed until then."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct

SETTLED: Final = ("resolved", "closed")
"""States of a case in which an answer that was planned before is looked at again."""


class Stand(Struct, frozen=True, kw_only=True):
    """How things stand where an answer goes: how often both sides have spoken, and whether it is a dispute.

    ``state`` is that of the case, empty in public.
    """

    company: int
    customer: int
    hardened: bool
    state: str = ""


def stand_in(values: Any) -> Stand:
    return msgspec.convert(values, Stand)


def changes(before: Stand, now: Stand) -> tuple[str, ...]:
    """Return why an answer that was planned before does not go out unseen."""
    asked = {
        "heard": now.customer > before.customer,
        "answered": now.company > before.company,
        "hardened": now.hardened and not before.hardened,
        "settled": now.state in SETTLED and before.state not in SETTLED,
    }
    return tuple(code for code, changed in asked.items() if changed)
