"""Who gets in, how often one may try, and what a member sees of their own sessions."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client, override_settings
from django.urls import reverse

from kulanz.desk.conf import conf
from kulanz.desk.models import Event, Member
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Role
from kulanz.desk.services import loginmail, mail
from kulanz.desk.services.members import create_member, entry_link
from kulanz.desk.web.browsers import browser_named
from smtp_site import smtp_site

pytestmark = pytest.mark.django_db
LOGIN = "/login/login/"
PASSWORD = "a long enough password"  # noqa: S105 - of invented people, as their fixture has it


def log_in(client: Client, name: str, password: str = PASSWORD) -> str:
    answer = client.post(LOGIN, {"login": name, "password": password}, follow=True)
    return str(answer.content.decode())


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("name", ["bob", "bob@kontaktor.example"])
def test_name_or_address_with_the_password(name: str, members: dict[str, Member], client: Client) -> None:
    page = log_in(client, name)
    assert is_in(client)
    assert "<h1>Radar</h1>" in page


def test_a_wrong_password_says_no_more_than_an_unknown_name(
    members: dict[str, Member], client: Client
) -> None:
    wrong, unknown = log_in(client, "bob", "not the password"), log_in(client, "nobody", "not the password")
    told = [re.findall(r'class="errorlist[^>]*>.*?</ul>', page, re.DOTALL) for page in (wrong, unknown)]
    assert told[0] == told[1] != []
    assert not is_in(client)


def test_after_five_wrong_passwords_the_right_one_is_not_heard(
    members: dict[str, Member], client: Client
) -> None:
    for _ in range(5):
        log_in(client, "bob", "not the password")
    page = log_in(client, "bob")
    assert not is_in(client)
    assert "Too many failed login attempts" in page


def test_nobody_signs_up(client: Client) -> None:
    form = {"username": "eve", "email": "eve@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for answer in (client.get("/login/signup/"), client.post("/login/signup/", form)):
        assert "Nobody signs up here" in answer.content.decode()
    assert not Member.objects.filter(username="eve").exists()


def test_whoever_was_deactivated_stays_out(members: dict[str, Member], client: Client) -> None:
    Member.objects.filter(username="bob").update(is_active=False)
    log_in(client, "bob")
    assert not is_in(client)


def test_logging_out_needs_a_form(members: dict[str, Member], client: Client) -> None:
    log_in(client, "bob")
    client.get("/login/logout/")
    assert is_in(client)
    client.post("/login/logout/")
    assert not is_in(client)


def test_a_link_lets_a_member_set_a_password_once(client: Client, now: datetime) -> None:
    member = create_member(actor=None, username="gesa", roles=[Role.AGENT], now=now)
    path = entry_link(actor=None, member=member, now=now).removeprefix("http://localhost:8750")
    form = client.get(path, follow=True)
    given = {"password1": "quite another phrase", "password2": "quite another phrase"}
    done = client.post(form.request["PATH_INFO"], given, follow=True)
    assert f'href="{reverse("account_login")}">Log in</a>' in done.content.decode()
    log_in(client, "gesa", "quite another phrase")
    assert is_in(client)
    again = Client().get(path, follow=True).content.decode()
    assert 'name="password1"' not in again


@override_settings(EMAIL_BACKEND="kulanz.desk.services.loginmail.Backend")
def test_a_forgotten_password_is_set_anew_by_a_link_in_a_real_mail(
    members: dict[str, Member], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with smtp_site() as site:
        changed = replace(conf(), mail_url=site.url)
        monkeypatch.setattr(mail, "conf", lambda: changed)
        asked = client.post("/login/password/reset/", {"email": "bob@kontaktor.example"}, follow=True)
        stranger = client.post("/login/password/reset/", {"email": "eve@kontaktor.example"}, follow=True)
        loginmail.BESIDE.submit(int).result()
    assert asked.request["PATH_INFO"] == stranger.request["PATH_INFO"] == "/login/password/reset/done/"
    assert [each["To"] for each in site.mails] == ["bob@kontaktor.example"]
    assert re.search(r"http://testserver/login/password/reset/key/\S+", site.mails[0].get_content())


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [
        ("gesa", "short", "too short"),
        ("gesa", "password1234", "too common"),
        ("gesa anna", PASSWORD, "username"),
        ("bob", PASSWORD, "'bob' already exists: choose another"),
    ],
)
def test_a_member_needs_a_usable_name_and_password(
    name: str, password: str, told: str, members: dict[str, Member], now: datetime
) -> None:
    with pytest.raises(RuleError, match=told):
        create_member(actor=None, username=name, password=password, roles=[Role.AGENT], now=now)
    assert Member.objects.count() == len(members)


def test_making_a_member_is_on_record(now: datetime) -> None:
    member = create_member(actor=None, username="gesa", roles=[Role.AGENT, Role.LEAD], now=now)
    event = Event.objects.get(noun="member", noun_id=member.pk)
    assert event.data == {"username": "gesa", "roles": ["agent", "lead"]}


def test_a_second_factor_is_asked_for_and_a_recovery_code_stands_in(
    members: dict[str, Member], client: Client
) -> None:
    log_in(client, "bob")
    codes = set_up_second_factor(client)
    client.post("/login/logout/")
    assert "Your account is protected" in log_in(client, "bob")
    assert not is_in(client)
    client.post("/login/2fa/authenticate/", {"code": "000000"})
    assert not is_in(client)
    client.post("/login/2fa/authenticate/", {"code": codes[0]})
    assert is_in(client)


def set_up_second_factor(client: Client) -> list[str]:
    """Activate an authenticator app as a member does, and return the recovery codes."""
    client.post("/login/reauthenticate/", {"password": PASSWORD})
    page = client.get("/login/2fa/totp/activate/")
    assert "data:image/svg+xml" in page.content.decode()
    secret = page.context["form"].secret
    _, now, _ = yield_hotp_counters_from_time()
    code = format_hotp_value(hotp_value(secret, now))
    client.post("/login/2fa/totp/activate/", {"code": code})
    told = client.get("/login/2fa/recovery-codes/").content.decode()
    codes = re.search(r"<textarea[^>]*>(.*?)</textarea>", told, re.DOTALL)
    assert codes is not None
    return codes[1].split()


def test_a_member_ends_another_session_of_theirs(members: dict[str, Member], client: Client) -> None:
    elsewhere = Client(headers={"User-Agent": "An old browser"})
    log_in(elsewhere, "bob")
    elsewhere.get("/")
    log_in(client, "bob")
    page = client.get("/login/sessions/").content.decode()
    assert "An old browser" in page
    assert "this one" in page
    found = re.search(r"/sessions/\d+/end", page)
    assert found is not None
    client.post(found[0])
    assert elsewhere.get("/").status_code == 302
    assert client.get("/").status_code == 200


def test_nobody_ends_the_session_of_another(members: dict[str, Member], client: Client) -> None:
    elsewhere = Client()
    log_in(elsewhere, "alice")
    elsewhere.get("/")
    log_in(client, "bob")
    pk = members["alice"].usersession_set.get().pk
    assert client.post(reverse("end_session", args=[pk])).status_code == 404
    assert elsewhere.get("/").status_code == 200


@pytest.mark.parametrize(
    "path", ["sessions/", "password/change/", "2fa/", "2fa/webauthn/add/", "logout/", "reauthenticate/"]
)
def test_own_pages_say_what_they_are_and_label_their_fields(
    path: str, members: dict[str, Member], client: Client
) -> None:
    log_in(client, "bob")
    client.post("/login/reauthenticate/", {"password": PASSWORD})
    page = client.get(f"/login/{path}").content.decode()
    assert page.count("<h1>") == 1
    shown = re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]*\bid="([^"]+)"', page)
    assert all(f'for="{name}"' in page for name in shown)
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", page)


def test_the_librarys_own_list_of_addresses_is_not_offered(
    members: dict[str, Member], client: Client
) -> None:
    log_in(client, "bob")
    assert client.get("/login/email/").headers["Location"] == "/login/sessions/"


WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("(Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        (f"(Windows NT 10.0) {WEBKIT} Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0", "Edge on Windows"),
        (f"(iPhone; CPU iPhone OS 18_5 like Mac OS X) {WEBKIT} Safari/604.1", "Safari on iPhone"),
        (f"(Linux; Android 10; K) {WEBKIT} Chrome/139.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("python-requests/2.32.4", "python-requests/2.32.4"),
        ("", "a program that does not say what it is"),
    ],
)
def test_a_browser_is_named_as_people_name_it(agent: str, shown: str) -> None:
    assert browser_named(agent) == shown


@pytest.mark.parametrize("path", ["password/change/", "2fa/totp/activate/", "password/reset/done/"])
def test_the_library_writes_as_the_desk_does(path: str, members: dict[str, Member], client: Client) -> None:
    log_in(client, "bob")
    page = client.get(f"/login/{path}", follow=True).content.decode()
    headings = re.findall(r"<(?:h1|h2|label|button)[^>]*>([^<]+)<", page)
    assert headings
    assert [words for words in headings if re.search(r"\w [A-Z][a-z]", words)] == []
