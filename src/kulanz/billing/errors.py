"""Errors of the billing package: what to do is said by the class."""

from __future__ import annotations


class BillingError(Exception):
    """Root of what ``kulanz.billing`` raises."""


class TryAgainError(BillingError):
    """The billing system cannot now; ``retry_after`` is how many seconds it asked to wait."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnreachableError(BillingError):
    """Nobody answered, or not in time: whether the request was carried out is not known, so make it again."""


class RefusedError(BillingError):
    """The billing system said no, or may not be asked: only a person can help."""


class OrderError(BillingError, ValueError):
    """An order that no billing system could be given."""
