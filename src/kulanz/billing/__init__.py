"""Receivables in, dunning holds out: what billing systems are told and asked, one module for each."""

from kulanz.billing.adapter import BillingAdapter
from kulanz.billing.claims import Claim, Confirmation, DunningEvent, HoldOrder, HoldState, Page, Scope
from kulanz.billing.errors import BillingError, OrderError, RefusedError, TryAgainError, UnreachableError

__all__ = [
    "BillingAdapter",
    "BillingError",
    "Claim",
    "Confirmation",
    "DunningEvent",
    "HoldOrder",
    "HoldState",
    "OrderError",
    "Page",
    "RefusedError",
    "Scope",
    "TryAgainError",
    "UnreachableError",
]
