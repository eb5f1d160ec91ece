"""Webhooks of GitHub, with bodies that GitHub publishes as examples."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from kulanz.sources import Problems, read
from kulanz.sources.receivers.github import RECEIVER, GithubReceiver
from kulanz.sources.receiving import Delivery, Receipt, Receiver
from kulanz.sources.sightings import Sighting
from kulanz.sources.store.store import Store
from kulanz.sources.times import parse_time
from kulanz.sources.web.secrets import Secret
from kulanz.testing.faults import strange_value
from kulanz.testing.reading import Notebook
from kulanz.testing.receivers import ReceiverSuite, delivery
from kulanz.testing.recorded import Reply

SECRET = "a secret that both sides know"  # noqa: S105 - of the tests
DELIVERIES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data/github/deliveries.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
START = datetime(2026, 1, 1, tzinfo=UTC)
THREAD = "Codertocat/Hello-World#1"


def signed(event: str, body: Any, received_at: datetime | None = None) -> Delivery:
    data = json.dumps(body).encode()
    signature = hmac.new(SECRET.encode(), data, hashlib.sha256).hexdigest()
    headers = {"X-GitHub-Event": event, "X-Hub-Signature-256": f"sha256={signature}"}
    made = delivery(data, headers)
    return msgspec.structs.replace(made, received_at=received_at or _soon(body))


def _soon(body: Any) -> datetime:
    """A second after what the delivery tells."""
    entries = (
        [body.get(name) for name in ("comment", "issue", "discussion")] if isinstance(body, dict) else []
    )
    times = [parse_time(entry["updated_at"]) for entry in entries if isinstance(entry, dict)]
    return max(times, default=START) + timedelta(seconds=1)


def example(event: str, action: str) -> dict[str, Any]:
    found = [
        each["body"] for each in DELIVERIES if each["event"] == event and each["body"]["action"] == action
    ]
    return copy.deepcopy(found[0])


def receive(event: str, body: Any, receiver: GithubReceiver | None = None) -> Receipt:
    return (receiver or RECEIVER(Secret(SECRET))).receive(signed(event, body))


def posts(receipt: Receipt) -> list[Sighting]:
    return [each for page in receipt.pages for each in page.posts]


class TestGithubReceiver(ReceiverSuite):
    name = "github"
    signed = True

    def receiver(self) -> Receiver:
        return RECEIVER(Secret(SECRET))

    def good(self) -> Iterable[Delivery]:
        return [signed(each["event"], each["body"]) for each in DELIVERIES]


def test_a_new_comment_is_kept_and_its_issue_read_again() -> None:
    body = example("issue_comment", "created")
    receipt = receive("issue_comment", body)
    assert receipt.rereads == (THREAD,)
    [seen] = posts(receipt)
    assert (seen.post.thread_id, seen.post.post_id) == (THREAD, f"{THREAD}/{body['comment']['id']}")
    assert seen.edited_by is None


def test_an_edit_names_its_editor() -> None:
    body = example("issue_comment", "edited")
    body["sender"]["login"] = "somebody-else"
    [seen] = posts(receive("issue_comment", body))
    assert (seen.edited_by, seen.post.author_id) == ("somebody-else", "Codertocat")
    assert seen.edited_at == parse_time(body["comment"]["updated_at"])


def test_the_text_before_an_edit_is_told_of_a_post_that_nobody_saw(tmp_path: Path) -> None:
    body = example("issue_comment", "edited")
    body["sender"]["login"] = "somebody-else"
    with Store(tmp_path) as store:
        source = store.source("repository")
        [page] = receive("issue_comment", body, RECEIVER(Secret(SECRET), source)).pages
        number = source.begin(_soon(body))
        kept = source.keep(
            page, run=number, lane=None, grace=timedelta(0), problems=Problems(), now=_soon(body), requests=0
        )
        [revision] = kept.revisions
        assert (revision.kind, revision.by) == ("edited_by_other", "somebody-else")
        again = receive("issue_comment", body, RECEIVER(Secret(SECRET), source))
    assert len(posts(again)) == 1


def test_an_edited_title_is_no_edit_of_the_text() -> None:
    [seen] = posts(receive("discussion", example("discussion", "edited")))
    assert (seen.edited_by, seen.edited_at) == (None, None)


def test_an_answer_is_accepted_and_no_longer() -> None:
    receiver = RECEIVER(Secret(SECRET))
    answered, unanswered = example("discussion", "answered"), example("discussion", "unanswered")
    answer = f"Codertocat/Hello-World/discussions/4/{answered['answer']['id']}"
    told = [posts(receive("discussion", body, receiver)) for body in (answered, unanswered, answered)]
    assert [[(each.post.post_id, each.post.accepted) for each in one] for one in told] == [
        [(answer, True)],
        [(answer, False)],
        [],
    ]


def test_a_deleted_comment_is_removed() -> None:
    [seen] = posts(receive("issue_comment", example("issue_comment", "deleted")))
    assert seen.removed


def test_what_comes_late_takes_nothing_back() -> None:
    receiver = RECEIVER(Secret(SECRET))
    created, edited = example("issue_comment", "edited"), example("issue_comment", "edited")
    created["action"] = "created"
    created["comment"] |= {"body": "Der erste Text", "updated_at": created["comment"]["created_at"]}
    assert len(posts(receive("issue_comment", edited, receiver))) == 1
    assert posts(receive("issue_comment", created, receiver)) == []
    receive("issue_comment", example("issue_comment", "deleted"), receiver)
    late = receive("issue_comment", edited, receiver)
    assert (posts(late), late.rereads) == ([], (THREAD,))


def test_what_is_older_than_a_day_is_only_a_hint() -> None:
    body = example("issue_comment", "created")
    late = RECEIVER(Secret(SECRET)).receive(signed("issue_comment", body, _soon(body) + timedelta(days=2)))
    assert (late.pages, late.rereads) == ((), (THREAD,))


def test_of_a_private_repository_nothing_is_stored() -> None:
    for each in DELIVERIES:
        body = copy.deepcopy(each["body"])
        body["repository"]["private"] = True
        assert receive(each["event"], body).pages == ()


@pytest.mark.parametrize("action", ["opened", "edited", "locked", "unlocked", "deleted"])
def test_an_issue_is_always_read_again(action: str) -> None:
    receipt = receive("issues", example("issues", action))
    assert receipt.rereads == (THREAD,)
    assert not any(page.threads for page in receipt.pages)


def test_discussions_come_by_webhook_alone() -> None:
    receipt = receive("discussion_comment", example("discussion_comment", "edited"))
    [seen] = posts(receipt)
    assert receipt.rereads == ()
    assert seen.post.thread_id == "Codertocat/Hello-World/discussions/4"
    assert seen.post.post_id == "Codertocat/Hello-World/discussions/4/550062"
    assert seen.edited_by == "Codertocat"


@pytest.mark.parametrize(
    ("action", "kind", "gone"),
    [("locked", "locked", False), ("unlocked", "unlocked", False), ("transferred", "moved", True)],
)
def test_acts_on_a_discussion(action: str, kind: str, gone: bool) -> None:
    body = example("discussion", action)
    [page] = receive("discussion", body).pages
    [thread] = page.threads
    assert [(act.kind, act.by) for act in thread.acts] == [(kind, body["sender"]["login"])]
    assert thread.gone is gone


@pytest.mark.parametrize("event", ["push", "star", "", "ping"])
def test_other_events_are_taken_and_left(event: str) -> None:
    receipt = receive(event, example("issues", "opened"))
    assert (receipt.status, receipt.pages, receipt.rereads) == (200, (), ())


def test_a_discussion_file_has_the_same_ids(tmp_path: Path) -> None:
    body = example("discussion_comment", "edited")
    path = tmp_path / "delivery.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    ids = {post.post_id for post in read([path])}
    assert "Codertocat/Hello-World/discussions/4/550062" in ids
    assert {each.post.post_id for each in posts(receive("discussion_comment", body))} <= ids


def test_a_notebook_is_enough_to_know() -> None:
    body = example("issue_comment", "edited")
    assert len(posts(receive("issue_comment", body, RECEIVER(Secret(SECRET), Notebook())))) == 2


@pytest.mark.parametrize("seed", range(40))
def test_signed_nonsense_breaks_nothing(seed: int) -> None:
    random = Random(seed)
    for each in DELIVERIES:
        strange = strange_value(Reply.json(each["body"]), random).body
        made = signed(each["event"], json.loads(strange), START)
        assert RECEIVER(Secret(SECRET)).receive(made).status in {200, 400}
