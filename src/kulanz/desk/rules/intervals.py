"""How often a source or a billing system is asked."""

from __future__ import annotations

from typing import Final

from kulanz.desk.rules.errors import RuleError

SHORTEST_S: Final = 60
LONGEST_S: Final = 24 * 60 * 60


def check_interval(seconds: int) -> None:
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise RuleError(
            "interval: expected %(least)s to %(most)s seconds, got %(interval_s)s",
            least=SHORTEST_S,
            most=LONGEST_S,
            interval_s=seconds,
        )
