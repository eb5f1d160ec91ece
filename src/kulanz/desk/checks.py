"""Unsafe combinations of settings, told at start and by `kulanz doctor`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's own names

from kulanz.desk.conf import Conf, ConfError, conf

LEAST_KEY = 40


class UnsafeError(ConfError):
    """The desk does not start like this; every reason is named with its remedy."""


@register(Tags.security)
def settings_are_safe(**_kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings of this process."""
    return found_unsafe(conf())


def found_unsafe(given: Conf) -> list[CheckMessage]:
    """Return what is wrong with settings; none of it stops a demo."""
    if given.mode == "demo":
        return []
    found: list[CheckMessage] = []
    if len(given.secret_key) < LEAST_KEY:
        hint = "run `kulanz init`, or give KULANZ_SECRET_KEY_FILE"
        found.append(Error("there is no secret key of 40 characters or more", hint=hint, id="kulanz.E001"))
    if not given.behind_tls and not _is_local(given.url):
        hint = "serve it by https and set KULANZ_URL to that address"
        found.append(Error(f"{given.url} is reached without TLS", hint=hint, id="kulanz.E002"))
    if "*" in given.hosts:
        hint = "name the hosts in KULANZ_HOSTS"
        found.append(Error("every host name is accepted", hint=hint, id="kulanz.E003"))
    if not given.mail_url:
        hint = "set KULANZ_MAIL_URL, for example smtp://localhost:25"
        found.append(Warning("alarms and answers cannot go out by e-mail", hint=hint, id="kulanz.W001"))
    if not given.company:
        hint = "set KULANZ_COMPANY to your names and domains"
        found.append(Warning("who speaks for the company is only inferred", hint=hint, id="kulanz.W002"))
    if given.allow_private:
        hint = "keep KULANZ_ALLOW_PRIVATE as short as possible"
        found.append(
            Warning(
                "sources in private networks may be read: " + ", ".join(given.allow_private),
                hint=hint,
                id="kulanz.W003",
            )
        )
    return found


def refuse_unsafe(given: Conf) -> None:
    """Raise UnsafeError where settings would endanger what the desk keeps."""
    errors = [each for each in found_unsafe(given) if each.is_serious()]
    if errors:
        told = "".join(f"\n  {each.msg}: {each.hint}" for each in errors)
        raise UnsafeError(f"the desk does not start with these settings:{told}")


def _is_local(url: str) -> bool:
    return (urlsplit(url).hostname or "") in {"localhost", "127.0.0.1", "::1"}
