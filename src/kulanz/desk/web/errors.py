"""Pages in place of what cannot be shown: what happened, and where one can go on."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404

_TEMPLATE: Final = "error.html"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What makes no sense; words of Django's own, such as those about a wrong host, are left to the log."""
    told = str(exception) if isinstance(exception, BadRequest) else ""
    return render(request, _TEMPLATE, {"kind": "bad", "told": told}, status=HTTPStatus.BAD_REQUEST)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    told = str(exception) if isinstance(exception, PermissionDenied) else ""
    return render(request, _TEMPLATE, {"kind": "not_allowed", "told": told}, status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    ours = isinstance(exception, Http404) and not isinstance(exception, Resolver404)
    context = {"kind": "not_found", "told": str(exception) if ours else ""}
    return render(request, _TEMPLATE, context, status=HTTPStatus.NOT_FOUND)


def form_not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form without the token of this session: mostly one that lay open while somebody logged in anew."""
    return render(request, _TEMPLATE, {"kind": "form"}, status=HTTPStatus.FORBIDDEN)


def too_often(request: HttpRequest) -> HttpResponse:
    """Somebody at this address tries to get in again and again."""
    return render(request, _TEMPLATE, {"kind": "too_often"}, status=HTTPStatus.TOO_MANY_REQUESTS)


def failed(request: HttpRequest) -> HttpResponse:
    """Without a context of the request: reading its member may be just what has failed."""
    context = {"kind": "failed", "request_id": getattr(request, "request_id", "")}
    return HttpResponse(render_to_string(_TEMPLATE, context), status=HTTPStatus.INTERNAL_SERVER_ERROR)
