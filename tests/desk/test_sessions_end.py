"""Sessions whose time is over leave nothing behind, and strangers cannot have wrong passwords forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from kulanz.desk.models import Member
from kulanz.desk.services.sessions import forget_expired

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"  # noqa: S105 - of invented people, as their fixture has it


def log_in(name: str, password: str = PASSWORD, address: str = "192.0.2.1") -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post("/login/login/", {"login": name, "password": password}, follow=True)
    return client


def test_what_is_over_is_removed_and_what_goes_on_stays(members: dict[str, Member]) -> None:
    over, going = log_in("alice"), log_in("bob")
    over.get("/")
    going.get("/")
    now = timezone.now()
    Session.objects.filter(pk=over.session.session_key).update(expire_date=now - timedelta(seconds=1))
    assert forget_expired(now=now) == 1
    assert [each.user.username for each in UserSession.objects.all()] == ["bob"]
    assert going.get("/").status_code == 200
    assert forget_expired(now=now) == 0


def test_nothing_is_kept_of_a_session_that_was_logged_out_of(members: dict[str, Member]) -> None:
    client = log_in("alice")
    client.get("/")
    client.post("/login/logout/")
    later: datetime = timezone.now() + timedelta(days=15)
    forget_expired(now=later)
    assert not UserSession.objects.exists()


def test_many_strangers_do_not_open_what_wrong_passwords_closed(members: dict[str, Member]) -> None:
    for _ in range(5):
        log_in("bob", "not the password")
    for number in range(400):  # what each of them leaves
        cache.set(f"stranger-{number}", 1)
    assert "_auth_user_id" not in log_in("bob", address="203.0.113.7").session
