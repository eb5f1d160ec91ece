"""What pages for people outside have in common: kept by nobody, told to no other site, in two languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache

from kulanz.core.spoken import LANGS, Lang
from kulanz.desk.conf import conf

_HEADERS: Final = MappingProxyType(
    {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
)
View = Callable[..., HttpResponseBase]


def quietly(view: View) -> View:
    """Have an answer kept by nobody, found by no search engine, and told to no other site."""

    @wraps(view)
    def quiet(request: HttpRequest, *args: str, **given: str) -> HttpResponseBase:
        answer = view(request, *args, **given)
        for name, value in _HEADERS.items():
            answer[name] = value
        return answer

    return never_cache(quiet)


def rendered(
    request: HttpRequest, template: str, context: Mapping[str, Any], lang: Lang, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Make a page in a language."""
    shared = {"company": next(iter(conf().company), ""), "lang": lang, "rules_shown": conf().public_pages}
    with translation.override(lang):
        answer = render(request, template, {**context, **shared}, status=status)
    answer["Content-Language"] = lang
    return answer


def chosen(request: HttpRequest) -> Lang | None:
    """Return the language that was chosen on the page."""
    return next((each for each in LANGS if each == request.GET.get("lang")), None)
