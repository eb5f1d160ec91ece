"""The status page of a case, for whoever has its link: no login and no cookie, the address is secret.

Forms need no token against other sites: these do not know the address. A wrong link, a revoked one, and one
whose person was erased are answered alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kulanz.core.spoken import Lang, lang_for
from kulanz.desk import access
from kulanz.desk.access import NotFoundError
from kulanz.desk.public.limiting import PerMinute, asked_from
from kulanz.desk.public.outside import chosen, quietly, rendered
from kulanz.desk.queries.closing import asked_about, closing_note_of, satisfaction_of, was_posted
from kulanz.desk.queries.status_pages import offer
from kulanz.desk.rules.errors import ConflictError, RuleError
from kulanz.desk.rules.status_pages import LEVELS, LONGEST_ANSWER, lang_of
from kulanz.desk.services import status_answers, status_links
from kulanz.desk.services.status_views import view_of

if TYPE_CHECKING:
    from kulanz.desk.models import StatusPage

LIMITS: Final = PerMinute()
VISITS: Final = 60
"""A minute and network address, for right and wrong links together."""
DEEDS: Final = 10
"""A minute and page."""
LARGEST: Final = 128 * 1024
"""Bytes of a form."""
_READ: Final = 1024 * 1024
"""Bytes of a form whose words are shown again though it is too large."""

Deed = Callable[[HttpRequest, Any], str]


@csrf_exempt
@quietly
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, key: str) -> HttpResponse:
    """Show how a case stands, or do what its customer asks for with a form."""
    now = timezone.now()
    if not LIMITS.allows(asked_from(request), VISITS, now.timestamp()):
        return _refused(request, "too_often", HTTPStatus.TOO_MANY_REQUESTS)
    page = access.status_page(key, now)
    if page is None:
        return _refused(request, "nothing", HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        return _done(request, page)
    if request.method == "GET" and not request.user.is_authenticated:
        status_links.opened(page=page, now=now)
    return _shown(request, page)


def _done(request: HttpRequest, page: StatusPage) -> HttpResponse:
    """Do what a form asks for, and lead back to the page; members look only."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return _refused(request, "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not LIMITS.allows_of_all(f"status page {page.pk}", DEEDS, timezone.now().timestamp()):
        return _refused(request, "too_often_here", HTTPStatus.TOO_MANY_REQUESTS)
    return _tried(request, page)


