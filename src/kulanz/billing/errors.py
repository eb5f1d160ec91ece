"""Errors of the billing package: what to do is said by the class."""

from __future__ import annotations

from typing import ClassVar, Literal

BillingErrorKind = Literal["busy", "order", "refused", "unreachable"]


class BillingError(Exception):
    """Root of what ``kulanz.billing`` raises.

    ``kind`` is what pages tell in their own language beside the message.
    """

    kind: ClassVar[BillingErrorKind] = "refused"


class TryAgainError(BillingError):
    """The billing system cannot now; ``retry_after`` is how many seconds it asked to wait."""

    kind = "busy"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnreachableError(BillingError):
    """Nobody answered, or not in time: whether the request was carried out is not known, so make it again."""

    kind = "unreachable"


class RefusedError(BillingError):
    """The billing system said no, or may not be asked: only a person can help."""


class OrderError(BillingError, ValueError):
    """An order that no billing system could be given."""

    kind = "order"
