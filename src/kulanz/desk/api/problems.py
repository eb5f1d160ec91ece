"""Errors as RFC 9457 problem details, whoever found them: a rule, the router, or the framework."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:kulanz:problem:"


class ProblemError(Exception):
    """A request that cannot be done; ``status`` is one of HTTP's."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def problem(
    request: HttpRequest,
    status: int,
    detail: str,
    *,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return an answer that says what was expected, what came, and what to do.

    ``errors`` name the fields that were wrong, by JSON pointer where they are in the body.
    """
    title = TITLES.get(status, "Not possible")
    told: dict[str, Any] = {
        "type": TYPE + title.lower().replace(" ", "-"),
        "title": title,
        "status": int(status),
        "detail": detail,
        "instance": request.path,
        "request_id": getattr(request, "request_id", ""),
    }
    if errors:
        told["errors"] = list(errors)
    return HttpResponse(
        json.dumps(told, ensure_ascii=False),
        status=status,
        content_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return an error of the framework as a problem; everything else as it is."""
    if response.status_code < HTTPStatus.BAD_REQUEST or response.get("Content-Type") == MEDIA_TYPE:
        return response
    status = HTTPStatus(response.status_code)
    kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
    return problem(request, status, _DETAILS.get(status, status.description), headers=kept)


# words of our own: Python names some states otherwise from one version to the next
TITLES: Final[Mapping[int, str]] = {
    400: "Not understood",
    401: "Who asks is not known",
    403: "Not allowed",
    404: "Not found",
    405: "Method not known",
    409: "Changed meanwhile",
    412: "Changed since",
    413: "Too large",
    422: "Refused",
    428: "Version missing",
    429: "Too many requests",
    500: "Failed",
    503: "Not ready",
}
_DETAILS: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address; /api/openapi.json lists all that there are",
    HTTPStatus.METHOD_NOT_ALLOWED: "the header Allow lists the methods that this address knows",
    HTTPStatus.INTERNAL_SERVER_ERROR: "something failed here; the log tells more under the request_id",
    HTTPStatus.BAD_REQUEST: "the request cannot be read: look at host name, headers and body",
}