def _tried(request: HttpRequest, page: StatusPage) -> HttpResponse:
    if request.user.is_authenticated:
        return _shown(request, page, told="members_look", status=HTTPStatus.FORBIDDEN)
    do = _DEEDS.get(request.POST.get("do", ""))
    if do is None:
        return _shown(request, page, told="unclear", status=HTTPStatus.BAD_REQUEST)
    try:
        with transaction.atomic():
            status_answers.hold(page)
            told = do(request, page)
    except NotFoundError:
        return _refused(request, "nothing", HTTPStatus.NOT_FOUND)
    except ConflictError:
        return _shown(request, page, told="changed", status=HTTPStatus.CONFLICT)
    except RuleError:
        return _shown(request, page, told="refused", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    answer = HttpResponseRedirect(f"{request.path}?lang={_lang(request, page)}&done={told}#told")
    answer.status_code = HTTPStatus.SEE_OTHER
    return answer


def _answer(request: HttpRequest, page: StatusPage) -> str:
    status_answers.write(page=page, text=request.POST.get("text", ""), now=timezone.now())
    return "answered"


def _yes(request: HttpRequest, page: StatusPage) -> str:
    return _said(request, page, is_yes=True)


def _no(request: HttpRequest, page: StatusPage) -> str:
    return _said(request, page, is_yes=False)


def _said(request: HttpRequest, page: StatusPage, *, is_yes: bool) -> str:
    gesture = offer(page, _number(request, "gesture"))
    if gesture is None:
        raise ConflictError("this gesture is not offered any more")
    text, seen = request.POST.get("text", ""), _number(request, "seen")
    status_answers.answer_gesture(gesture=gesture, seen=seen, is_yes=is_yes, text=text, now=timezone.now())
    return "yes" if is_yes else "no"


def _another(request: HttpRequest, page: StatusPage) -> str:
    status_answers.ask_for_another(page=page, text=request.POST.get("text", ""), now=timezone.now())
    return "another"


def _rate(request: HttpRequest, page: StatusPage) -> str:
    level, text = _number(request, "level"), request.POST.get("text", "")
    status_answers.rate(page=page, level=level, text=text, now=timezone.now())
    return "rated"


def _agree(request: HttpRequest, page: StatusPage) -> str:
    return _agreed(request, page, is_yes=True)


def _disagree(request: HttpRequest, page: StatusPage) -> str:
    return _agreed(request, page, is_yes=False)


def _agreed(request: HttpRequest, page: StatusPage, *, is_yes: bool) -> str:
    note = closing_note_of(page.case)
    if note is None:
        raise ConflictError("there is no closing note any more")
    status_answers.agree(note=note, seen=_number(request, "seen"), is_yes=is_yes, now=timezone.now())
    return "agreed" if is_yes else "no"


_DEEDS: Final[Mapping[str, Deed]] = {
    "answer": _answer,
    "yes": _yes,
    "no": _no,
    "another": _another,
    "rate": _rate,
    "agree": _agree,
    "disagree": _disagree,
}
_TOLD: Final = frozenset({"answered", "yes", "no", "another", "rated", "agreed"})


def _shown(
    request: HttpRequest, page: StatusPage, *, told: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """Make the page; ``told`` is what became of a form, whose words are kept where it was refused."""
    lang, now = _lang(request, page), timezone.now()
    done = request.GET.get("done", "")
    view = view_of(page=page, lang=lang)
    context = {
        "page": page,
        "case": page.case,
        "view": view,
        "told": told or (done if done in _TOLD else ""),
        "typed": request.POST.get("text", "")[:LONGEST_ANSWER] if told else "",
        "typed_in": (request.POST.get("gesture") or request.POST.get("do", "")) if told else "",
        "is_member": request.user.is_authenticated,
        "longest": LONGEST_ANSWER,
        **_settled(page, now, request.POST.get("level", "") if told else ""),
    }
    with timezone.override(ZoneInfo(view.status.zone)):
        return rendered(request, "status_page.html", context, lang, status)


def _settled(page: StatusPage, now: datetime, chosen: str) -> dict[str, Any]:
    """What is asked once the case is settled; ``chosen`` is the step in a form that was refused."""
    if page.case.state not in ("resolved", "closed"):
        return {}
    note, said = closing_note_of(page.case), satisfaction_of(page.case)
    return {
        "asked": asked_about(page.case, now),
        "said": said,
        "levels": LEVELS,
        "chosen": next((each for each in LEVELS if str(each) == chosen), said.level if said else None),
        "note": note,
        "note_posted": note is not None and was_posted(note),
    }


def _refused(request: HttpRequest, kind: str, status: int) -> HttpResponse:
    lang = chosen(request) or lang_for(translation.get_language())
    typed = "" if kind == "nothing" else _typed(request)
    answer = rendered(request, "status_refused.html", {"kind": kind, "typed": typed}, lang, status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = "60"
    return answer


def _typed(request: HttpRequest) -> str:
    """The words of a form that is not read otherwise, to be copied."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return request.POST.get("text", "") if length.isdecimal() and int(length) <= _READ else ""


def _lang(request: HttpRequest, page: StatusPage) -> Lang:
    """The language that was chosen on the page, else the customer's."""
    return chosen(request) or lang_of(page.language)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):  # noqa: PLR2004 - a key's digits
        raise RuleError("form: expected a number")
    return int(text)
