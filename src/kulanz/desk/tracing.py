"""Traces: how long requests, jobs and fetches take, one within the other; off without KULANZ_TRACES_URL.

A span says what the log says: patterns, numbers and words of closed sets. What is called otherwise than in
``TOLD`` cannot be said of it, and errors are told by their kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final

from kulanz.desk.conf import conf

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

TOLD: Final = {
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
    "request": "kulanz.request_id",
    "job": "kulanz.job",
    "rows": "kulanz.rows",
    "source": "kulanz.source",
    "connector": "kulanz.connector",
    "result": "kulanz.result",
}
"""What spans may say, and OpenTelemetry's names for it."""
ERROR: Final = "error.type"

Tell = Callable[..., None]


@contextmanager
def span(name: str, **told: str | int) -> Iterator[Tell]:
    """Have what happens within traced; what is yielded says more of it, and may give it another ``name``."""
    tracer = _tracer()
    if tracer is None:
        yield _nothing
        return
    from opentelemetry.trace import StatusCode  # noqa: PLC0415 - of the extra otel

    # the library would write down what an error says, which quotes rows
    with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as current:

        def tell(*, called: str = "", **more: str | int) -> None:
            current.set_attributes({TOLD[each]: value for each, value in more.items()})
            if called:
                current.update_name(called)

        current.set_attributes({TOLD[each]: value for each, value in told.items()})
        try:
            yield tell
        except BaseException as error:
            current.set_attribute(ERROR, type(error).__qualname__)
            current.set_status(StatusCode.ERROR)
            raise


@cache
def _tracer() -> Tracer | None:
    """Return what spans are made by; made when the first is, so that each process has its own."""
    if not conf().traces_url:
        return None
    from kulanz.desk.trace_export import tracer  # noqa: PLC0415 - of the extra otel

    return tracer(conf())


def _nothing(*, called: str = "", **_more: str | int) -> None:
    del called
