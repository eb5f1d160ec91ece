"""Errors of the pure core."""


class CoreError(Exception):
    """Root of what ``kulanz.core`` raises."""


class UnknownThreadError(CoreError):
    """A thread was asked for that is not among the posts."""


class OrderError(CoreError):
    """Posts of a thread did not come together, or went back in time.

    An engine that loses this order splits threads silently, so core refuses it.
    """
