"""Every address, of pages and of the API, for every role, for members without any, and for strangers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from access_table import AT_THE_LOGIN, LOGIN, OPEN, ROLELESS, SIGN_ON, TABLE
from desk_people import PEOPLE, make_member
from django.conf import LazySettings
from django.test import Client
from django.urls import URLPattern, get_resolver

from kulanz.desk.api import middleware
from kulanz.desk.api.app import api
from kulanz.desk.api.limiting import Limiter
from kulanz.desk.models import Member
from kulanz.desk.rules.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ELSEWHERE = "203.0.113.7"
REFUSED = {401, 403}
ALLOWED = {
    (method, line.split()[-1]): roles
    for roles, lines in TABLE.items()
    for line in lines.strip().splitlines()
    for method in line.split()[:-1]
}


_SIGN_ON_ADDRESSES = """
import django
django.setup()
from kulanz.desk.web.signon.urls import urlpatterns
print(*sorted(f"/login/{each.pattern}" for each in urlpatterns))
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    """Many requests at once, without what each of them would write."""
    monkeypatch.setattr(middleware, "MEMBERS", Limiter(rate=1e6, burst=1_000_000))
    monkeypatch.setattr(middleware, "STRANGERS", Limiter(rate=1e6, burst=1_000_000))
    settings.USERSESSIONS_TRACK_ACTIVITY = False
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"


def routes(resolver: object, before: str = "/") -> Iterator[str]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from routes(each, route)


def operations() -> Iterator[tuple[str, str]]:
    for path, methods in api.get_openapi_schema(path_prefix="/api/")["paths"].items():
        for method in methods:
            yield method.upper(), path


def ask(client: Client, method: str, route: str, **more: str) -> int:
    """Ask for something that is not there: whoever may come so far is told 404, not 403."""
    plain = re.sub(r"\(\?P<\w+>(\[[^]]*\]|\.)\+\)", "1", route).translate({ord("^"): None, ord("$"): None})
    path = re.sub(r"<str:\w+>|<slug:\w+>", "x", re.sub(r"<int:\w+>|{\w+}", "999999", plain))
    given = ("{}", "application/json") if "/api/" in route else ("", "application/x-www-form-urlencoded")
    return client.generic(method, path, given[0], given[1], **more).status_code


def test_every_address_is_in_the_table() -> None:
    pages = {route for route in routes(get_resolver()) if not route.startswith(("/api/v1", LOGIN))}
    named = {route for _, route in ALLOWED if not route.startswith("/api/v1")} | OPEN.keys()
    assert pages == named
    login = {route for route in routes(get_resolver()) if route.startswith(LOGIN)}
    assert login - SIGN_ON == AT_THE_LOGIN.keys()
    assert set(operations()) == {each for each in ALLOWED if each[1].startswith("/api/v1")}


def refused_and_let_in(client: Client, role: Role | None) -> tuple[list[str], list[str]]:
    """The addresses where a member gets something else than the table says."""
    wrongly_refused, wrongly_let_in = [], []
    for (method, route), roles in ALLOWED.items():
        refused = ask(client, method, route) in REFUSED
        if refused and role in roles:
            wrongly_refused.append(f"{method} {route}")
        if not refused and role not in roles:
            wrongly_let_in.append(f"{method} {route}")
    return wrongly_refused, wrongly_let_in


@pytest.mark.parametrize("name", PEOPLE)
def test_every_role_comes_where_the_table_says_and_nowhere_else(
    members: dict[str, Member], name: str
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(members[name])
    assert refused_and_let_in(client, PEOPLE[name]) == ([], [])


def test_a_member_without_a_role_only_ends_own_sessions() -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make_member("gustav"))
    assert refused_and_let_in(client, None) == ([], ROLELESS)


def test_strangers_are_sent_to_the_login() -> None:
    client = Client(raise_request_exception=False)
    for method, route in ALLOWED:
        wanted = 401 if route.startswith("/api/") else 302
        assert ask(client, method, route) == wanted, f"{method} {route}"


@pytest.mark.parametrize("route", OPEN)
def test_open_addresses_tell_strangers_what_the_table_says(route: str) -> None:
    client = Client(raise_request_exception=False)
    assert ask(client, "GET", route, REMOTE_ADDR=ELSEWHERE) == OPEN[route]


@pytest.mark.parametrize("route", AT_THE_LOGIN)
def test_the_login_tells_strangers_and_members_what_the_table_says(
    route: str, members: dict[str, Member]
) -> None:
    stranger, member = (Client(raise_request_exception=False) for _ in range(2))
    member.force_login(members["erik"])
    assert (ask(stranger, "GET", route), ask(member, "GET", route)) == AT_THE_LOGIN[route]


def test_a_login_that_is_not_set_has_no_addresses() -> None:
    """With it they come first, and are those of the table: see what the desk says of itself then."""
    settings = {
        "KULANZ_OIDC_URL": "http://127.0.0.1:9",
        "KULANZ_OIDC_CLIENT": "desk",
        "KULANZ_OIDC_SECRET": "known to nobody",
        "KULANZ_SAML_METADATA": "http://127.0.0.1:9/metadata",
        "KULANZ_SAML_ENTITY": "https://company.example",
    }
    told = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", _SIGN_ON_ADDRESSES],
        env={**os.environ, **settings, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.split() == sorted(SIGN_ON), told.stderr
    assert not SIGN_ON & set(routes(get_resolver()))
