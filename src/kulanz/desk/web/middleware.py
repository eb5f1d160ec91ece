"""A member's language and time zone hold for every page, and no cache between shows one to anybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from kulanz.desk.services.preferences import note_browser

PRIVATE: Final = "private, no-cache"


class MemberPreferences:
    """Activate what the member chose; a visitor, and whoever chose nothing, gets the browser's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member = request.user
        if not member.is_authenticated:
            return self._get_response(request)
        if member.language == "auto" and "Accept-Language" in request.headers:
            note_browser(member=member, lang=translation.get_language_from_request(request))
        with translation.override(member.lang), timezone.override(ZoneInfo(member.time_zone)):
            response = self._get_response(request)
        response["Content-Language"] = member.lang
        response.headers.setdefault("Cache-Control", PRIVATE)
        return response
