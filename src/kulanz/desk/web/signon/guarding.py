"""Guards around the library's views of single sign-on: a hostile or broken provider is no failure of ours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control

from kulanz.desk.web.signon.refused import refused

View = Callable[..., HttpResponse]
_log = logging.getLogger(__name__)


def beginning(view: View) -> View:
    """A view that sends somebody to the provider, from the form on the login page.

    It answers with a page that goes on by itself: our policy for forms ends at our own door, and a
    redirect from a form would need an exception for every address that providers send people on to.
    """

    @wraps(view)
    def begun(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect("account_login")
        try:
            answer = view(request, *args, **given)
        except (OSError, KeyError, ValueError) as error:
            _log.warning("single sign-on: the provider's description cannot be used: %s", error)
            return refused(request, "no_answer")
        if not answer.has_header("Location"):
            return answer
        page = render(request, "socialaccount/going.html", {"there": answer.headers["Location"]})
        patch_cache_control(page, no_store=True)
        return page

    return begun


def ending(view: View) -> View:
    """A view to which the provider sends somebody back, with words that may come from anybody."""

    @wraps(view)
    def ended(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        try:
            return view(request, *args, **given)
        except (OSError, KeyError, ValueError, PermissionDenied) as error:
            _log.warning("single sign-on: an answer is not accepted: %s", error)
            return refused(request, "failed")

    return ended
