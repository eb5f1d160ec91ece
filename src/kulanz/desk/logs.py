"""What ties the lines of a log together, and what keeps keys and people out of them.

A log is read by more people than the desk, and kept longer: what happened is told by kinds, numbers and
places in the code. What somebody wrote, is called or lives at stands in the database alone, with what failed.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextvars import ContextVar
from copy import copy
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any, Final

from django.conf import settings
from pythonjsonlogger.json import JsonFormatter

from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.masking import Names
from kulanz.tlog.errors import TlogError

NO_REQUEST: Final = "-"
NO_JOB: Final = "-"
UNKNOWN: Final = "unknown"
"""Stands for an address that leads nowhere: it may be one with a key, mistyped."""
STATIC: Final = "/static/<path:path>"
"""Stands for static files, which are sent before an address is looked up."""
REQUESTS: Final = "kulanz.requests"
FIELDS: Final = ("method", "route", "status", "ms", "token")
"""What lines may tell beside their words: closed sets and numbers. Whatever else is added is left out."""
request_id: Final[ContextVar[str]] = ContextVar("request_id", default=NO_REQUEST)
job: Final[ContextVar[str]] = ContextVar("job", default=NO_JOB)

_ALWAYS: Final = ("time", "level", "logger", "event", "request_id", "job", "error", "trace")
_CALLED: Final = {"levelname": "level", "name": "logger", "message": "event"}
_NOBODY: Final = Names.of({})
_CAUSES: Final = 5

ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class RequestIdFilter(logging.Filter):
    """Gives every line the id of its request and the name of its job; ``-`` outside of one.

    What Django says of a request when it is over names the request itself.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", request_id.get())
        record.job = job.get()
        return True


class PatternFilter(logging.Filter):
    """Names a request by its pattern where Django names it by its address, which itself may hold a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path is not None and isinstance(record.args, tuple):
            record.args = tuple(route_of(request) if each == path else each for each in record.args)
        return True


class TextLines(logging.Formatter):
    """Lines for people: time in UTC, level, logger, request, job, words; then where an error came from."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} [{request_id} {job}]: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return super().format(discreet(record))

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 - the library's name
        return "" if ei[1] is None else "\n".join((*traced(ei[1]), said(ei[1])))


class JsonLines(JsonFormatter):
    """Lines for machines: one object each, with the fields of the reference and no others."""

    def __init__(self) -> None:
        names = [*_CALLED, "request_id", "job"]
        super().__init__(names, rename_fields=_CALLED, timestamp="time")

    def format(self, record: logging.LogRecord) -> str:
        return super().format(discreet(record))

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        if record.exc_info and record.exc_info[1] is not None:
            log_data |= {"error": said(record.exc_info[1]), "trace": list(traced(record.exc_info[1]))}
        for name in set(log_data) - {*_ALWAYS, *FIELDS}:
            del log_data[name]

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: ARG002, N802 - told apart above
        return ""


def route_of(request: Any) -> str:
    """Name a request by its pattern: an address itself may hold a key."""
    match = getattr(request, "resolver_match", None)
    if match:
        return f"/{match.route}"
    return STATIC if request.path.startswith(settings.STATIC_URL) else UNKNOWN


def discreet(record: logging.LogRecord) -> logging.LogRecord:
    """Return a record whose words name nobody: errors by their kind, without addresses and numbers of people.

    Other handlers get the record as it was.
    """
    kept = copy(record)
    kept.exc_text = kept.stack_info = None
    if isinstance(kept.args, tuple):
        kept.args = tuple(said(each) if isinstance(each, BaseException) else each for each in kept.args)
    words = kept.getMessage()
    kept.msg = words if kept.name == REQUESTS else _NOBODY.masked(words)
    kept.args = ()
    return kept


def said(error: BaseException) -> str:
    """Return what may be told of an error: its kind, and of our own what it says of everybody alike.

    What the rules refuse is told without its values; entries of the public log name nobody.
    """
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    if isinstance(error, TlogError):
        return f"{kind}: {_NOBODY.masked(str(error))}"
    if isinstance(error, RuleError):
        return f"{kind}: {error.text}"
    detail = (error.strerror if isinstance(error, OSError) else None) or _sql_state(error)
    return f"{kind}: {detail}" if detail else kind


def traced(error: BaseException) -> Iterator[str]:
    """Yield where an error came from, what it was caused by first: file, line and function, no values."""
    for each in reversed(list(_causes(error))):
        if each is not error:
            yield f"caused by {said(each)}"
        for frame in extract_tb(each.__traceback__):
            yield f"{_short(frame.filename)}:{frame.lineno} {frame.name}"


def tell_uncaught() -> None:
    """Have what nobody catches told in the log like the rest, not by Python with its values."""

    def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            logging.getLogger("kulanz").critical("ended by an error", exc_info=(kind, error, trace))

    sys.excepthook = told


def _causes(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    for _ in range(_CAUSES):
        if one is None:
            return
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _sql_state(error: BaseException) -> str:
    """Return PostgreSQL's code for what went wrong; its own words quote rows."""
    return str(getattr(error.__cause__ or error, "sqlstate", None) or "")


def _short(path: str) -> str:
    """Return the end of a path: where somebody keeps the program says who that is."""
    return "/".join(Path(path).parts[-3:])
