"""Which conversations are analysed first when more has come than can be analysed at once.

The desk reads on while analysis lags behind. What may raise an alarm, or already has, comes first; what
nobody would be alarmed by has time. Only the conversation decides, never who writes in it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kulanz.core.report import STAGES
from kulanz.desk.rules.alarms import SILENT_FOR

HAS_TIME: Final = 0
"""Of conversations that raise no alarm whatever they hold: nothing was said in them lately."""
CALM: Final = 1
NEW: Final = 2
LIVELY: Final = 3
LIVELY_FROM: Final = 5
"""So many posts before the first analysis make a new conversation a lively one."""


def urgency(*, stage: str, analysed: bool, posts: int, last_post_at: datetime | None, now: datetime) -> int:
    """Return how urgently a conversation with something new is analysed; higher comes first.

    Above calm it is the graver the more urgent. What was never analysed comes before what was calm.
    """
    if last_post_at is not None and last_post_at < now - SILENT_FOR:
        return HAS_TIME
    if grave := STAGES.index(stage):
        return LIVELY + grave
    if analysed:
        return CALM
    return LIVELY if posts >= LIVELY_FROM else NEW
