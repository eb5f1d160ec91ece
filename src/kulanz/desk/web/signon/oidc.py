"""Single sign-on by OpenID Connect."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponse

from kulanz.desk.rules.plain import plainly
from kulanz.desk.signon import COMPANY
from kulanz.desk.web.signon.guarding import beginning, ending


class _Checked(views.OpenIDConnectOAuth2Adapter):  # type: ignore[misc] # the library is untyped
    """Checks the token's signature although it came from the provider by TLS, which may end before us.

    What is said of somebody with NUL is refused, not mended: without it, it could be said of another.
    """

    def get_access_token_data(self, *args: Any, **given: Any) -> Any:
        data = super().get_access_token_data(*args, **given)
        self.did_fetch_access_token = False
        return data

    def complete_login(self, *args: Any, **given: Any) -> Any:
        login = super().complete_login(*args, **given)
        if login.account.extra_data != plainly(login.account.extra_data):
            raise ValueError("expected what is said of somebody without NUL characters")
        return login


@beginning
def login(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider."""
    answer: HttpResponse = views.login(request, COMPANY)
    return answer


@ending
def callback(request: HttpRequest) -> HttpResponse:
    """Take somebody back from the provider."""
    answer: HttpResponse = OAuth2CallbackView.adapter_view(_Checked(request, COMPANY))(request)
    return answer
