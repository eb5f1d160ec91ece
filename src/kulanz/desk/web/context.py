"""What every page knows: the member's theme, and where one can go."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kulanz import __version__
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Right

# name of the address, label, and the right without which it is not offered
NAVIGATION: Final = (("radar", _("Radar"), Right.SEE_RADAR),)


def desk(request: HttpRequest) -> dict[str, Any]:
    theme = getattr(request.user, "theme", "auto") if hasattr(request, "user") else "auto"
    return {"version": __version__, "theme": theme, "navigation": _navigation(request)}


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    actor: Actor | None = getattr(request, "actor", None)
    offered = [(name, label) for name, label, right in NAVIGATION if actor is None or actor.may(right)]
    items = [{"url": reverse(name), "label": label} for name, label in offered]
    path = request.path
    return [{**item, "current": _is_at(path, str(item["url"]))} for item in items]


def _is_at(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
