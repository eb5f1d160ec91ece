"""What keeps a desk safe: headers, cookies, settings that do not start, foreign files as they came."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from access_table import AT_THE_LOGIN, OPEN
from api_client import Program
from django.core.checks import run_checks
from django.test import Client, override_settings
from django.utils import timezone

import kulanz.desk
from kulanz.desk.checks import UnsafeError, found_unsafe, refuse_unsafe
from kulanz.desk.conf import ConfError, read_conf
from kulanz.desk.models import Member, Person

VENDOR = Path(kulanz.desk.__file__).parent / "web" / "static" / "vendor"
KEY = "a key of forty characters is long enough."
SAFE = {
    "KULANZ_SECRET_KEY": KEY,
    "KULANZ_URL": "https://desk.example.org",
    "KULANZ_MAIL_URL": "smtp://localhost:25",
    "KULANZ_COMPANY": "Example",
}


@pytest.mark.django_db
def test_every_page_carries_the_headers(client: Client) -> None:
    headers = client.get("/login/login/").headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_what_members_see_is_kept_by_no_cache_for_others(client: Client, members: dict[str, Member]) -> None:
    client.force_login(members["alice"])
    for address in ("/", "/people", "/measures/statements.json", "/no/such/page"):
        assert client.get(address)["Cache-Control"] == "private, no-cache", address


@pytest.mark.django_db
def test_whatever_answers_carries_the_headers() -> None:
    """Pages, files, deliveries, refusals and errors alike."""
    client, lacking = Client(raise_request_exception=False), {}
    alike = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    for route in (*OPEN, *AT_THE_LOGIN, "/", "/api/v1/radar", "/api/v1/nothing", "/nothing", "/setup/audit"):
        path = re.sub(r"<str:\w+>|<slug:\w+>|<path:\w+>", "x", re.sub(r"<int:\w+>", "1", route))
        answer = client.get(re.sub(r"[\^$]|\(\?P<\w+>[^)]*\)", "", path))
        found = {name: answer.headers.get(name) for name in alike}
        secret = "Content-Security-Policy" in answer.headers and answer.headers["Referrer-Policy"] in {
            "same-origin", "no-referrer",
        }  # fmt: skip
        if found != alike or not secret or "Server" in answer.headers:
            lacking[route] = dict(answer.headers)
    assert lacking == {}


@pytest.mark.django_db
@override_settings(
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"), SECURE_HSTS_SECONDS=31_536_000
)
def test_behind_tls_browsers_are_told_to_stay_there(client: Client) -> None:
    answer = client.get("/login/login/", headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.django_db
def test_cookies_are_kept_from_scripts_and_other_sites(client: Client) -> None:
    cookie = client.get("/login/login/").cookies["csrftoken"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login/login/", {"login": "bob", "password": "x"})
    assert answer.status_code == 403


def test_safe_settings_are_not_complained_of() -> None:
    assert found_unsafe(read_conf(SAFE)) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"KULANZ_SECRET_KEY": "short"}, "kulanz.E001"),
        ({"KULANZ_SECRET_KEY": ""}, "kulanz.E001"),
        ({"KULANZ_URL": "http://desk.example.org"}, "kulanz.E002"),
        ({"KULANZ_HOSTS": "*"}, "kulanz.E003"),
        ({"KULANZ_MAIL_URL": ""}, "kulanz.W001"),
        ({"KULANZ_COMPANY": ""}, "kulanz.W002"),
        ({"KULANZ_ALLOW_PRIVATE": "10.0.0.0/8"}, "kulanz.W003"),
    ],
)
def test_unsafe_settings_are_named(changed: Mapping[str, str], code: str, tmp_path: Path) -> None:
    given = read_conf({**SAFE, "KULANZ_DATA": str(tmp_path), **changed})
    assert [each.id for each in found_unsafe(given)] == [code]
    if code.startswith("kulanz.E"):
        with pytest.raises(UnsafeError, match="does not start"):
            refuse_unsafe(given)
    else:
        refuse_unsafe(given)


def test_a_demo_needs_none_of_it(tmp_path: Path) -> None:
    assert found_unsafe(read_conf({"KULANZ_MODE": "demo", "KULANZ_DATA": str(tmp_path)})) == []


def test_djangos_own_checks_find_nothing() -> None:
    assert run_checks() == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("KULANZ_MODE", "live", "expected one of production, demo"),
        ("KULANZ_URL", "desk.example.org", "expected an address"),
        ("KULANZ_BEHIND_TLS", "perhaps", "expected yes or no"),
        ("KULANZ_TIME_ZONE", "Mars/Base", "expected a time zone"),
        ("KULANZ_SECRET_KEY_FILE", "/nowhere/key", "cannot be read"),
        ("KULANZ_LISTEN", "8750", "expected HOST:PORT"),
        ("KULANZ_LISTEN", "127.0.0.1:99999", "expected HOST:PORT"),
        ("KULANZ_TRUSTED_PROXY", "nginx", "expected an address such as 127.0.0.1"),
        ("DATABASE_URL", "mongo://x", "expected an address such as postgres://"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, told: str) -> None:
    with pytest.raises(ConfError, match=f"{name}.*{told}"):
        read_conf({name: value})


def test_a_key_is_read_from_the_folder_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("kept\n", "utf-8")
    (tmp_path / "other").write_text("given\n", "utf-8")
    assert read_conf({"KULANZ_DATA": str(tmp_path)}).secret_key == "kept"  # noqa: S105
    given = {"KULANZ_DATA": str(tmp_path), "KULANZ_SECRET_KEY_FILE": str(tmp_path / "other")}
    assert read_conf(given).secret_key == "given"  # noqa: S105


def test_secrets_are_read_from_what_systemd_hands_over(tmp_path: Path) -> None:
    (tmp_path / "secret_database").write_text("postgres://kulanz:hidden@db/kulanz\n", "utf-8")
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path), "DATABASE_URL_FILE": "secret_database"}
    assert read_conf(given).database_url == "postgres://kulanz:hidden@db/kulanz"
    with pytest.raises(ConfError, match="DATABASE_URL_FILE: 'secret_database' cannot be read"):
        read_conf({**given, "CREDENTIALS_DIRECTORY": "/nowhere"})


def test_a_proxy_is_believed_only_behind_tls() -> None:
    assert read_conf({}).trusted_proxy == ""
    assert read_conf(SAFE).trusted_proxy == "127.0.0.1"
    assert read_conf({**SAFE, "KULANZ_TRUSTED_PROXY": "10.0.0.7"}).trusted_proxy == "10.0.0.7"


def test_foreign_files_are_as_their_packages_hold_them() -> None:
    """The table beside them names each file's package and hash; nothing else lies there."""
    table = (VENDOR / "README.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `([^`]+)` .*\| `([0-9a-f]{64})` \|$", table, re.MULTILINE))
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.suffix in {".js", ".css"}
    }
    assert found == listed


@pytest.mark.django_db
def test_characters_that_no_database_keeps_are_refused(members: dict[str, Member]) -> None:
    program, visitor = Program(members["alice"]), Client()
    bodies = (
        ("/customers/by-number/K1", {"system": "crm", "name": "a\0b"}),
        ("/customers/by-number/K1", {"system": "crm", "claims": [
            {"key": "a\0", "amount": {"amount": "1", "currency": "EUR"}}]}),
        ("/customers/by-number/K%001", {"system": "crm"}),
    )  # fmt: skip
    assert [program.ask("PUT", *each).status_code for each in bodies] == [422, 422, 422]
    for path in ("/customers?number=a%00", "/radar?words=a%00b", "/search?words=a%00b"):
        assert program.get(path).status_code == 422
    visitor.force_login(members["alice"])
    for path in ("/customers?show=linked&words=a%00b", "/?words=%00", "/search?q=a%00b", "/people?words=%00"):
        assert visitor.get(path).status_code == 400
    rolf = Person.objects.create(name="Rolf", created_at=timezone.now())
    visitor.post(f"/people/{rolf.pk}/edit", {"seen": "1", "name": "R\0"})
    rolf.refresh_from_db()
    assert rolf.name == "Rolf"
