"""For those who run the desk: is it alive, is it ready, how does it do."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kulanz.desk.api.door import identified
from kulanz.desk.api.metrics import CONTENT_TYPE, exposition
from kulanz.desk.queries.readiness import readiness
from kulanz.desk.rules.roles import Right


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view gets its request
    """The process answers; whoever looks after it need not restart it."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether everything that is needed is there; ``?exclude=worker`` leaves a check out of the verdict."""
    left_out = set(request.GET.getlist("exclude"))
    checks = readiness(timezone.now())
    good = all(check.good for check in checks if check.vital and check.name not in left_out)
    told = {check.name: "good" if check.good else check.detail for check in checks}
    status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"ready": good, "checks": told}, status=status)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for Prometheus, for this machine itself or with a token of the scope ``metrics``."""
    if not _is_this_machine(request):
        actor = identified(request)
        if actor is None:
            return _told(HTTPStatus.UNAUTHORIZED, "expected a token with the scope metrics\n")
        if not actor.may(Right.SEE_METRICS):
            return _told(HTTPStatus.FORBIDDEN, "this token or member may not see metrics\n")
    return HttpResponse(exposition(), content_type=CONTENT_TYPE)


def _is_this_machine(request: HttpRequest) -> bool:
    """Whether a program here asks by itself; what a proxy passed on comes from elsewhere."""
    if {"X-Forwarded-For", "Forwarded"} & set(request.headers):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _told(status: HTTPStatus, text: str) -> HttpResponse:
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    return HttpResponse(text, status=status, headers=headers, content_type="text/plain; charset=utf-8")
