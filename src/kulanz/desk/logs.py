"""What ties the lines of a log together: the id of the request that they were written for."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Final

NO_REQUEST: Final = "-"
request_id: Final[ContextVar[str]] = ContextVar("request_id", default=NO_REQUEST)


class RequestIdFilter(logging.Filter):
    """Gives every line the id of its request; ``-`` outside of one.

    What Django says of a request when it is over names the request itself.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", request_id.get())
        return True
