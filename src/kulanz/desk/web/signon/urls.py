"""Addresses of single sign-on, where it is set: they go before the library's own."""

from __future__ import annotations

from django.apps import apps
from django.urls import URLPattern, path

urlpatterns: list[URLPattern] = []

if apps.is_installed("allauth.socialaccount.providers.openid_connect"):
    from kulanz.desk.web.signon import oidc

    urlpatterns += [
        path("oidc/company/login/", oidc.login),
        path("oidc/company/login/callback/", oidc.callback),
    ]

if apps.is_installed("allauth.socialaccount.providers.saml"):
    from kulanz.desk.web.signon import saml

    urlpatterns += [
        path("saml/company/login/", saml.login),
        path("saml/company/acs/", saml.acs),
        path("saml/company/acs/finish/", saml.finish),
        path("saml/company/sls/", saml.sls),
        path("saml/company/metadata/", saml.metadata),
    ]
