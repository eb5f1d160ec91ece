"""What ties the lines of a log together, the id of their request; and what keeps keys out of them."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Final

NO_REQUEST: Final = "-"
UNKNOWN: Final = "unknown"
"""Stands for an address that leads nowhere: it may be one with a key, mistyped."""
request_id: Final[ContextVar[str]] = ContextVar("request_id", default=NO_REQUEST)


class RequestIdFilter(logging.Filter):
    """Gives every line the id of its request; ``-`` outside of one.

    What Django says of a request when it is over names the request itself.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", request_id.get())
        return True


class PatternFilter(logging.Filter):
    """Names a request by its pattern where Django names it by its address, which itself may hold a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path is not None and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = f"/{match.route}" if match else UNKNOWN
            record.args = tuple(route if each == path else each for each in record.args)
        return True
