"""Alarms: a policy decides from scores whether a thread raises one, and people say whether it was right."""

from __future__ import annotations

from datetime import datetime

from kulanz.desk.models import Thread


def consider(*, thread: Thread, now: datetime) -> None:
    """Raise an alarm for a freshly analysed thread where its policy says so."""
