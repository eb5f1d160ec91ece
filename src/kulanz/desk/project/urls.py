"""All addresses of the desk."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog

from kulanz.desk.api import health
from kulanz.desk.api.app import api

urlpatterns = [
    path("", include("kulanz.desk.web.urls")),
    path("", include("kulanz.desk.public.urls")),
    # A member has one address, kept with the member; the library would keep a list of its own.
    path("login/email/", RedirectView.as_view(pattern_name="usersessions_list"), name="no_addresses"),
    path("api/", api.urls),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("login/", include("kulanz.desk.web.signon.urls")),
    path("login/", include("allauth.urls")),
    path("jsi18n/", JavaScriptCatalog.as_view(packages=["kulanz.desk"]), name="jsi18n"),
]

handler400 = "kulanz.desk.web.errors.bad_request"
handler403 = "kulanz.desk.web.errors.not_allowed"
handler404 = "kulanz.desk.web.errors.not_found"
handler429 = "kulanz.desk.web.errors.too_often"  # read by the login library
handler500 = "kulanz.desk.web.errors.failed"
