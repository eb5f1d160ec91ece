"""What the public pages have in common: no login and no cookie, for everybody alike, kept by any cache.

They are there once KULANZ_PUBLIC_PAGES says so. A page is made for one language, from its address or, without
one there, from what the browser asks for; nothing else of a visitor is read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from kulanz.core.spoken import LANGS, Lang
from kulanz.desk.conf import conf
from kulanz.desk.queries.calendars import usual_zone
from kulanz.desk.rules.errors import RuleError

FRESH_S: Final = 300
"""So many seconds a cache may show a page without asking again."""

# name of the address, and label
NAVIGATION: Final = (
    ("public_record", _("Moderation log")),
    ("public_rules", _("Rules")),
    ("public_promises", _("Promises")),
    ("public_report", _("Monthly report")),
    ("public_receipt", _("Check a receipt")),
)
View = Callable[..., HttpResponse]


class MissingError(Exception):
    """There is no such public page."""


def public_page(view: View) -> View:
    """A page that everybody may read; 404 for what is not there, 400 for parameters that make no sense."""
    return conditional_page(require_safe(_shown(view)))


def public_form(view: View) -> View:
    """A public page with a form that changes nothing: it needs no token against other sites."""
    return csrf_exempt(conditional_page(require_http_methods(["GET", "HEAD", "POST"])(_shown(view))))


def lang_of(request: HttpRequest) -> Lang:
    """Return the language that the address names, else the first of ours that the browser asks for."""
    wanted = [request.GET.get("lang", "")]
    wanted += [
        code[:2] for code, _share in parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    ]
    known = {each: each for each in LANGS}
    return next((known[code] for code in wanted if code in known), conf().language)


def rendered(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    """Make a page; who asks, and with what cookies, is unknown to its template."""
    lang = lang_of(request)
    addresses = {code: _in_language(request, code) for code in LANGS}
    offered = [(reverse(name), label) for name, label in NAVIGATION]
    shared = {
        "company": next(iter(conf().company), ""),
        "lang": lang,
        "languages": addresses,
        "navigation": [(url, label, _is_at(request.path, url)) for url, label in offered],
        "url": conf().url,
    }
    return HttpResponse(loader.render_to_string(template, shared | context), status=status)


def cacheable(request: HttpRequest, answer: HttpResponse, lang: Lang) -> HttpResponse:
    """Say that an answer is the same for everybody who asks for this language."""
    if answer.status_code == HTTPStatus.OK and request.method != "POST":
        answer.headers.setdefault("Cache-Control", f"public, max-age={FRESH_S}")
    else:
        answer["Cache-Control"] = "no-store"
    answer["Content-Language"] = lang
    answer.for_everybody = True  # type: ignore[attr-defined]  # read by PublicAnswers
    return answer


def absolute(name: str, *args: Any) -> str:
    """Return an address of the desk as others may keep it."""
    return conf().url + reverse(name, args=args)


class PublicAnswers:
    """Stands before everything that looks at sessions: a public answer depends on none and sets no cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._get_response(request)
        if getattr(answer, "for_everybody", False):
            answer.cookies.clear()
            answer["Vary"] = "Accept-Language"
        return answer


def _shown(view: View) -> View:
    @wraps(view)
    def shown(request: HttpRequest, **given: Any) -> HttpResponse:
        lang = lang_of(request)
        with translation.override(lang), timezone.override(ZoneInfo(usual_zone())):
            return cacheable(request, _answer(view, request, given), lang)

    return shown


def _answer(view: View, request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    missing = rendered(request, "public/missing.html", {}, HTTPStatus.NOT_FOUND)
    try:
        return view(request, timezone.now(), **given) if conf().public_pages else missing
    except MissingError:
        return missing
    except RuleError:
        return rendered(request, "public/missing.html", {"unclear": True}, HTTPStatus.BAD_REQUEST)


def _in_language(request: HttpRequest, lang: Lang) -> str:
    """Return the same page in a language, with everything else that its address asks for."""
    query = request.GET.copy()
    query["lang"] = lang
    return f"?{query.urlencode()}"


def _is_at(path: str, url: str) -> bool:
    return path == url or path.startswith(f"{url}/")
