"""A webhook's secret is made anew without a gap: so long the one before is good beside it, both ways."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kulanz.desk.models import BillingSystem, Source, WebhookTarget
from kulanz.desk.public import hooks
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.rotation import OVERLAP, good, newest, renewed
from kulanz.desk.services import billing_systems, sources, targets
from kulanz.desk.services.billing_adapters import adapter_for
from kulanz.desk.services.billing_systems import Wanted
from kulanz.desk.services.sealing import seal, sealed_anew, unseal
from kulanz.sources.web.standard_webhooks import is_signed, new_secret, signed_headers

NOW = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)
LINE = {
    "thread_id": "t", "post_id": "1", "author_id": "a", "created_at": "2026-06-01T10:00:00Z", "text": "Hallo",
}  # fmt: skip


@pytest.mark.any_database
def test_two_are_good_for_a_while_and_never_three() -> None:
    first = "one"
    second = renewed(first, "two", NOW)
    assert good(first, NOW) == ("one",)
    assert good(second, NOW + OVERLAP - timedelta(seconds=1)) == ("two", "one")
    assert good(second, NOW + OVERLAP) == ("two",)
    third = renewed(second, "three", NOW)
    assert (newest(third), good(third, NOW)) == ("three", ("three", "two"))
    assert good(renewed("", "one", NOW), NOW) == ("one",)


@pytest.mark.any_database
def test_a_secret_that_no_key_opens_is_made_anew_all_the_same() -> None:
    assert unseal(sealed_anew(b"sealed elsewhere", "two", NOW)) == b"two"


@pytest.mark.django_db
def test_our_webhooks_are_signed_with_both(adam: Actor) -> None:
    old = new_secret()
    target = WebhookTarget.objects.create(
        name="crm", url="https://x.example", sealed_secret=seal(old.encode())
    )
    fresh = targets.new_target_secret(actor=adam, target=target, seen=target.version, now=NOW)
    kept = unseal(WebhookTarget.objects.get().sealed_secret).decode()
    for moment, fits in ((NOW, [True, True]), (NOW + OVERLAP, [True, False])):
        headers = signed_headers("m", b"{}", good(kept, moment), moment)
        assert [is_signed(headers, b"{}", secret, moment) for secret in (fresh, old)] == fits


@pytest.mark.django_db
def test_deliveries_of_a_source_are_taken_with_both(client: Client, forum: Source, adam: Actor) -> None:
    def push(key: str) -> int:
        hooks.LIMITS.forget()
        shown = {"authorization": f"Bearer {key}"}
        return client.post(
            "/hooks/forum-hook/push", json.dumps(LINE), content_type="application/x-ndjson", headers=shown
        ).status_code

    Source.objects.filter(pk=forum.pk).update(sealed_hook_secret=seal(b"old"))
    forum.refresh_from_db()
    before = forum.version
    fresh = sources.rotate_secret(actor=adam, source=forum, seen=before, now=timezone.now())
    assert [push(key) for key in (fresh, "old", "other")] == [200, 200, 401]
    Source.objects.filter(pk=forum.pk).update(
        sealed_hook_secret=seal(renewed("old", fresh, timezone.now() - OVERLAP).encode())
    )
    assert [push(key) for key in (fresh, "old")] == [200, 401]


@pytest.mark.django_db
def test_billing_knows_both_and_is_told_with_both(adam: Actor, client: Client) -> None:
    now = timezone.now()
    ours, theirs = new_secret(), new_secret()
    wanted = Wanted(
        name="Books", adapter="webhook", config={"url": "https://books.example/hook"}, interval_s=900,
        secrets={"secret": ours, "their_secret": theirs},
    )  # fmt: skip
    system, _ = billing_systems.add(actor=adam, wanted=wanted, now=now)
    fresh = billing_systems.renew_secret(
        actor=adam, system=system, seen=system.version, name="their_secret", now=now
    )
    body = json.dumps({"type": "billing.claim", "data": []}).encode()
    taken = [
        client.post(
            f"/hooks/{system.hook_key}/billing", body, content_type="application/json",
            headers=signed_headers(f"m-{number}", body, secret, now),
        ).status_code
        for number, secret in enumerate((fresh, theirs, ours))
    ]  # fmt: skip
    assert taken == [204, 204, 400]
    kept = BillingSystem.objects.get()
    billing_systems.renew_secret(actor=adam, system=kept, seen=kept.version, name="secret", now=now)
    with adapter_for(BillingSystem.objects.get(), now) as adapter:
        assert [len(each) for each in (adapter._secrets, adapter._their_secrets)] == [2, 2]
