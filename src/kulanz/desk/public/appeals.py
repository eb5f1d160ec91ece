"""Appeals against measures, for everybody: no login, no cookie; the page of an appeal has a secret address.

Forms need no token against other sites: nothing is known here of who asks, and the page of an appeal is not
known to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kulanz.core.spoken import Lang, lang_for
from kulanz.desk.public.limiting import PerMinute, asked_from
from kulanz.desk.public.outside import chosen, rendered
from kulanz.desk.queries.moderating import appeal_by, public_measure
from kulanz.desk.rules.appeals import LONGEST, MOST_A_DAY, digest_of
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.services import appeals
from kulanz.desk.services.appeal_links import BETWEEN, is_authors

if TYPE_CHECKING:
    from kulanz.desk.models import Appeal

LIMITS: Final = PerMinute()
VISITS: Final = 60
"""A minute and network address."""
MADE: Final = 5
"""Appeals a minute and network address."""
DEEDS: Final = 10
"""A minute and page of an appeal."""
LARGEST: Final = 64 * 1024
"""Bytes of a form."""
_TOLD: Final = frozenset({"made", "written", "taken_back"})
_HEADERS: Final = MappingProxyType(
    {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
)
View = Callable[..., HttpResponse]


def _door(view: View) -> View:
    """Have a page kept by nobody and told to nobody; refuse who asks too often, or sends too much."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        now = timezone.now().timestamp()
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not LIMITS.allows(asked_from(request), VISITS, now):
            answer = _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
        elif not length.isdecimal() or int(length) > LARGEST:
            answer = _refused(request, "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            answer = view(request, *args, **given)
        for name, value in _HEADERS.items():
            answer[name] = value
        return answer

    return csrf_exempt(never_cache(guarded))


@_door
@require_http_methods(["GET", "HEAD"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask for the reference of a measure, and lead to its page."""
    given = request.GET.get("reference", "").strip().upper()[:16]
    if given and public_measure(given) is not None:
        return HttpResponseRedirect(reverse("appeal_make", args=[given]) + _query(request))
    return _page(request, "public_appeal_find.html", {"given": given})


@_door
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a measure with its reasons, and take an appeal against it.

    In the link of the author's notice a secret follows the reference.
    """
    reference, _between, link = reference.partition(BETWEEN)
    measure = public_measure(reference)
    if measure is None:
        return _refused(request, "nothing", HTTPStatus.NOT_FOUND)
    context: dict[str, Any] = {"measure": measure, "longest": LONGEST, "typed": request.POST}
    context["by_notice"] = is_authors(measure, link)
    if request.method != "POST":
        return _page(request, "public_appeal.html", context)
    now = timezone.now()
    if not LIMITS.allows_of_all(f"appeal made {asked_from(request)}", MADE, now.timestamp()):
        return _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    many = f"appeal {measure.pk} {asked_from(request)}"
    if not context["by_notice"] and not LIMITS.allows_a_day(many, MOST_A_DAY, now.timestamp()):
        return _page(request, "public_appeal.html", {**context, "today": True}, HTTPStatus.TOO_MANY_REQUESTS)
    try:
        made = appeals.make(
            measure=measure,
            side=request.POST.get("side", ""),
            text=request.POST.get("text", ""),
            link=link,
            now=now,
        )
    except RuleError as error:
        if not context["by_notice"]:
            LIMITS.forget_one(many, now.timestamp())
        context["refused"] = error
        return _page(request, "public_appeal.html", context, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _onward(request, made.key, "made")


@_door
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Show how an appeal stands, with all that was said, and take what its maker writes."""
    appeal = appeal_by(digest_of(key))
    if appeal is None:
        return _refused(request, "nothing", HTTPStatus.NOT_FOUND)
    if request.method != "POST":
        return _shown(request, appeal)
    if not LIMITS.allows_of_all(f"appeal {appeal.pk}", DEEDS, timezone.now().timestamp()):
        return _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    try:
        told = _DEEDS.get(request.POST.get("do", ""), _unclear)(request, appeal)
    except ConflictError:
        return _shown(request, appeal, "changed", HTTPStatus.CONFLICT)
    except RuleError:
        return _shown(request, appeal, "refused", HTTPStatus.UNPROCESSABLE_ENTITY)
    return _onward(request, key, told)


def _write(request: HttpRequest, appeal: Appeal) -> str:
    appeals.write(appeal=appeal, text=request.POST.get("text", ""), now=timezone.now())
    return "written"


def _take_back(_: HttpRequest, appeal: Appeal) -> str:
    appeals.take_back(appeal=appeal, now=timezone.now())
    return "taken_back"


def _unclear(_: HttpRequest, __: Appeal) -> str:
    raise RuleError("form: expected something to do")


_DEEDS: Final[Mapping[str, Callable[[HttpRequest, Appeal], str]]] = {
    "write": _write,
    "take_back": _take_back,
}


def _shown(request: HttpRequest, appeal: Appeal, told: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    done = request.GET.get("done", "")
    known = done in _TOLD and (done == "taken_back" or appeal.state == "open")
    context = {
        "appeal": appeal,
        "measure": appeal.measure,
        "messages": list(appeal.messages.all()),
        "told": told or (done if known else ""),
        "typed": request.POST.get("text", "")[:LONGEST] if told else "",
        "longest": LONGEST,
    }
    return _page(request, "public_appeal_page.html", context, status)


def _onward(request: HttpRequest, key: str, told: str) -> HttpResponse:
    query = f"?lang={_lang(request)}&done={told}#told"
    answer = HttpResponseRedirect(reverse("appeal_page", args=[key]) + query)
    answer.status_code = HTTPStatus.SEE_OTHER
    return answer


def _refused(request: HttpRequest, kind: str, status: int) -> HttpResponse:
    answer = _page(request, "public_appeal_refused.html", {"kind": kind}, status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = "60"
    return answer


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    lang = _lang(request)
    answer = rendered(request, template, context, lang, status)
    answer["Vary"] = "Accept-Language"
    return answer


def _lang(request: HttpRequest) -> Lang:
    """The language that was chosen on the page, else the one that the browser asks for."""
    return chosen(request) or lang_for(translation.get_language_from_request(request))


def _query(request: HttpRequest) -> str:
    return f"?lang={_lang(request)}" if "lang" in request.GET else ""
