"""The files of the public log, as any web server could show them from the log's folder."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import conditional_page, require_safe

from kulanz.desk.conf import conf
from kulanz.desk.services.log_sequencing import store
from kulanz.tlog.errors import TlogError
from kulanz.tlog.sequencing import StoreError
from kulanz.tlog.tiles import CHECKPOINT_PATH, parse_path

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TEXT: Final = "text/plain; charset=utf-8"


@conditional_page
@require_safe
def show(request: HttpRequest, path: str) -> HttpResponse:  # noqa: ARG001 - every view is asked alike
    """One file: tiles and entries never change, the checkpoint is asked for anew each time."""
    try:
        content = store().read(path) if conf().public_pages and _is_shown(path) else None
    except StoreError:
        return _plain("the log cannot be read now: try again later\n", HTTPStatus.SERVICE_UNAVAILABLE)
    if content is None:
        return _plain("the log has no such file\n", HTTPStatus.NOT_FOUND)
    is_checkpoint = path == CHECKPOINT_PATH
    answer = HttpResponse(content, content_type=_TEXT if is_checkpoint else "application/octet-stream")
    answer["Cache-Control"] = "no-cache" if is_checkpoint else _FOR_EVER
    answer["Access-Control-Allow-Origin"] = "*"
    return _for_everybody(answer)


def _is_shown(path: str) -> bool:
    """Whether it is a file that everybody may see: what is staged is not."""
    try:
        return path == CHECKPOINT_PATH or bool(parse_path(path))
    except TlogError:
        return False


def _plain(text: str, status: HTTPStatus) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type=_TEXT)
    answer["Cache-Control"] = "no-store"
    return _for_everybody(answer)


def _for_everybody(answer: HttpResponse) -> HttpResponse:
    answer.for_everybody = True  # type: ignore[attr-defined]  # read by PublicAnswers
    return answer
