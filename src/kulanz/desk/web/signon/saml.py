"""Single sign-on by SAML. Only imported where SAML is set: its library may be absent elsewhere."""

from __future__ import annotations

from typing import Final

from allauth.core.ratelimit import consume_or_429
from allauth.socialaccount.providers.saml import views
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from lxml.etree import LxmlError  # type: ignore[import-untyped]
from onelogin.saml2.errors import OneLogin_Saml2_Error

from kulanz.desk.signon import COMPANY
from kulanz.desk.web.signon.guarding import beginning, ending
from kulanz.desk.web.signon.refused import refused

LONGEST_RESPONSE: Final = 500_000
"""Characters; a real one has some ten thousand."""
_KEPT: Final = 600
"""Seconds that a response waits for the browser to come back with our cookies."""
_COOKIE: Final = "saml-acs-session"


@beginning
def login(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider."""
    answer: HttpResponse = views.login(request, organization_slug=COMPANY)
    return answer


@csrf_exempt
@require_POST
def acs(request: HttpRequest) -> HttpResponse:
    """Keep the provider's response until the browser comes by itself: this form came without our cookies.

    Anybody may send one, so one address may fill the table of sessions only so fast.
    """
    too_often: HttpResponse | None = consume_or_429(request, action="saml_acs")
    if too_often:
        return too_often
    if not 0 < len(request.POST.get("SAMLResponse", "")) <= LONGEST_RESPONSE:
        raise BadRequest(_("What came is no answer of the login service. Start the login again."))
    answer: HttpResponse = views.acs(request, organization_slug=COMPANY)
    kept = request.saml_acs_session  # type: ignore[attr-defined] # set by the library
    kept.set_expiry(_KEPT)
    kept.save()
    answer.cookies[_COOKIE]["httponly"] = True
    return answer


@require_GET
@ending
def finish(request: HttpRequest) -> HttpResponse:
    """Check the response and let somebody in."""
    try:
        answer: HttpResponse = views.finish_acs(request, organization_slug=COMPANY)
    except (OneLogin_Saml2_Error, LxmlError) as error:
        raise ValueError(str(error)) from error
    return answer


@require_GET
def sls(request: HttpRequest) -> HttpResponse:
    """End the session because somebody logged out at the provider, which has to sign that."""
    if "Signature" not in request.GET:
        return refused(request, "failed")
    answer: HttpResponse = views.sls(request, organization_slug=COMPANY)
    return answer


@require_GET
def metadata(request: HttpRequest) -> HttpResponse:
    """Describe the desk to the provider."""
    answer: HttpResponse = views.metadata(request, organization_slug=COMPANY)
    return answer
