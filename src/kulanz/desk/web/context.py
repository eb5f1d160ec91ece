"""What every page knows: the member's theme, and where one can go."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kulanz import __version__

# name of the address, label, and the first part of the addresses below it
NAVIGATION: Final = (("radar", _("Radar")),)


def desk(request: HttpRequest) -> dict[str, Any]:
    theme = getattr(request.user, "theme", "auto") if hasattr(request, "user") else "auto"
    return {"version": __version__, "theme": theme, "navigation": _navigation(request.path)}


def _navigation(path: str) -> list[dict[str, Any]]:
    items = [{"url": reverse(name), "label": label} for name, label in NAVIGATION]
    return [{**item, "current": _is_at(path, str(item["url"]))} for item in items]


def _is_at(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
