"""Secrets at rest, and a change of the desk's key."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from desk_people import make_member
from django.apps import apps

from kulanz.billing import RefusedError
from kulanz.desk.conf import conf
from kulanz.desk.models import BillingSystem, Source, WebhookTarget
from kulanz.desk.services import billing_adapters, sealing

NEW = "another key of the tests, another key of the tests"


def use(monkeypatch: pytest.MonkeyPatch, *, key: str, old: str = "") -> None:
    changed = replace(conf(), secret_key=key, secret_key_old=old)
    monkeypatch.setattr(sealing, "conf", lambda: changed)


def test_what_is_sealed_opens_again_and_says_nothing() -> None:
    sealed = sealing.seal(b"token of the forum")
    assert b"token" not in sealed
    assert sealed != sealing.seal(b"token of the forum")
    assert sealing.unseal(sealed) == b"token of the forum"
    assert (sealing.seal(b""), sealing.unseal(b"")) == (b"", b"")


def test_a_changed_byte_does_not_open() -> None:
    sealed = bytearray(sealing.seal(b"token"))
    sealed[-3] ^= 1
    with pytest.raises(sealing.SealError, match="KULANZ_SECRET_KEY_OLD"):
        sealing.unseal(bytes(sealed))


def test_purposes_have_keys_of_their_own() -> None:
    (one,), (other,) = sealing.derived_keys("reply address"), sealing.derived_keys("sealing")
    assert len(one) == 32
    assert one != other


@pytest.mark.django_db
def test_a_new_key_takes_over_from_the_old(
    monkeypatch: pytest.MonkeyPatch, forum: Source, now: datetime
) -> None:
    old = conf().secret_key
    forum.sealed_keys = sealing.seal(b"forum")
    forum.save()
    bob = make_member("bob")
    bob.sealed_notify_url = sealing.seal(b"json://user:secret@localhost/desk")
    bob.save()
    lost = WebhookTarget.objects.create(name="lost", url="https://x.example", sealed_secret=b"of no key")
    use(monkeypatch, key=NEW, old=old)
    assert sealing.unseal(Source.objects.get(pk=forum.pk).sealed_keys) == b"forum"
    assert sealing.reseal() == 2
    assert sealing.reseal() == 0
    use(monkeypatch, key=NEW)
    assert sealing.unseal(Source.objects.get(pk=forum.pk).sealed_keys) == b"forum"
    bob.refresh_from_db()
    assert sealing.unseal(bob.sealed_notify_url) == b"json://user:secret@localhost/desk"
    lost.refresh_from_db()
    assert bytes(lost.sealed_secret) == b"of no key"


def test_whatever_is_kept_sealed_is_sealed_anew() -> None:
    columns = {
        (model, field.name)
        for model in apps.get_app_config("desk").get_models()
        for field in model._meta.get_fields()
        if field.name.startswith("sealed")
    }
    assert columns == set(sealing._SEALED)


def test_without_a_key_nothing_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, key="")
    with pytest.raises(sealing.SealError, match="kulanz init"):
        sealing.seal(b"x")


@pytest.mark.django_db
def test_what_billing_delivers_is_sealed_and_a_new_key_takes_over(
    monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    def told(system: BillingSystem) -> list[bytes]:
        return billing_adapters.inbox_of(system).about("claim", "R-1")

    system = BillingSystem.objects.create(
        name="books", adapter="webhook", hook_key="sealed-inbox", created_at=now
    )
    entries = [(f"m{number}", "R-1", b"4711 owes 12.40 EUR") for number in range(3)]
    billing_adapters.inbox_of(system).keep("claim", entries, now)
    files = billing_adapters.inbox_path(system).glob("inbox.sqlite*")
    assert not any(b"4711 owes" in file.read_bytes() for file in files)
    use(monkeypatch, key=NEW, old=conf().secret_key)
    monkeypatch.setattr(billing_adapters, "conf", sealing.conf)
    monkeypatch.setattr(billing_adapters, "_AT_ONCE", 2)
    assert [billing_adapters.reseal_inboxes() for _ in range(4)] == [2, 1, 0, 0]
    use(monkeypatch, key=NEW)
    assert told(system) == [b"4711 owes 12.40 EUR"] * 3
    use(monkeypatch, key="a key that nobody gave, a key that nobody gave")
    with pytest.raises(RefusedError, match="KULANZ_SECRET_KEY_OLD"):
        told(system)
