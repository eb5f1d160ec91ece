"""The receipt page: whoever has a receipt, or a saved post with its receipt, learns what it proves."""

from __future__ import annotations

import logging
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kulanz.desk.conf import conf
from kulanz.desk.public.limiting import PerMinute, asked_from
from kulanz.desk.public.pages import public_form, rendered
from kulanz.desk.queries.record import log_keys
from kulanz.desk.services.log_proofs import check, linked_receipt
from kulanz.logstores.receipts import MAX_RECEIPT
from kulanz.tlog.errors import TlogError
from kulanz.tlog.receipts import SUFFIX

logger = logging.getLogger(__name__)

LIMITS: Final = PerMinute()
CHECKS: Final = 20
"""A minute and network address."""
LARGEST_POST: Final = 512 * 1024
LARGEST: Final = MAX_RECEIPT + LARGEST_POST + 64 * 1024
"""Bytes of the whole form."""
_SECRET: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


@public_form
def show(request: HttpRequest, now: datetime) -> HttpResponse:
    """Say what can be checked; with a form, check it. Nothing of it is kept."""
    if request.method != "POST":
        return _page(request, {})
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return _page(request, {"refused": "too_large"}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not LIMITS.allows(asked_from(request), CHECKS, now.timestamp()):
        answer = _page(request, {"refused": "too_often"}, HTTPStatus.TOO_MANY_REQUESTS)
        answer["Retry-After"] = "60"
        return answer
    return _checked(request)


@never_cache
@require_safe
def download(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt of the person whom an entry is about, for whoever has its secret address."""
    if not LIMITS.allows(asked_from(request), CHECKS, timezone.now().timestamp()):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": "60"})
    try:
        found = linked_receipt(token) if conf().public_pages else None
    except TlogError:
        logger.exception("the files of the public log do not prove an entry whose receipt was asked for")
        found = None
    if found is None:
        return HttpResponse("there is no such receipt, or not yet\n", status=HTTPStatus.NOT_FOUND)
    answer = HttpResponse(bytes(found), content_type="application/octet-stream", headers=_SECRET)
    answer["Content-Disposition"] = f'attachment; filename="entry-{found.index}{SUFFIX}"'
    answer.for_everybody = True  # type: ignore[attr-defined]  # no cookie, read by PublicAnswers
    return answer


def _checked(request: HttpRequest) -> HttpResponse:
    receipt = _file(request, "receipt", MAX_RECEIPT)
    post = _file(request, "post", LARGEST_POST)
    saved = request.POST.get("text", "")[:LARGEST_POST] or (post or b"").decode("utf-8", "replace")
    if not receipt:
        kind = "without_receipt" if saved.strip() else "nothing"
        return _page(request, {"refused": kind}, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, {"checked": check(receipt, saved), "with_post": bool(saved.strip())})


def _file(request: HttpRequest, name: str, most: int) -> bytes | None:
    """Return a file of the form, up to one byte more than may be in it."""
    found = request.FILES.get(name)
    return found.read(most + 1) if isinstance(found, UploadedFile) else None


def _page(request: HttpRequest, found: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    return rendered(request, "public/receipt.html", {"keys": log_keys(), **found}, status)
