"""A member ends one of their own sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kulanz.desk.access import NotFoundError, actor_of
from kulanz.desk.services import sessions
from kulanz.desk.web.refusals import refusal

if TYPE_CHECKING:
    from kulanz.desk.models import Member


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End it; whoever has no role yet may do so too."""
    try:
        sessions.end_session(actor=actor_of(cast("Member", request.user)), pk=pk, now=timezone.now())
    except NotFoundError as error:
        raise Http404(refusal(error)) from error
    messages.success(request, _("The session is ended."))
    return redirect("usersessions_list")
