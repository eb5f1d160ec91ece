"""Servers as pytest fixtures: started once for a session, skipped where they are not installed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest

import servers


def without(need: str, remedy: str) -> NoReturn:
    """Skip a test that lacks a server; fail it where KULANZ_REQUIRE_SERVERS=1 promises one."""
    message = f"{need} is missing: {remedy}"
    if os.environ.get("KULANZ_REQUIRE_SERVERS") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def site_fixture(name: str) -> Callable[..., Any]:
    """A fixture that yields the site of a running server to all tests of a session."""

    @pytest.fixture(scope="session", name=name)
    def site() -> Iterator[Any]:
        server, home = servers.server(name), servers.home(name)
        if not server.installed(home):
            without(f"the server {name}", "run scripts/install-test-servers")
        with server.start(home) as started:
            yield started

    return site
