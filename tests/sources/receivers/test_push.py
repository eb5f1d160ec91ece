"""Posts that another program sends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources.receivers.push import MAX_LINES, PushReceiver
from kulanz.sources.receiving import Delivery, Receipt
from kulanz.sources.web.secrets import Secret
from kulanz.testing.receivers import ReceiverSuite

KEY = "a long and secret key"
LINE = {
    "thread_id": "7",
    "post_id": "1",
    "author_id": "a",
    "created_at": "2026-06-09T18:47:00Z",
    "text": "Guten Tag",
    "accepted": True,
}


def delivery(body: bytes, key: str = KEY, **more: Any) -> Delivery:
    return Delivery(
        method=more.pop("method", "POST"),
        path="/push",
        headers={"authorization": f"Bearer {key}"},
        body=body,
        received_at=datetime(2026, 6, 10, tzinfo=UTC),
        query=more.pop("query", {"source": "crm"}),
    )


def lines(*rows: dict[str, Any] | bytes) -> bytes:
    return b"\n".join(row if isinstance(row, bytes) else msgspec.json.encode(row) for row in rows)


def receive(given: Delivery) -> Receipt:
    return PushReceiver(Secret(KEY)).receive(given)


def told(receipt: Receipt) -> dict[str, Any]:
    return msgspec.json.decode(receipt.body, type=dict[str, Any])


class TestPush(ReceiverSuite):
    name = "push"

    def receiver(self) -> PushReceiver:
        return PushReceiver(Secret(KEY))

    def good(self) -> Iterable[Delivery]:
        return [delivery(lines(LINE)), delivery(lines(LINE, {**LINE, "post_id": "2"}) + b"\n"), delivery(b"")]


def test_good_lines_are_kept_and_bad_ones_told() -> None:
    receipt = receive(delivery(lines(LINE, b"{broken", {**LINE, "post_id": ""}, {**LINE, "post_id": "3"})))
    assert receipt.status == 207
    kept = [seen.post for page in receipt.pages for seen in page.posts]
    assert [(post.post_id, post.accepted) for post in kept] == [("1", True), ("3", True)]
    assert [problem["line"] for problem in told(receipt)["problems"]] == [2, 3]
    assert all(problem["reason"] and problem["remedy"] for problem in told(receipt)["problems"])


def test_the_source_of_a_line_wins_over_the_address() -> None:
    receipt = receive(delivery(lines(LINE, {**LINE, "source": "shop"})))
    assert [seen.post.source for seen in receipt.pages[0].posts] == ["crm", "shop"]


def test_a_post_without_a_source_is_refused() -> None:
    receipt = receive(delivery(lines(LINE), query={}))
    assert receipt.status == 400
    assert "names no source" in told(receipt)["problems"][0]["reason"]


def test_what_the_sender_knows_of_edits_is_kept_and_the_rest_too() -> None:
    line = {
        **LINE,
        "version": 3,
        "edited_at": "2026-06-09T19:00:00Z",
        "edited_by": "b",
        "removed": True,
        "shop": 12,
    }
    seen = receive(delivery(lines(line))).pages[0].posts[0]
    assert (seen.version, seen.edited_by, seen.removed) == (3, "b", True)
    assert seen.edited_at == datetime(2026, 6, 9, 19, tzinfo=UTC)
    assert seen.post.extra == {"shop": 12}


@pytest.mark.parametrize("key", ["", "wrong", KEY + " ", "\xe4"])
def test_a_wrong_key_gets_nothing_in(key: str) -> None:
    receipt = receive(delivery(lines(LINE), key=key))
    assert (receipt.status, receipt.pages) == (401, ())


def test_another_method_is_refused() -> None:
    assert receive(delivery(b"", method="GET")).status == 405


def test_too_many_lines_are_refused_at_once() -> None:
    receipt = receive(delivery(b"{}\n" * (MAX_LINES + 2)))
    assert (receipt.status, receipt.pages) == (413, ())


@given(st.lists(st.binary(max_size=60) | st.just(msgspec.json.encode(LINE)), max_size=6))
def test_no_body_breaks_it_and_nothing_is_lost(rows: list[bytes]) -> None:
    receipt = receive(delivery(lines(*rows)))
    answer = told(receipt)
    given_lines = [row for row in lines(*rows).split(b"\n") if row.strip()]
    assert answer["kept"] + answer["refused"] == len(given_lines)
    assert answer["kept"] >= rows.count(msgspec.json.encode(LINE))


def test_an_empty_key_lets_nobody_in() -> None:
    assert PushReceiver(Secret(" ")).receive(delivery(lines(LINE), key="")).status == 401
