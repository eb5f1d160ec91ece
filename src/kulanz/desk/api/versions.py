"""Optimistic locking and caching: the tag of an answer begins with the version of the row it shows."""

from __future__ import annotations

import re
from hashlib import sha256
from http import HTTPStatus
from typing import Final, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from kulanz.desk.api.door import ApiRequest, by
from kulanz.desk.api.problems import ProblemError
from kulanz.desk.rules.actor import Decided

_TAG: Final = re.compile(r'(?:W/)?"(\d{1,9})-[0-9a-f]{16}"')
_LENGTH: Final = 16


class HasVersion(Protocol):
    """A row that two people may want to change."""

    @property
    def version(self) -> int: ...


_Row = TypeVar("_Row", bound=HasVersion)


def shown(request: ApiRequest, row: _Row) -> _Row:
    """Have the answer's tag say which version of a row it shows; return the row."""
    request.shown_version = row.version
    return row


def decided(request: ApiRequest, seen: int | None) -> Decided:
    """Return who changes a row, when, and which version they saw: by ``If-Match``, else ``seen``.

    Raise ProblemError 428 without either, 412 where the tag is not one of ours.
    """
    return Decided(**by(request), seen=_seen(request, seen))


def _seen(request: HttpRequest, seen: int | None) -> int:
    given = request.headers.get("If-Match")
    if given is None:
        if seen is None:
            detail = "say which version you saw: the header If-Match with its ETag, or the field 'seen'"
            raise ProblemError(HTTPStatus.PRECONDITION_REQUIRED, detail)
        return seen
    tag = _TAG.fullmatch(given.strip())
    if tag is None:
        detail = f"If-Match: expected the ETag of an answer that shows one thing, got {given[:80]!r}"
        raise ProblemError(HTTPStatus.PRECONDITION_FAILED, detail)
    return int(tag[1])


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give an answer to a reader its tag; where the reader has it already, return 304 without a body."""
    if request.method not in {"GET", "HEAD"} or response.status_code != HTTPStatus.OK or response.streaming:
        return response
    version = getattr(request, "shown_version", None)
    hashed = sha256(response.content).hexdigest()[:_LENGTH]
    tag = f'"{version}-{hashed}"' if version is not None else f'"{hashed}"'
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization, Cookie, Accept-Language"
    if tag not in _tags(request.headers.get("If-None-Match", "")):
        return response
    kept = {name: response[name] for name in ("ETag", "Cache-Control", "Vary")}
    return HttpResponseNotModified(headers=kept)


def _tags(given: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in given.split(",")}
