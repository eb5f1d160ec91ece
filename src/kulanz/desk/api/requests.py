"""Every request, of a page or the API: it gets an id, its time is taken, and a line is logged."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from typing import Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from kulanz.desk.api.metrics import REQUESTS
from kulanz.desk.api.middleware import PREFIX
from kulanz.desk.api.problems import as_problem
from kulanz.desk.logs import REQUESTS as LOGGER
from kulanz.desk.logs import UNKNOWN, request_id, route_of
from kulanz.desk.tracing import Tell, span

logger = logging.getLogger(LOGGER)

HEADER: Final = "X-Request-ID"
_USABLE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET: Final = frozenset({"livez", "readyz", "metrics"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMiddleware:
    """Stands before everything else, so that what others refuse is counted and told of as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        name = given if _USABLE.fullmatch(given) else uuid4().hex
        request.request_id = name  # type: ignore[attr-defined]
        mark, began = request_id.set(name), time.perf_counter()
        try:
            with span("request", request=name) as tell:
                response = self._get_response(request)
                if request.path.startswith(PREFIX):
                    response = as_problem(request, response)
                _tell(request, response, time.perf_counter() - began, tell)
        finally:
            request_id.reset(mark)
        response[HEADER] = name
        return response


def _tell(request: HttpRequest, response: HttpResponse, seconds: float, tell: Tell) -> None:
    """Count, log and trace a request by its pattern."""
    route = route_of(request)
    method = request.method if request.method in _METHODS else UNKNOWN
    tell(called=f"{method} {route}", method=method, route=route, status=response.status_code)
    REQUESTS.labels(method, route, str(response.status_code)).observe(seconds)
    actor = getattr(request, "actor", None) or getattr(request, "identified_actor", None)
    fields = {
        "method": method,
        "route": route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "token": actor.token_id if actor else None,
    }
    level = logging.DEBUG if route.strip("/") in _QUIET else logging.INFO
    logger.log(level, "%(method)s %(route)s %(status)s in %(ms)s ms", fields, extra=fields)
