"""How traces leave: by OTLP over HTTP, in the background, without turns that found nothing to do."""

from __future__ import annotations

from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Tracer

from kulanz import __version__
from kulanz.desk.conf import Conf
from kulanz.desk.tracing import TOLD

_QUIET: Final = frozenset({"/livez", "/readyz", "/metrics"})
_TIMEOUT_S: Final = 10.0


class BusyOnly(SpanProcessor):
    """Passes on what did something: workers look for each job every second, and mostly find nothing."""

    def __init__(self, inner: SpanProcessor) -> None:
        self._inner = inner

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        self._inner.on_start(span, parent_context)

    def on_end(self, span: ReadableSpan) -> None:
        said = span.attributes or {}
        if said.get(TOLD["rows"]) != 0 and said.get(TOLD["route"]) not in _QUIET:
            self._inner.on_end(span)

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def provider(processor: SpanProcessor, share: float) -> TracerProvider:
    """Return what makes spans of a share of requests and jobs, with all that happens within them.

    Nothing names the machine. What a request says of a trace it belongs to is not believed: anybody could
    have everything traced by it.
    """
    made = TracerProvider(
        resource=Resource.create({SERVICE_NAME: "kulanz", SERVICE_VERSION: __version__}),
        sampler=ParentBased(TraceIdRatioBased(share)),
    )
    made.add_span_processor(BusyOnly(processor))
    return made


def tracer(given: Conf) -> Tracer:
    """Return the tracer of this process; what waits to be sent is sent when the process ends."""
    headers = {"Authorization": f"Bearer {given.traces_token}"} if given.traces_token else None
    exporter = OTLPSpanExporter(endpoint=given.traces_url, headers=headers, timeout=_TIMEOUT_S)
    return provider(BatchSpanProcessor(exporter), given.traces_share).get_tracer("kulanz", __version__)
