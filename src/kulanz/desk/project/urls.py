"""All addresses of the desk."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

urlpatterns = [
    path("", include("kulanz.desk.web.urls")),
    path("login/", include("allauth.urls")),
    path("jsi18n/", JavaScriptCatalog.as_view(packages=["kulanz.desk"]), name="jsi18n"),
]
