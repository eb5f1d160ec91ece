"""Addresses for those who are not logged in."""

from __future__ import annotations

from django.urls import path

from kulanz.desk.public import appeals, hooks, status_pages

urlpatterns = [
    path("appeal", appeals.find, name="appeal_find"),
    path("appeal/of/<str:key>", appeals.show, name="appeal_page"),
    path("appeal/<str:reference>", appeals.make, name="appeal_make"),
    path("status/<str:key>", status_pages.show, name="status_page"),
    path("hooks/<str:hook_key>/billing", hooks.take_billing, name="hook_billing"),
    path("hooks/<str:hook_key>/<slug:receiver>", hooks.take, name="hook"),
    path("hooks/<str:hook_key>/<slug:receiver>/<str:rest>", hooks.take, name="hook_about"),
]
