"""Members come by the company's single sign-on: a real desk and a real OpenID provider."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from oidc_site import CLIENT, PASSWORD, SECRET, oidc_site
from servers.frame import free_port


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[str]:
    """The address of a desk whose members come by single sign-on; Alice was made by an admin."""
    port, provider = free_port(), free_port()
    address = f"http://127.0.0.1:{port}"
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("KULANZ_", "DJANGO_", "DATABASE_"))}
    env = {
        **kept,
        "KULANZ_DATA": str(tmp_path / "data"),
        "KULANZ_URL": address,
        "KULANZ_OIDC_URL": f"http://127.0.0.1:{provider}",
        "KULANZ_OIDC_CLIENT": CLIENT,
        "KULANZ_OIDC_SECRET": SECRET,
    }
    kulanz = [sys.executable, "-m", "kulanz.cli"]
    subprocess.run([*kulanz, "init"], env=env, check=True)  # noqa: S603 - our own program
    made = ["createuser", "alice", "--role", "lead", "--email", "alice@kontaktor.example", "--link"]
    subprocess.run([*kulanz, *made], env=env, check=True)  # noqa: S603
    serve = [*kulanz, "serve", "--listen", f"127.0.0.1:{port}", "--workers", "0"]
    back = f"{address}/login/oidc/company/login/callback/"
    with (
        oidc_site(tmp_path, provider, back),
        subprocess.Popen(serve, env=env, stdout=subprocess.PIPE, text=True) as process,  # noqa: S603
    ):
        try:
            assert process.stdout is not None
            assert "answers at" in process.stdout.readline()
            yield address
        finally:
            process.terminate()


def token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def sign_on(desk: str, name: str) -> tuple[requests.Session, requests.Response]:
    """Go from the desk's login page to the provider, log in there, and come back."""
    visitor = requests.Session()
    login = visitor.get(f"{desk}/login/login/")
    assert "Log in with the company’s account" in login.text
    form = {"csrfmiddlewaretoken": token(login.text)}
    provider = visitor.post(f"{desk}/login/oidc/company/login/", form, headers={"Referer": desk})
    given = {"csrfmiddlewaretoken": token(provider.text), "login": name, "password": PASSWORD}
    return visitor, visitor.post(provider.url, given, headers={"Referer": provider.url})


def test_who_comes_by_single_sign_on(desk: str, tmp_path: Path) -> None:
    """A stranger to the desk becomes a member without a role; who was made before is known by the address."""
    policy = requests.get(f"{desk}/login/login/", timeout=30).headers["Content-Security-Policy"]
    assert re.search(r"form-action 'self' http://127\.0\.0\.1:\d+;", policy)
    visitor, arrived = sign_on(desk, "grete")
    assert arrived.status_code == 403
    assert "Grete Beispiel" in visitor.get(f"{desk}/login/sessions/").text
    _, arrived = sign_on(desk, "alice")
    assert "<h1>Radar</h1>" in arrived.text
    with sqlite3.connect(tmp_path / "data" / "kulanz.sqlite3") as database:
        members = database.execute("SELECT username, email FROM desk_member ORDER BY username").fetchall()
        held = database.execute(
            "SELECT username, role FROM desk_memberrole JOIN desk_member ON desk_member.id = member_id"
        ).fetchall()
    assert members == [("alice", "alice@kontaktor.example"), ("grete", "grete@kontaktor.example")]
    assert held == [("alice", "lead")]
