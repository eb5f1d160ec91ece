"""Receivables in, holds and gestures out: what billing systems are told and asked, one module for each."""

from kulanz.billing.adapter import BillingAdapter, GestureAdapter
from kulanz.billing.claims import Claim, Confirmation, DunningEvent, HoldOrder, HoldState, Page, Scope
from kulanz.billing.errors import BillingError, OrderError, RefusedError, TryAgainError, UnreachableError
from kulanz.billing.gestures import GestureConfirmation, GestureOrder, GestureState, GivenKind

__all__ = [
    "BillingAdapter",
    "BillingError",
    "Claim",
    "Confirmation",
    "DunningEvent",
    "GestureAdapter",
    "GestureConfirmation",
    "GestureOrder",
    "GestureState",
    "GivenKind",
    "HoldOrder",
    "HoldState",
    "OrderError",
    "Page",
    "RefusedError",
    "Scope",
    "TryAgainError",
    "UnreachableError",
]
