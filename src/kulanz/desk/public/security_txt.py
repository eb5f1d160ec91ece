"""Where a weakness is told of, for whoever finds one: ``/.well-known/security.txt`` (RFC 9116)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kulanz.core.spoken import LANGS
from kulanz.desk.conf import Conf, conf

_TRUSTED: Final = timedelta(days=180)
"""The RFC recommends less than a year."""


@require_safe
def show(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view is asked alike
    """The file; 404 where nobody is named who would read a report."""
    if not conf().security_contact:
        raise Http404
    answer = HttpResponse(security_txt(conf(), timezone.now()), content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=86400"
    answer.for_everybody = True  # type: ignore[attr-defined]  # no cookie, read by PublicAnswers
    return answer


def security_txt(given: Conf, now: datetime) -> str:
    """Return the file as it stands all day."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    languages = ", ".join(dict.fromkeys((given.language, *LANGS)))
    fields = {
        "Contact": given.security_contact,
        "Expires": (day + _TRUSTED).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Preferred-Languages": languages,
        "Canonical": f"{given.url}/.well-known/security.txt",
        "Policy": given.security_policy,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
