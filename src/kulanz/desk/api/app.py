"""The API as a whole: its schema, its routes, and how what the rules refuse is told."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from kulanz import __version__
from kulanz.desk.access import NotFoundError
from kulanz.desk.api.door import AnsweredError
from kulanz.desk.api.problems import ProblemError, problem
from kulanz.desk.api.routes import (
    alerts,
    billing,
    calendars,
    cases,
    customer_imports,
    customers,
    data_requests,
    drafts,
    examples,
    gestures,
    giving,
    holds,
    insight,
    issues,
    language_model,
    measures,
    members,
    monthly,
    own,
    people,
    policies,
    promises,
    replaying,
    reports,
    rulebook,
    search,
    sentinel,
    settings,
    sources,
    status_pages,
    targets,
    teamwork,
    threads,
    waiting,
)
from kulanz.desk.api.schemas.common import Problem
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError

ROUTERS: Final = (
    threads.router,
    insight.router,
    issues.router,
    teamwork.router,
    reports.router,
    replaying.router,
    cases.router,
    promises.router,
    status_pages.router,
    drafts.router,
    language_model.router,
    people.router,
    customers.router,
    customer_imports.router,
    data_requests.router,
    gestures.router,
    giving.router,
    holds.router,
    alerts.router,
    policies.router,
    sources.router,
    measures.router,
    members.router,
    own.router,
    calendars.router,
    settings.router,
    rulebook.router,
    examples.router,
    sentinel.router,
    targets.router,
    billing.router,
    search.router,
    waiting.router,
    monthly.router,
)


class DeskApi(NinjaAPI):
    """Adds to the schema what no answer of an operation names: the shape of errors."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**given)
        schema["components"]["schemas"]["Problem"] = Problem.json_schema()
        return schema


api: Final = DeskApi(
    title="Kulanz",
    version=__version__,
    urls_namespace="api",
    description="What the pages of the desk can do, for programs. docs/reference/api.md explains it.",
    openapi_url="/openapi.json",
    docs_url=None,
)
for router in ROUTERS:
    api.add_router("/v1", router)

_STATUS: Final[tuple[tuple[type[Exception], HTTPStatus], ...]] = (
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (NotAllowedError, HTTPStatus.FORBIDDEN),
    (RuleError, HTTPStatus.UNPROCESSABLE_ENTITY),
)


@api.exception_handler(ConflictError)
def conflict(request: HttpRequest, error: ConflictError) -> HttpResponse:
    tagged = "If-Match" in request.headers
    return problem(request, HTTPStatus.PRECONDITION_FAILED if tagged else HTTPStatus.CONFLICT, str(error))


@api.exception_handler(RuleError)
def refused(request: HttpRequest, error: RuleError) -> HttpResponse:
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    return problem(request, status, str(error))


@api.exception_handler(ProblemError)
def impossible(request: HttpRequest, error: ProblemError) -> HttpResponse:
    return problem(request, error.status, error.detail, headers=error.headers)


@api.exception_handler(AnsweredError)
def answered(request: HttpRequest, error: AnsweredError) -> HttpResponse:  # noqa: ARG001 - as all are called
    return error.response


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [_field(each) for each in error.errors]
    detail = f"{len(errors)} field(s) are not as expected: 'errors' names them"
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, str(error))


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, HTTPStatus.NOT_FOUND, str(error))


def _field(error: dict[str, Any]) -> dict[str, Any]:
    """Return what was wrong with a field: where it is, and what was expected, without what came."""
    where, *path = (str(part) for part in error.get("loc", ()))
    pointer = path[1:] if where == "body" and len(path) > 1 else path
    name = "pointer" if where == "body" else "parameter"
    told = "/" + "/".join(pointer) if where == "body" else ".".join(pointer)
    return {name: told, "detail": str(error.get("msg", ""))}
