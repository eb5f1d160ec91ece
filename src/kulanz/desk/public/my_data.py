"""A person sees all that is held about them, takes it along, and says what is to become of it.

No login and no cookie: whoever asks gets a link by mail, to an address that is known here, or by private
message to an account that is; the page says the same whether it is. Forms need no token against other sites:
these do not know the address.
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

from kulanz.core.spoken import Lang, lang_for
from kulanz.desk import access
from kulanz.desk.public.limiting import PerMinute, asked_from
from kulanz.desk.public.outside import chosen, quietly, rendered
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.my_data import KINDS, LONGEST_WORDS
from kulanz.desk.rules.status_pages import lang_of
from kulanz.desk.services import data_requests, my_data_links, my_data_messages
from kulanz.desk.services.held import subject_of, subject_of_account
from kulanz.desk.services.my_data_export import archive
from kulanz.desk.services.my_data_views import elsewhere, sections

if TYPE_CHECKING:
    from kulanz.desk.models import Account, DataLink, Person
    from kulanz.desk.services.held_rows import Subject

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
    """Ask for a link, by the address or the account that somebody gives."""
    now, lang = timezone.now(), _own_lang(request)
    if not LIMITS.allows(asked_from(request), VISITS, now.timestamp()):
        return _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    if request.method != "POST":
        done = request.GET.get("done", "")
        return _asking(request, lang, told=done if done in ("asked", "written") else "")
    if _too_large(request):
        return _refused(request, "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not LIMITS.allows_of_all(f"own data asks {asked_from(request)}", ASKS, now.timestamp()):
        return _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    return _asked(request, lang, now)


def _asked(request: HttpRequest, lang: Lang, now: datetime) -> HttpResponse:
    """Take down who wants a link, and say what comes where it is known."""
    typed = {name: request.POST.get(name, "")[:255] for name in ("email", "source", "account")}
    by_message = "account" in request.POST
    try:
        if by_message:
            my_data_messages.ask(source=typed["source"], account=typed["account"], language=lang, now=now)
        else:
            my_data_links.ask(address=typed["email"], language=lang, now=now)
    except RuleError:
        wrong = "account" if by_message else "email"
        return _asking(request, lang, typed=typed, wrong=wrong, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _onward(f"{reverse('my_data')}?lang={lang}&done={'written' if by_message else 'asked'}#told")


def _asking(request: HttpRequest, lang: Lang, *, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
    """Make the page on which a link is asked for; it offers the ways that there are."""
    return rendered(request, "my_data_ask.html", {"ways": my_data_messages.ways(), **context}, lang, status)


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
    if not LIMITS.allows_of_all(f"own data export {link.pk}", EXPORTS, now.timestamp()):
        return _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    pieces = archive(_subject(link, now))
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
    if not LIMITS.allows_of_all(f"own data link {link.pk}", DEEDS, now.timestamp()):
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
        data_requests.take_back(person=_person(link, now), kind=kind, account=link.account, now=now)
        return "taken_back"
    if do != "ask":
        raise RuleError("form: expected something to do")
    data_requests.ask(
        person=_person(link, now),
        account=link.account,
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
    person = link.person or (link.account.person if link.account else None)
    requests = data_requests.own_requests(person, link.account) if person else []
    context: dict[str, Any] = {
        "link": link,
        "key": request.resolver_match.kwargs["key"] if request.resolver_match else "",
        "sections": sections(_subject(link, now), lang),
        "elsewhere": elsewhere(lang),
        "requests": requests,
        "back": data_requests.can_take_back(person, link.account) if person else (),
        "kinds": KINDS,
        "told": told or (done if done in ("asked", "taken_back") else ""),
        "typed": request.POST.get("text", "")[:LONGEST_WORDS] if told else "",
        "typed_in": request.POST.get("kind", "") if told else "",
        "mail": my_data_messages.ways().mail,
        "is_member": request.user.is_authenticated,
        "longest": LONGEST_WORDS,
    }
    return rendered(request, "my_data.html", context, lang, status)


def _subject(link: DataLink, now: datetime) -> Subject:
    """Return whose data a link shows: a person's, or that of the account that it was sent to."""
    return subject_of(link.person, now) if link.person else subject_of_account(_account(link), now)


def _person(link: DataLink, now: datetime) -> Person:
    """Return whose requests a link makes; an account gets a profile for them."""
    return link.person or my_data_messages.profile_of(account=_account(link), now=now)


def _account(link: DataLink) -> Account:
    if link.account is None:
        raise RuleError("link: expected a person or an account")
    return link.account


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
    return chosen(request) or lang_for(get_language())
