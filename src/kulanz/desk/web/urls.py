"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from kulanz.desk.web import radar, sessions

urlpatterns = [
    path("", radar.show, name="radar"),
    path("threads/<int:pk>/false-alarm", radar.false_alarm, name="false_alarm"),
    path("threads/<int:pk>/snooze", radar.snooze, name="snooze"),
    path("threads/<int:pk>/restore", radar.restore, name="restore"),
    path("sessions/<int:pk>/end", sessions.end, name="end_session"),
]
