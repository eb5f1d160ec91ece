"""A member's language and time zone hold for every page."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class MemberPreferences:
    """Activate what the member chose; a visitor gets the browser's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member = request.user
        if not member.is_authenticated:
            return self._get_response(request)
        with translation.override(member.language), timezone.override(ZoneInfo(member.time_zone)):
            return self._get_response(request)
