"""Outcomes as labelled examples: which conversations are one, under which names, and that they are read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from api_client import Program
from click.testing import CliRunner
from django.test import Client
from short_demo import short

from kulanz.cli import main
from kulanz.core.drafts.personal import identifying
from kulanz.desk.conf import conf
from kulanz.desk.demo import filling
from kulanz.desk.demo.filling import fill
from kulanz.desk.models import Account, Alert, Event, Issue, Member, Person, Post, Source, Thread
from kulanz.desk.queries.examples import examples
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import attention, billing_adapters, erasing, issues
from kulanz.desk.services.examples import Example, labelled
from kulanz.sources import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("started")]
Rows = list[dict[str, Any]]


def post(thread: Thread, key: str, author: str, text: str, **more: Any) -> Post:
    now = thread.seen_at
    account, _new = Account.objects.get_or_create(
        source=thread.source, key=author, defaults={"first_seen_at": now}
    )
    return Post.objects.create(
        thread=thread, source=thread.source, key=key, account=account, text=text, created_at=now,
        text_since=now, seen_at=now, **more,
    )  # fmt: skip


def exported(folder: Path, *options: str) -> tuple[Rows, Rows]:
    result = CliRunner().invoke(main, ["export", "examples", "--output", str(folder), *options])
    assert result.exit_code == 0, result.output
    return rows(folder / "threads.jsonl"), rows(folder / "threads.labels.jsonl")


def rows(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def known() -> dict[str, tuple[int, str]]:
    return {each.thread.key: (each.level, each.origin) for each in examples()}


def only() -> Example:
    [example] = [each for each in labelled(examples()) if each is not None]
    return example


@pytest.mark.parametrize(
    ("outcome", "level"),
    [("resolved", 2), ("goodwill", 2), ("no_answer_needed", 2), ("moved_elsewhere", 2), ("false_alarm", 0)],
)
def test_how_an_issue_ended_is_its_level(
    outcome: str, level: int, alice: Actor, thread: Thread, now: datetime
) -> None:
    issue = issues.open_issue(actor=alice, threads=[thread], now=now)
    assert known() == {}, "what nobody has decided is no example"
    issues.close(actor=alice, issue=issue, seen=issue.version, outcome=outcome, reason="It is over.", now=now)
    assert known() == {"4711": (level, outcome)}


def test_escalated_is_what_people_called_so(alice: Actor, thread: Thread, now: datetime) -> None:
    issue = issues.open_issue(actor=alice, threads=[thread], now=now)
    issue = issues.edit(actor=alice, issue=issue, seen=issue.version, now=now, stage="escalated")
    issues.close(actor=alice, issue=issue, seen=issue.version, outcome="resolved", reason="Done.", now=now)
    assert known() == {"4711": (3, "resolved")}


def test_false_alarms_and_what_never_stood_out_are_none(
    alice: Actor, thread: Thread, other_thread: Thread, now: datetime
) -> None:
    Alert.objects.create(thread=thread, raised_at=now, score=0.9, stage="escalated")
    assert known() == {"4712": (0, "never_flagged")}
    attention.false_alarm(actor=alice, thread=thread, seen=0, reason="A joke.", now=now)
    assert known() == {"4711": (0, "false_alarm"), "4712": (0, "never_flagged")}
    assert [each.thread.key for each in examples(only_judged=True)] == ["4711"]


def test_nothing_hidden_gone_or_put_aside_is_taken_along(
    alice: Actor, thread: Thread, other_thread: Thread, now: datetime
) -> None:
    Thread.objects.filter(pk=thread.pk).update(hidden=True)
    attention.snooze(
        actor=alice, thread=other_thread, seen=0, until=now + timedelta(days=2), reason="Later.", now=now
    )
    assert known() == {}


def test_names_are_masked_and_the_same_everywhere(thread: Thread, forum: Source, now: datetime) -> None:
    Person.objects.create(name="Rolf Petersen", email="rolf@example.org", created_at=now)
    post(thread, "1", "rolf_p", "Herr Petersen here, rolf@example.org, IBAN DE02 1203 0000 0000 2020 51.")
    post(
        thread, "2", "Ulla", "rolf_p and Rolf Petersen: @Grete, ask ulla! Order no. A-48213, today.",
        reply_to="1", quotes=["rolf_p wrote"], mentions=["rolf_p"], links=["https://a.example/u/rolf_p"],
    )  # fmt: skip
    first, second = only().posts
    assert first.text == "Herr [name] here, [email], IBAN [iban]."
    assert second.text == f"{first.author_id} and [name]: @[name], ask {second.author_id}! [number], today."
    assert (second.quotes, second.mentions) == ((f"{first.author_id} wrote",), (first.author_id,))
    assert (second.reply_to, second.links) == (first.post_id, ("https://a.example/",))
    assert (first.url, first.thread_url, first.source) == (None, None, None)
    again, _ = only().posts
    assert again == first, "the same pseudonyms with every export"


def test_who_speaks_for_the_company_is_said_without_the_name(thread: Thread) -> None:
    post(thread, "1", "kontaktor_team", "We look into it.", role="staff")
    post(thread, "2", "kontaktor_team", "Not for everybody.", hidden=True)
    assert [(each.role, "kontaktor" in (each.author_id or "")) for each in only().posts] == [("staff", False)]


def test_people_who_were_erased_are_not_in_it(
    alice: Actor, thread: Thread, forum: Source, now: datetime
) -> None:
    person = Person.objects.create(name="Rolf Petersen", created_at=now)
    post(thread, "1", "rolf_p", "I was charged twice.")
    post(thread, "2", "ulla", "Me too.", reply_to="1", mentions=["rolf_p"])
    Account.objects.filter(key="rolf_p").update(person=person)
    erasing.erase(actor=alice, person=person, seen=person.version, reason="asked for it", now=now)
    gone = Account.objects.exclude(key="ulla").get().key
    Post.objects.filter(key="2").update(text=f"Me too, {gone}!", mentions=[gone])
    [left] = only().posts
    assert (left.text, left.reply_to, left.mentions) == ("Me too, [erased]!", None, ())


@pytest.mark.parametrize(
    ("text", "passages"),
    [
        ("Rufen Sie an: 040 1234567, bis 06.11.2026.", ["040 1234567"]),
        ("Hallo Ute, ich wohne in der Lindenstraße 4.", ["Ute", "Lindenstraße 4"]),
        ("Hallo zusammen, 2026 war schlecht.", []),
    ],
)
def test_what_identifies_somebody_is_found_whoever_wrote_it(text: str, passages: list[str]) -> None:
    assert [text[each.start : each.end] for each in identifying(text)] == passages


def test_a_demo_desk_measures_its_own_rules(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: datetime
) -> None:
    monkeypatch.setattr(billing_adapters, "conf", lambda: replace(conf(), data=tmp_path))
    monkeypatch.setattr(filling, "read", lambda paths: short(read(paths)))
    fill(lang="en", now=now)
    Issue.objects.update(state="closed", outcome="goodwill", closed_at=now)
    posts, labels = exported(tmp_path / "outcomes")
    assert {each["thread_id"] for each in posts} == {each["thread_id"] for each in labels}
    assert [each["level"] for each in labels].count(2) == 1
    assert len(labels) > 3
    text = json.dumps(posts, ensure_ascii=False).casefold()
    assert not [key for key in _unmistakable() if key.casefold() in text]
    assert "rolf petersen" not in text
    files = [str(tmp_path / "outcomes" / name) for name in ("threads.jsonl", "threads.labels.jsonl")]
    measured = CliRunner().invoke(main, ["evaluate", "threads", files[0], "--labels", files[1], "--json"])
    assert measured.exit_code == 0, measured.output
    figures = json.loads(measured.stdout)
    assert (figures["threads"], figures["issues"]) == (len(labels), 1)
    assert Event.objects.get(action="export_examples").data == {"examples": len(labels)}


def _unmistakable() -> list[str]:
    return [key for key in Account.objects.values_list("key", flat=True) if "_" in key]


def test_admins_see_how_many_there_are_and_take_them_along(
    thread: Thread, other_thread: Thread, members: dict[str, Member], now: datetime
) -> None:
    """The other conversation has no post that could be taken along: no file has a line of it."""
    post(thread, "1", "rolf_p", "rolf_p asks <b>why</b>, rolf@example.org")
    path, adam, program = "/setup/examples", Visitor(members["adam"]), Program(members["adam"])
    page = adam.page(path)
    assert "never flagged" in page
    assert "2 conversations in all." in page
    assert page.count(" download ") == 2
    assert "asks" not in page, "only shown where that is asked for"
    shown = adam.page(f"{path}?show=1")
    assert "asks &lt;b&gt;why" in shown
    assert "rolf_p" not in shown
    assert "There are none yet" in adam.page(f"{path}?judged=1")
    taken = [adam.lines(f"{path}/{name}.jsonl") for name in ("threads", "threads.labels")]
    again = [program.get(f"/examples/{name}") for name in ("posts", "labels")]
    assert [list(map(json.loads, b"".join(each.streaming_content).splitlines())) for each in again] == taken
    assert program.get("/examples").json() == [{"level": 0, "origin": "never_flagged", "count": 2}]
    [[line], [label]] = taken
    assert (line["thread_id"], label["level"]) == (label["thread_id"], 0)
    assert "rolf" not in json.dumps(line)
    told = Event.objects.filter(action="export_examples")
    assert list(told.values_list("actor", flat=True)) == [members["adam"].pk] * 4
    assert adam.status(f"{path}/other.jsonl") == 400


class Visitor:
    """An admin before the pages."""

    def __init__(self, member: Member) -> None:
        self._client = Client()
        self._client.force_login(member)

    def page(self, path: str) -> str:
        return self._client.get(path).content.decode()

    def lines(self, path: str) -> Rows:
        answer: Any = self._client.get(path)
        assert answer["Content-Disposition"].startswith("attachment")
        return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]

    def status(self, path: str) -> int:
        return self._client.get(path).status_code
