"""What every page knows: the member's theme, and where one can go."""

from __future__ import annotations

from typing import Any, Final, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kulanz import __version__
from kulanz.desk.access import actor_of
from kulanz.desk.conf import conf
from kulanz.desk.queries.waiting import count
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.roles import Right

# name of the address, label, and the rights without any of which it is not offered
NAVIGATION: Final = (
    ("radar", _("Radar"), (Right.SEE_RADAR,)),
    ("waiting", _("Waiting for you"), (Right.APPROVE, Right.WORK_ISSUES, Right.JUDGE_MEASURES)),
    ("issues", _("Issues"), (Right.SEE_RADAR,)),
    ("cases", _("Cases"), (Right.SEE_CASES,)),
    ("gestures", _("Goodwill"), (Right.SEE_CASES,)),
    ("measures", _("Measures"), (Right.SEE_RADAR,)),
    ("people", _("People"), (Right.SEE_PEOPLE,)),
    ("alerts", _("Alarms"), (Right.SEE_RADAR,)),
    ("sources", _("Sources"), (Right.SEE_RADAR,)),
    ("setup", _("Settings"), (Right.SET_POLICIES, Right.SEE_AUDIT)),
)

# pages that are reached from another one of the navigation
PART_OF: Final = {
    "/threads": "/",
    "/holds": "/cases",
    "/defects": "/gestures",
    "/monthly": "/issues",
    "/customers": "/people",
    "/data-requests": "/people",
    "/silent-edits": "/measures",
    "/appeals": "/measures",
}

MOST_COUNTED: Final = 99
"""What is more stands in the navigation as this and a plus."""


def desk(request: HttpRequest) -> dict[str, Any]:
    theme = getattr(request.user, "theme", "auto") if hasattr(request, "user") else "auto"
    items = _navigation(request)
    return {
        "version": __version__,
        "theme": theme,
        "navigation": items,
        "most_counted": MOST_COUNTED,
        "public_pages": conf().public_pages,
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    actor = _actor(request)
    if actor is None:
        return []
    # asked only where the navigation is shown
    counts = {"waiting": lambda: count(actor, now=timezone.now(), at_most=MOST_COUNTED + 1)}
    offered = [(name, label) for name, label, rights in NAVIGATION if any(map(actor.may, rights))]
    items = [{"url": reverse(name), "label": label, "count": counts.get(name)} for name, label in offered]
    path = request.path
    return [{**item, "current": _is_at(path, str(item["url"]))} for item in items]


def _actor(request: HttpRequest) -> Actor | None:
    """Who asks; pages of the login have no actor yet."""
    known: Actor | None = getattr(request, "actor", None)
    user = getattr(request, "user", None)
    return known or (actor_of(cast("Any", user)) if user is not None and user.is_authenticated else None)


def _is_at(path: str, url: str) -> bool:
    first = "/" + path.split("/")[1]
    return PART_OF.get(first, first) == url
