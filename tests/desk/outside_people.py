"""What lies outside the desk, on this machine: by a clock of the test, asked once and without a pause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

from kulanz.desk.services.outside import Outside
from kulanz.sources.web.client import Pacing
from kulanz.sources.web.network import AddressPolicy


def outside_by(clock: Callable[[], datetime], allowed: str = "127.0.0.1") -> Outside:
    return Outside(
        clock=clock,
        random=Random(1),
        policy=AddressPolicy(allowed=(allowed,)),
        pacing=Pacing(interval=0, attempts=1),
    )
