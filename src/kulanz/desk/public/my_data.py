"""A person sees all that is held about them, takes it along, and says what is to become of it.

No login and no cookie: whoever asks gets a link by mail, to an address that is known here; the page says the
same whether it is. Forms need no token against other sites: these do not know the address.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from kulanz.desk import access
from kulanz.desk.public.limiting import PerMinute, asked_from
from kulanz.desk.public.outside import chosen, quietly, rendered
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.my_data import KINDS, LONGEST_WORDS
from kulanz.desk.rules.status_pages import Lang, lang_of
from kulanz.desk.services import data_requests, my_data_links
from kulanz.desk.services.held import subject_of
from kulanz.desk.services.my_data_export import archive
from kulanz.desk.services.my_data_views import elsewhere, sections

if TYPE_CHECKING:
    from kulanz.desk.models import DataLink

LIMITS: Final = PerMinute()
VISITS: Final = 30
"""A minute and network address, for right and wrong links together."""
ASKS: Final = 5
"""A minute and network address."""
DEEDS: Final = 10
"""A minute and link."""
EXPORTS: Final = 3
"""A minute and link."""
LARGEST: Final = 64 * 1024
"""Bytes of a form."""


@csrf_exempt
@quietly
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a link, by the address that somebody gives."""
    now, lang = timezone.now(), _own_lang(request)
    if not LIMITS.allows(asked_from(request), VISITS, now.timestamp()):
        return _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    if request.method != "POST":
        return rendered(request, "my_data_ask.html", {"told": request.GET.get("done") == "asked"}, lang)
    if _too_large(request):
        return _refused(request, "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not LIMITS.allows(f"asks {asked_from(request)}", ASKS, now.timestamp()):
        return _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    address = request.POST.get("email", "")[:254]
    try:
        my_data_links.ask(address=address, language=lang, now=now)
    except RuleError:
        context = {"wrong": True, "typed": address}
        return rendered(request, "my_data_ask.html", context, lang, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _onward(f"{reverse('my_data')}?lang={lang}&done=asked#told")


@csrf_exempt
@quietly
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Show what is held, or take down what its person asks for with a form."""
    now = timezone.now()
    link = _link(request, key, now)
    if isinstance(link, HttpResponse):
        return link
    if request.method == "POST":
        return _done(request, link, now)
    if request.method == "GET" and not request.user.is_authenticated:
        my_data_links.opened(link=link, now=now)
    return _shown(request, link, now)


@quietly
@require_GET
def export(request: HttpRequest, key: str) -> HttpResponseBase:
    """Send all that is held as one ZIP, as it is read."""
    now = timezone.now()
    link = _link(request, key, now)
    if isinstance(link, HttpResponse):
        return link
    if not LIMITS.allows(f"export {link.pk}", EXPORTS, now.timestamp()):
        return _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    pieces = archive(subject_of(link.person, now))
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return answer


def _link(request: HttpRequest, key: str, now: datetime) -> DataLink | HttpResponse:
    """Return the link, or what says that it leads nowhere."""
    if not LIMITS.allows(asked_from(request), VISITS, now.timestamp()):
        return _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    return access.data_link(key, now) or _refused(request, "nothing", HTTPStatus.NOT_FOUND)


def _done(request: HttpRequest, link: DataLink, now: datetime) -> HttpResponse:
    """Do what a form asks for, and lead back to the page; members look only."""
    if _too_large(request):
        return _refused(request, "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not LIMITS.allows(f"link {link.pk}", DEEDS, now.timestamp()):
        return _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    if request.user.is_authenticated:
        return _shown(request, link, now, told="members_look", status=HTTPStatus.FORBIDDEN)
    return _tried(request, link, now)


def _tried(request: HttpRequest, link: DataLink, now: datetime) -> HttpResponse:
    try:
        told = _do(request, link, now)
    except ConflictError:
        return _shown(request, link, now, told="changed", status=HTTPStatus.CONFLICT)
    except RuleError:
        return _shown(request, link, now, told="refused", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if told == "ended":
        return _onward(f"{reverse('my_data')}?lang={_lang(request, link)}")
    return _onward(f"{request.path}?lang={_lang(request, link)}&done={told}#told")


def _do(request: HttpRequest, link: DataLink, now: datetime) -> str:
    do, kind = request.POST.get("do", ""), request.POST.get("kind", "")
    if do == "end":
        my_data_links.end(link=link, now=now)
        return "ended"
    if do == "take_back":
        data_requests.take_back(person=link.person, kind=kind, now=now)
        return "taken_back"
    data_requests.ask(
        person=link.person,
        kind=kind,
        said=request.POST.get("text", ""),
        with_posts=request.POST.get("with_posts") == "1",
        language=_lang(request, link),
        now=now,
    )
    return "asked"


def _shown(
    request: HttpRequest, link: DataLink, now: datetime, *, told: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """Make the page; the words of a form that was refused are kept."""
    lang, done = _lang(request, link), request.GET.get("done", "")
    requests = data_requests.own_requests(link.person)
    context: dict[str, Any] = {
        "link": link,
        "key": request.resolver_match.kwargs["key"] if request.resolver_match else "",
        "person": link.person,
        "sections": sections(subject_of(link.person, now), lang),
        "elsewhere": elsewhere(lang),
        "requests": requests,
        "open": {row.kind for row, _words in requests if row.state == "open"},
        "kinds": KINDS,
        "told": told or (done if done in ("asked", "taken_back") else ""),
        "typed": request.POST.get("text", "")[:LONGEST_WORDS] if told else "",
        "typed_in": request.POST.get("kind", "") if told else "",
        "is_member": request.user.is_authenticated,
        "longest": LONGEST_WORDS,
    }
    return rendered(request, "my_data.html", context, lang, status)


def _refused(request: HttpRequest, kind: str, status: int) -> HttpResponse:
    answer = rendered(request, "my_data_refused.html", {"kind": kind}, _own_lang(request), status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = "60"
    return answer


def _onward(address: str) -> HttpResponse:
    answer = HttpResponseRedirect(address)
    answer.status_code = HTTPStatus.SEE_OTHER
    return answer


def _too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > LARGEST


def _lang(request: HttpRequest, link: DataLink) -> Lang:
    return chosen(request) or lang_of(link.language)


def _own_lang(request: HttpRequest) -> Lang:
    return chosen(request) or ("de" if (get_language() or "").startswith("de") else "en")
