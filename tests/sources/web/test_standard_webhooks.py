"""Deliveries prove who sent them, and nothing else is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources.errors import PermanentError
from kulanz.sources.web.standard_webhooks import TOLERANCE, is_signed, new_secret, signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of the specification's own example
BODY = b'{"test": 2432232314}'
THEN = datetime.fromtimestamp(1614265330, UTC)


def test_a_signature_is_that_of_the_specification() -> None:
    # the example of https://github.com/standard-webhooks/standard-webhooks
    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", BODY, SECRET, THEN)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert is_signed(headers, BODY, SECRET, THEN)


@pytest.mark.parametrize("secret", ["whsec_not base64", "whsec_", "", "whsec_c2hvcnQ="])
def test_a_secret_that_is_none_is_told(secret: str) -> None:
    with pytest.raises(PermanentError, match="make a new one"):
        signed_headers("1", b"", secret, THEN)


def test_one_of_several_signatures_is_enough_as_while_keys_change() -> None:
    headers = signed_headers("1", BODY, SECRET, THEN)
    headers["webhook-signature"] = f"v1,other v1a,more {headers['webhook-signature']}"
    assert is_signed(headers, BODY, SECRET, THEN)


@pytest.mark.parametrize("seconds", [-TOLERANCE - 1, TOLERANCE + 1, 10**9])
def test_a_delivery_of_another_time_is_not_believed(seconds: int) -> None:
    headers = signed_headers("1", BODY, SECRET, THEN)
    assert not is_signed(headers, BODY, SECRET, THEN + timedelta(seconds=seconds))


def test_every_part_is_under_the_signature() -> None:
    headers = signed_headers("1", BODY, SECRET, THEN)
    later = str(int(THEN.timestamp()) + 1)
    assert not is_signed(headers, BODY + b" ", SECRET, THEN)
    assert not is_signed({**headers, "webhook-id": "2"}, BODY, SECRET, THEN)
    assert not is_signed({**headers, "webhook-timestamp": later}, BODY, SECRET, THEN)
    assert not is_signed(headers, BODY, new_secret(), THEN)


@given(st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()))
def test_strange_headers_are_no_signature(headers: dict[str, str]) -> None:
    assert not is_signed(headers, BODY, SECRET, THEN)
