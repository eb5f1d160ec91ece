"""Addresses for those who are not logged in."""

from __future__ import annotations

from django.urls import path

from kulanz.desk.public import hooks, my_data, status_pages

urlpatterns = [
    path("my-data", my_data.ask, name="my_data"),
    path("my-data/<str:key>", my_data.show, name="my_data_page"),
    path("my-data/<str:key>/export.zip", my_data.export, name="my_data_export"),
    path("status/<str:key>", status_pages.show, name="status_page"),
    path("hooks/<str:hook_key>/billing", hooks.take_billing, name="hook_billing"),
    path("hooks/<str:hook_key>/<slug:receiver>", hooks.take, name="hook"),
    path("hooks/<str:hook_key>/<slug:receiver>/<str:rest>", hooks.take, name="hook_about"),
]
