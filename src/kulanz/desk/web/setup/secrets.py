"""A page that shows a secret once: it is in no address, no message, no cache."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from kulanz.desk.web.pages import DeskRequest


def shown_once(request: DeskRequest, *, title: str, secret: str, help_text: str, back: str) -> HttpResponse:
    """Return the page; ``back`` is the name of the address where one goes on."""
    context = {"title": title, "secret": secret, "help_text": help_text, "back_url": reverse(back)}
    answer = render(request, "setup/secret.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
