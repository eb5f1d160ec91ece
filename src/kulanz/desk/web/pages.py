"""What every page needs: who asks, what they may, and how refusals are told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kulanz.desk.access import NotFoundError, actor_of
from kulanz.desk.rules.actor import Actor, By
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.web.refusals import refusal

if TYPE_CHECKING:
    from kulanz.desk.models import Member

View = Callable[..., HttpResponseBase]


class DeskRequest(HttpRequest):
    """A request of a member who is logged in; ``actor`` is set by ``page`` and ``act``."""

    actor: Actor


def by(request: DeskRequest) -> By:
    return By(actor=request.actor, now=timezone.now())


def page(right: Right) -> Callable[[View], View]:
    """A page that only those with a right see: others get 403, strangers the login.

    An address whose parameters make no sense is answered with 400.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
            try:
                return view(_known(request, right), *args, **given)
            except NotFoundError as error:
                raise Http404(refusal(error)) from error
            except RuleError as error:
                raise BadRequest(refusal(error)) from error

        return require_GET(login_required(guarded))

    return decorate


def act(right: Right) -> Callable[[View], View]:
    """A form's target: it does one thing and returns where to go on.

    What the rules refuse is told on the page that the form was on; nothing was changed then.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
            try:
                return view(_known(request, right), *args, **given)
            except NotFoundError as error:
                raise Http404(refusal(error)) from error
            except NotAllowedError as error:
                raise PermissionDenied(refusal(error)) from error
            except ConflictError:
                messages.error(request, _clash(request))
                return back(request, "/")
            except RuleError as error:
                messages.error(request, refusal(error))
                return back(request, "/")

        return require_POST(login_required(guarded))

    return decorate


def undoable(request: HttpRequest, words: str, address: str, seen: int) -> None:
    """Have the next page say something with a button that takes it back; its form is in base.html."""
    button = format_html(
        '<button form="undo" formaction="{}" name="seen" value="{}" data-key="u">{}</button>',
        address,
        seen,
        _("Undo"),
    )
    messages.success(request, format_html("{} {}", words, button))


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """Go to the page that the form names in ``next``, if it is one of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if ours else otherwise)


def _clash(request: HttpRequest) -> str:
    """Say that somebody was faster; the row may have left the page, so the words typed are said again."""
    words = request.POST.get("reason", "") or request.POST.get("why", "")
    told = _("Somebody else has changed this meanwhile, so nothing was done. Look at it again.")
    return f"{told} " + _("You wrote: “%(words)s”.") % {"words": words[:500]} if words else told


def _known(request: HttpRequest, right: Right) -> DeskRequest:
    known = cast("DeskRequest", request)
    known.actor = actor_of(cast("Member", request.user))
    if not known.actor.may(right):
        raise PermissionDenied(
            refusal(NotAllowedError("this page needs the right %(right)r", right=right.value))
        )
    given = (*request.GET.lists(), *request.POST.lists())
    if any("\0" in value for _name, values in given for value in values):
        raise RuleError("expected words without NUL characters")
    return known
