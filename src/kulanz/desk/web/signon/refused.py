"""What somebody reads whom single sign-on did not let in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Why = Literal["not_admitted", "unknown", "no_answer", "failed"]


def refused(request: HttpRequest, why: Why) -> HttpResponse:
    """Return the page that says so; details that would help an attacker are in the log alone."""
    status = HTTPStatus.SERVICE_UNAVAILABLE if why == "no_answer" else HTTPStatus.FORBIDDEN
    return render(request, "socialaccount/refused.html", {"why": why}, status=status)
