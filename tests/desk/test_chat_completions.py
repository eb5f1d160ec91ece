"""A hostile service at the address of a language model: what it gets, and what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services.chat_completions import Endpoint, complete, refuse_readable
from kulanz.sources.web.network import AddressPolicy
from kulanz.sources.web.secrets import Secret
from kulanz.testing.recorded import RecordedServer, Reply

HERE = AddressPolicy(allowed=("127.0.0.1",))
KEY = "sk-very-secret"
ASKED = "POST /v1/chat/completions"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nothing_goes_where_a_service_redirects_to(status: int) -> None:
    elsewhere = Reply(status=status, headers={"Location": "/elsewhere"})
    with RecordedServer({ASKED: elsewhere, "/elsewhere": Reply.json({})}) as server:
        with pytest.raises(RuleError, match="gave no answer"):
            ask(server, KEY)
        assert [each.path for each in server.requests] == ["/v1/chat/completions"]


@pytest.mark.parametrize(
    ("key", "reply", "told"),
    [
        (KEY, Reply.json({"error": f"Incorrect key {KEY}"}, 401), "401"),
        (KEY, Reply(b"x" * (1 << 20) + b"x"), "bytes"),
        (KEY, Reply(KEY.encode()), "not as chat/completions do"),
        (f"{KEY}\nx-more: 1", Reply.json({}), "characters that headers cannot hold"),
        (f"{KEY}…", Reply.json({}), "characters that headers cannot hold"),
    ],
    ids=["repeated", "too-much", "echoed", "line-break", "typographic"],
)
def test_a_fault_is_told_without_the_key(key: str, reply: Reply, told: str) -> None:
    with RecordedServer({ASKED: reply}) as server, pytest.raises(RuleError) as raised:
        ask(server, key)
    assert told in str(raised.value)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize("allowed", [(), ("8.8.8.8",), ("10.0.0.0/8",)])
def test_nothing_goes_outside_without_tls(allowed: tuple[str, ...]) -> None:
    policy = AddressPolicy(allowed=allowed)
    at = Endpoint(address="http://8.8.8.8/v1", key=Secret(KEY), seconds=5)
    for refused in (
        lambda: complete(at, b"{}", policy=policy, now=datetime(2026, 11, 2, 9, tzinfo=UTC)),
        lambda: refuse_readable(at.address, policy),
    ):
        with pytest.raises(RuleError, match="without TLS"):
            refused()
    refuse_readable("https://8.8.8.8/v1", policy)
    refuse_readable("http://127.0.0.1:11434/v1", HERE)


def ask(server: RecordedServer, key: str) -> None:
    at = Endpoint(address=f"{server.url}/v1", key=Secret(key), seconds=5)
    complete(at, b"{}", policy=HERE, now=datetime(2026, 11, 2, 9, tzinfo=UTC))
