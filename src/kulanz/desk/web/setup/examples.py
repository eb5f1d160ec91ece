"""Outcomes as labelled examples: how many there are, what some look like, and the files to take along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from kulanz.core.posts import Post
from kulanz.desk.queries.examples import NEVER_FLAGGED, examples
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.examples import label_lines, post_lines, some_of, take_along
from kulanz.desk.web.pages import DeskRequest, by, page
from kulanz.desk.web.wording import WORDS
from kulanz.pages import safe

POSTS_SHOWN: Final = 3
TEXT_SHOWN: Final = 400
LEVELS: Final[dict[int, str | Lazy]] = {
    3: _("escalated, as people called it"),
    2: _("an issue"),
    0: _("no issue"),
}
ORIGINS: Final[dict[str, str | Lazy]] = {NEVER_FLAGGED: _("never flagged")}
FILES: Final = {"threads": post_lines, "threads.labels": label_lines}


@page(Right.SET_SOURCES)
def show(request: DeskRequest) -> HttpResponse:
    """How many examples of what there are; some of them where that is asked for, as they are taken along."""
    judged = _judged(request)
    found = examples(only_judged=judged)
    shown = request.GET.get("show") == "1"
    context = {
        "judged": judged,
        "total": len(found),
        "counts": [(LEVELS[level], _origin(origin), count) for level, origin, count in found.counts()],
        "shown": shown,
        "some": [_preview(each) for each in some_of(found)] if shown else [],
        "query": "?judged=1" if judged else "",
    }
    return render(request, "setup/examples.html", context)


@page(Right.SET_SOURCES)
def as_file(request: DeskRequest, name: str) -> HttpResponseBase:
    """All examples: the posts, or the labels. They go out while they are read."""
    lines = FILES.get(name)
    if lines is None:
        raise RuleError("examples: expected threads or threads.labels, got %(name)r", name=name)
    found = take_along(only_judged=_judged(request), **by(request))
    return as_lines(lines(found), f"{name}.jsonl")


def as_lines(lines: Iterator[bytes], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type="application/x-ndjson")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _judged(request: DeskRequest) -> bool:
    return request.GET.get("judged") == "1"


def _origin(origin: str) -> str:
    return str(ORIGINS.get(origin) or WORDS["outcome"].get(origin, origin))


def _preview(example: Any) -> dict[str, Any]:
    return {
        "level": LEVELS[example.label.level],
        "origin": _origin(example.label.origin),
        "id": example.label.thread_id,
        "title": safe.line(example.posts[0].thread_title or "", 120),
        "posts": [_line(each) for each in example.posts[:POSTS_SHOWN]],
        "more": max(0, len(example.posts) - POSTS_SHOWN),
    }


def _line(post: Post) -> dict[str, str]:
    cut = "…" if len(post.text) > TEXT_SHOWN else ""
    return {"author": post.author_id or "", "text": safe.block(post.text[:TEXT_SHOWN]) + cut}


urlpatterns: Final[list[Any]] = [
    path("setup/examples", show, name="examples"),
    path("setup/examples/<str:name>.jsonl", as_file, name="examples_file"),
]
