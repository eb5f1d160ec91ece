"""Who asks: by a token, or, at a page, by the session; and whether they may."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from kulanz.desk.access import actor_of
from kulanz.desk.api.problems import MEDIA_TYPE, ProblemError
from kulanz.desk.rules.actor import Actor, By
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.tokens import holder

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER: Final = "bearer"


class ApiRequest(HttpRequest):
    """A request that passed the door. ``auth`` is who asks, ``shown_version`` that of the row shown.

    ``speaking`` are the members who speak at a source, by their accounts, once they were asked for.
    """

    auth: Actor
    shown_version: int
    speaking: dict[int, Mapping[str, str]]


class AnsweredError(Exception):
    """A request that was answered before, by somebody who may still ask; ``response`` is the answer."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


class Token(AuthBase):
    """Lets in whoever has one of some rights: by a role and, through a token, by a scope for it."""

    openapi_type = "http"
    openapi_scheme = _BEARER

    def __init__(self, *rights: Right) -> None:
        super().__init__()
        self._rights = rights

    def __call__(self, request: HttpRequest) -> Actor | None:
        actor = identified(request)
        if actor is None:
            raise ProblemError(
                HTTPStatus.UNAUTHORIZED,
                "expected the header 'Authorization: Bearer TOKEN' with a token that is still good",
                {"WWW-Authenticate": "Bearer"},
            )
        if actor.token_id is None and request.method not in SAFE and check_csrf(request):
            raise ProblemError(
                HTTPStatus.FORBIDDEN, "a session may write only with the header X-CSRFToken; or use a token"
            )
        actor.need(next(filter(actor.may, self._rights), self._rights[0]))
        request.needed_rights = self._rights  # type: ignore[attr-defined]
        answered = getattr(request, "answered_before", None)
        if answered is not None:
            raise AnsweredError(answered)
        return actor


def identified(request: HttpRequest) -> Actor | None:
    """Return who asks; None for strangers and for tokens that are unknown, ended or misspelt."""
    if not hasattr(request, "identified_actor"):
        request.identified_actor = _identify(request)  # type: ignore[attr-defined]
    return cast("Actor | None", request.identified_actor)  # type: ignore[attr-defined]


def by(request: ApiRequest) -> By:
    return By(actor=request.auth, now=timezone.now())


def needs(*rights: Right) -> dict[str, Any]:
    """Return what an operation says of who may use it: those with one of the rights."""
    described = {"$ref": "#/components/schemas/Problem"}
    problems = {"description": "A problem (RFC 9457)", "content": {MEDIA_TYPE: {"schema": described}}}
    return {
        "auth": Token(*rights),
        "openapi_extra": {"x-rights": [right.value for right in rights], "responses": {"default": problems}},
    }


def _identify(request: HttpRequest) -> Actor | None:
    shown = request.headers.get("Authorization")
    if shown is not None:
        scheme, _, text = shown.partition(" ")
        return holder(text=text.strip(), now=timezone.now()) if scheme.lower() == _BEARER else None
    member = request.user
    return actor_of(member) if member.is_authenticated else None
