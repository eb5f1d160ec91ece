"""What the worker does for holds: it tells billing, asks how they stand, and raises alarms. It ends none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from kulanz.billing import BillingAdapter, Confirmation, DunningEvent
from kulanz.desk.models import BillingSystem, Hold
from kulanz.desk.rules.actor import Actor

Adapters = Callable[[BillingSystem, datetime], AbstractContextManager[BillingAdapter]]
"""Opens the adapter of a billing system (``billing_systems.adapter_for``)."""


def order_due(*, adapters: Adapters, now: datetime) -> int:
    """Tell billing what people decided, and ask it how holds stand; return how many were looked at."""
    raise NotImplementedError


def ask_due(*, now: datetime) -> int:
    """Ask owners of holds whose day of review has come, daily, and whoever is next in the chain later."""
    raise NotImplementedError


def alarm_due(*, now: datetime) -> int:
    """Tell owners and leads, once a day, of holds that billing does not confirm."""
    raise NotImplementedError


def letters_came(*, system: BillingSystem, told: Sequence[DunningEvent], now: datetime) -> int:
    """Keep letters that billing has sent, in the caller's transaction; return how many are new.

    One that went out despite a hold raises an alarm on its case.
    """
    raise NotImplementedError


def foretold(*, actor: Actor, hold: Hold, act: str, adapters: Adapters, now: datetime) -> Confirmation:
    """Return what billing would do (``act``: "place" or "release"), without doing it."""
    raise NotImplementedError
