"""What every request to the API passes: size, rate, idempotency, tags, and errors as problems."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kulanz.desk.api.door import SAFE, identified
from kulanz.desk.api.limiting import Limiter
from kulanz.desk.api.problems import MEDIA_TYPE, as_problem, problem
from kulanz.desk.api.secrets import keepable
from kulanz.desk.api.versions import tagged
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.networks import network_of
from kulanz.desk.services.idempotency import Answer, KeyReusedError, once

PREFIX: Final = "/api/"
TRY: Final = ("/try", "/check", "/suggest", "/summarise")
"""How the paths of operations end that change nothing and may take long: there is nothing to do once."""
MEMBERS: Final = Limiter(rate=50, burst=200)
STRANGERS: Final = Limiter(rate=1, burst=30)

Get = Callable[[HttpRequest], HttpResponse]


class ApiMiddleware:
    """Stands between Django and the API; pages pass untouched."""

    def __init__(self, get_response: Get) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self._get_response(request)
        refused = _too_large(request) or _too_often(request) or _with_nul(request)
        return refused or tagged(request, as_problem(request, self._answered(request)))

    def _answered(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        actor = identified(request)
        if key is None or request.method in SAFE or actor is None or request.path.endswith(TRY):
            return self._get_response(request)
        if actor.token_id is None:
            detail = "Idempotency-Key: expected a request with a token; sessions repeat nothing by themselves"
            return problem(request, HTTPStatus.BAD_REQUEST, detail)
        return _once(request, actor.token_id, key, self._get_response)


def _once(request: HttpRequest, token_id: int, key: str, get: Get) -> HttpResponse:
    whole = b"\n".join(((request.method or "").encode(), request.get_full_path().encode(), request.body))
    given: list[HttpResponse] = []

    def do() -> Answer:
        given.append(as_problem(request, get(request)))
        return Answer(given[0].status_code, keepable(request, given[0]))

    try:
        answer, again = once(token_id=token_id, key=key, request=whole, now=timezone.now(), do=do)
    except KeyReusedError as error:
        return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    except RuleError as error:
        return problem(request, HTTPStatus.BAD_REQUEST, str(error))
    return _again(request, answer, get) if again else given[0]


def _again(request: HttpRequest, answer: Answer, get: Get) -> HttpResponse:
    """Answer a repetition, which passes the door as the first did: whoever lost the right is told nothing."""
    request.answered_before = _repeated(answer)  # type: ignore[attr-defined]
    return as_problem(request, get(request))


def _repeated(answer: Answer) -> HttpResponse:
    media_type = MEDIA_TYPE if answer.status >= HTTPStatus.BAD_REQUEST else "application/json; charset=utf-8"
    response = HttpResponse(answer.body, status=answer.status, content_type=media_type)
    response["Idempotency-Replayed"] = "true"
    return response


def _too_large(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    if length.isdecimal() and int(length) <= limit:
        return None
    detail = f"expected a body of at most {limit} bytes, got {length[:20]}: send it in several requests"
    return problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)


def _with_nul(request: HttpRequest) -> HttpResponse | None:
    """Refuse an address with a character that no database keeps; bodies are looked at as they are read."""
    if "\0" not in unquote(request.get_full_path()):
        return None
    detail = "expected an address without NUL characters"
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail)


def _too_often(request: HttpRequest) -> HttpResponse | None:
    actor = identified(request)
    limiter = MEMBERS if actor else STRANGERS
    wait = limiter.wait(_name(request, actor), time.monotonic())
    if not wait:
        return None
    detail = f"expected at most {limiter.rate:g} requests a second: ask again in {math.ceil(wait)} s"
    headers = {"Retry-After": str(math.ceil(wait))}
    return problem(request, HTTPStatus.TOO_MANY_REQUESTS, detail, headers=headers)


def _name(request: HttpRequest, actor: Actor | None) -> str:
    if actor is None:
        return f"from {network_of(str(request.META.get('REMOTE_ADDR', '')))}"
    return f"token {actor.token_id}" if actor.token_id else f"member {actor.member_id}"
