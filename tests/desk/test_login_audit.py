"""The login in the audit trail: who came, who was turned away, and what changed in how somebody gets in."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from desk_people import PASSWORD
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode
from test_login import log_in, set_up_second_factor

from kulanz.desk.models import Event, Member

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, int | None, dict[str, Any]]]:
    """What is on record of members, the oldest first: action, actor, data."""
    rows = Event.objects.filter(noun="member").order_by("pk")
    return list(rows.values_list("action", "actor_id", "data"))


def test_coming_and_going(members: dict[str, Member], client: Client) -> None:
    bob = members["bob"].pk
    log_in(client, "bob")
    client.post("/login/logout/")
    assert told() == [("sign_in", bob, {"by": ["password"]}), ("sign_out", bob, {})]


def test_whoever_was_turned_away(members: dict[str, Member], client: Client) -> None:
    log_in(client, "BOB@kontaktor.example", "not the password")
    log_in(client, "hunter2", "not the password")
    rows = list(Event.objects.filter(action="sign_in_refused").order_by("pk"))
    assert [(row.actor_id, row.noun_id, row.data) for row in rows] == [
        (None, members["bob"].pk, {"step": "password"}),
        (None, None, {"step": "password"}),
    ]
    assert "hunter2" not in str([vars(row) for row in rows])


@pytest.mark.django_db(transaction=True)
def test_a_second_factor_comes_is_used_and_goes(members: dict[str, Member], client: Client) -> None:
    bob = members["bob"].pk
    log_in(client, "bob")
    codes = set_up_second_factor(client)
    client.post("/login/logout/")
    log_in(client, "bob")
    client.post("/login/2fa/authenticate/", {"code": "000000"})
    client.post("/login/2fa/authenticate/", {"code": codes[0]})
    client.post("/login/reauthenticate/", {"password": PASSWORD})
    client.post("/login/2fa/recovery-codes/generate/")
    client.post("/login/2fa/totp/deactivate/")
    events = told()
    assert ("add_factor", bob, {"kind": "totp"}) in events
    assert ("sign_in_refused", None, {"step": "totp"}) in events
    assert ("sign_in", bob, {"by": ["password", "recovery_codes"]}) in events
    assert ("renew_codes", bob, {}) in events
    assert ("remove_factor", bob, {"kind": "totp"}) in events


def passkey_of(member: Member) -> str:
    """What a browser sends for a passkey that nobody has, in the name of a member."""
    handle = websafe_encode(user_pk_to_url_str(member).encode())
    client_data = {"type": "webauthn.get", "challenge": "AAAA", "origin": "http://testserver"}
    response = {
        "clientDataJSON": websafe_encode(json.dumps(client_data).encode()),
        "authenticatorData": websafe_encode(sha256(b"testserver").digest() + b"\x05" + bytes(4)),
        "signature": "AAAA",
        "userHandle": handle,
    }
    return json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response})


def test_a_passkey_that_was_refused(members: dict[str, Member], client: Client) -> None:
    page = "/login/2fa/webauthn/login/"
    client.get(page, headers={"X-Requested-With": "XMLHttpRequest"})
    for credential in (passkey_of(members["bob"]), '{"no": 1}', "[1]", passkey_of(Member(pk=10**6))):
        assert client.post(page, {"credential": credential}).status_code == 302
    rows = Event.objects.filter(action="sign_in_refused").order_by("pk")
    bob = members["bob"].pk
    assert [(row.actor_id, row.noun_id) for row in rows] == [(None, each) for each in (bob, None, None, None)]
    assert {row.data["step"] for row in rows} == {"webauthn"}


@pytest.mark.django_db(transaction=True)
def test_a_passkey_that_was_refused_as_the_second_step_or_once_more(
    members: dict[str, Member], client: Client
) -> None:
    log_in(client, "bob")
    set_up_second_factor(client)
    added = Authenticator.objects.create(user=members["bob"], type="webauthn", data={})
    client.post("/login/2fa/webauthn/reauthenticate/", {"credential": '{"no": 1}'})
    added.delete()
    client.post("/login/logout/")
    log_in(client, "bob")
    client.post("/login/2fa/authenticate/", {"credential": passkey_of(members["bob"])})
    rows = Event.objects.filter(action="sign_in_refused")
    assert [(row.noun_id, row.data) for row in rows] == [(members["bob"].pk, {"step": "webauthn"})] * 2


def test_a_new_password(members: dict[str, Member], client: Client) -> None:
    log_in(client, "bob")
    new = "another long enough one"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/login/password/change/", given).status_code == 302
    assert told()[-1] == ("set_password", members["bob"].pk, {})


def test_sessions_that_were_ended(members: dict[str, Member], client: Client) -> None:
    for _ in range(3):
        log_in(Client(), "bob")
    log_in(client, "bob")
    client.get("/")
    first = members["bob"].usersession_set.earliest("pk")
    client.post(reverse("end_session", args=[first.pk]))
    client.post("/login/sessions/")
    bob = members["bob"].pk
    assert told()[-2:] == [("end_session", bob, {}), ("end_other_sessions", bob, {"sessions": 2})]
