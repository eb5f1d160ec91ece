"""Pages in place of what cannot be shown say what happened and where to go on."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kulanz.desk.models import Member
from kulanz.desk.web import radar

pytestmark = pytest.mark.django_db


def client_of(member: Member, **options: bool) -> Client:
    client = Client(**options)
    client.force_login(member)
    return client


@pytest.fixture
def alice(members: dict[str, Member]) -> Client:
    return client_of(members["alice"])


def test_what_is_gone_and_what_never_was_have_a_way_back(alice: Client) -> None:
    for address in ("/threads/987654", "/no/such/page"):
        answer = alice.get(address)
        page = answer.content.decode()
        assert answer.status_code == 404
        assert 'class="top"' in page
        assert f'href="{reverse("radar")}"' in page
        assert "Resolver404" not in page
    assert "No conversation 987654 here" in alice.get("/threads/987654").content.decode()


def test_whoever_is_not_logged_in_gets_no_cookie_with_it() -> None:
    for address in ("/rules/a/b", "/.well-known/security.txt", "/favicon.ico"):
        answer = Client().get(address)
        assert (answer.status_code, len(answer.cookies)) == (404, 0)


def test_a_role_that_lacks_a_right_is_told_which(members: dict[str, Member]) -> None:
    answer = client_of(members["erik"]).get(reverse("cases"))
    assert answer.status_code == 403
    assert "see cases" in answer.content.decode()


def test_whoever_has_no_role_yet_is_told_who_gives_one(db: None) -> None:
    greta = Member.objects.create_user("greta", "greta@kontaktor.example", language="en")
    answer = client_of(greta).get(reverse("radar"))
    assert answer.status_code == 403
    assert "You have no role yet" in answer.content.decode()


def test_a_form_without_its_token_says_that_nothing_was_changed(members: dict[str, Member]) -> None:
    answer = client_of(members["alice"], enforce_csrf_checks=True).post(reverse("preferences_save"))
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


def test_a_wrong_host_is_refused_without_a_word_about_the_settings() -> None:
    answer = Client().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "ALLOWED_HOSTS" not in answer.content.decode()


def test_a_failure_names_the_number_under_which_the_log_has_it(
    members: dict[str, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(radar, "radar", fails)
    answer = client_of(members["alice"], raise_request_exception=False).get(
        reverse("radar"), headers={"X-Request-ID": "a-number-of-the-proxy"}
    )
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "a-number-of-the-proxy" in page
    assert "No space" not in page
