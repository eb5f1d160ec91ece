"""The draft check on pages and in the API: below the text, with and without scripts; and its precision."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from api_client import Program
from desk_people import logged_in
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kulanz.desk.models import Case, DraftVerdict, IdempotencyKey, Member, Reply, ShownFinding, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import replies

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"
IBAN = "DE89 3704 0044 0532 0130 00"
SENDS_AWAY = f"Hello, please contact our support team about this {EVIL}. Bob"
REVEALS = f"Hello, we pay it back to {IBAN} by Friday. Kind regards, Bob"
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def bobs(members: dict[str, Member]) -> Client:
    return logged_in(members["bob"])


def keys(shown: str, name: str = "wrong") -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]+)"', shown)


def test_the_panel_comes_while_somebody_writes(bobs: Client, thread: Thread, case: Case) -> None:
    for page, check in ((f"/threads/{thread.pk}", "thread"), (f"/cases/{case.pk}", "case")):
        shown = bobs.get(page).content.decode()
        assert f'hx-post="{page}/check" hx-trigger="input delay:600ms from:#reply-text"' in shown
        answer = bobs.post(f"{page}/check", {"text": SENDS_AWAY}, headers=SCRIPT)
        panel = answer.content.decode()
        assert answer.status_code == 200
        assert "<html" not in panel
        assert f'hx-target="#check-{check}-' in panel
        assert "sends away" in panel
        assert "They came here because the other ways did not help." in panel
        assert EVIL not in panel
        assert "&lt;script&gt;" in panel
        assert "Missing" in panel
        assert "A range, no certainty." in panel or "forecast" not in panel
    assert not Reply.objects.exists()
    assert not ShownFinding.objects.exists()


def test_without_scripts_a_button_checks_and_every_word_stays(bobs: Client, case: Case) -> None:
    typed = {"text": SENDS_AWAY, "subject": "About it", "channel": "phone"}
    shown = bobs.post(f"/cases/{case.pk}/check", typed).content.decode()
    assert "<html" in shown
    assert 'value="About it"' in shown
    assert '<option value="phone" selected>' in shown
    assert "please contact our support team about this &lt;script&gt;" in shown
    key = next(each for each in keys(shown) if each.startswith("sends_away."))
    marked = bobs.post(f"/cases/{case.pk}/verdict", {**typed, "wrong": key}).content.decode()
    assert "marked as wrong" in marked
    assert 'value="About it"' in marked
    assert keys(marked, "right") == [key]
    assert DraftVerdict.objects.get().case == case
    again = bobs.post(f"/cases/{case.pk}/verdict", {**typed, "right": key}).content.decode()
    assert keys(again, "right") == []
    assert not DraftVerdict.objects.exists()


def test_an_answer_on_its_way_is_checked_for_writer_and_approver(
    bobs: Client, members: dict[str, Member], thread: Thread
) -> None:
    bobs.post(f"/threads/{thread.pk}/reply", {"text": REVEALS, "then": "keep"})
    reply = Reply.objects.get()
    panel = bobs.post(f"/replies/{reply.pk}/check", {"text": "Hello, we see to it."}, headers=SCRIPT)
    assert "personal data" not in panel.content.decode()
    words = {"text": reply.text, "subject": reply.subject, "seen": reply.version, "then": "ask"}
    bobs.post(f"/replies/{reply.pk}/edit", words)
    carlas = logged_in(members["carla"])
    assert f"/replies/{reply.pk}/check" in carlas.get(f"/threads/{thread.pk}").content.decode()
    shown = carlas.post(f"/replies/{reply.pk}/check").content.decode()
    assert "it holds personal data" in shown
    assert f"<blockquote>{IBAN}</blockquote>" in shown
    assert keys(shown) == []
    assert carlas.post(f"/replies/{reply.pk}/verdict", {"wrong": "x"}).status_code == 403


def test_what_reveals_personal_data_is_refused_with_the_words_of_the_finding(
    bobs: Client, thread: Thread
) -> None:
    bobs.post(f"/threads/{thread.pk}/reply", {"text": REVEALS, "then": "keep"})
    reply = Reply.objects.get()
    refused = bobs.post(
        f"/replies/{reply.pk}/send", {"seen": reply.version, "url": "https://forum.example/1"}
    )
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert "This reveals personal data to everybody." in shown
    assert 'value="https://forum.example/1"' in shown
    key = keys(bobs.post(f"/replies/{reply.pk}/check", {"text": REVEALS}).content.decode())[0]
    assert key.startswith("personal_data.found.en.")
    bobs.post(f"/replies/{reply.pk}/verdict", {"text": REVEALS, "wrong": key})
    assert bobs.post(f"/replies/{reply.pk}/send", {"seen": reply.version, "posted": "1"}).status_code == 302
    reply.refresh_from_db()
    assert reply.state == "sent"


def test_too_much_and_nothing(bobs: Client, thread: Thread) -> None:
    path = f"/threads/{thread.pk}/check"
    assert (
        "There are no words to check yet." in bobs.post(path, {"text": " "}, headers=SCRIPT).content.decode()
    )
    long = bobs.post(path, {"text": "word " * 30_000})
    assert "at most 20000 characters" in long.content.decode()
    assert "word word" in long.content.decode()


def test_a_page_does_not_check_before_somebody_asks(
    bobs: Client, bob: Actor, thread: Thread, now: datetime
) -> None:
    for _ in range(3):
        replies.draft(actor=bob, case=None, thread=thread, channel="public", text=REVEALS, now=now)
    with CaptureQueriesContext(connection) as asked:
        shown = bobs.get(f"/threads/{thread.pk}").content.decode()
    assert shown.count('class="check"') == 4
    assert "sends away" not in shown
    assert not any("draftverdict" in each["sql"] for each in asked)


def test_checks_ask_as_many_queries_with_30_verdicts_as_with_3(
    bobs: Client, thread: Thread, now: datetime
) -> None:
    counts = []
    for more in (1, 2, 27):
        for number in range(more):
            DraftVerdict.objects.create(
                thread=thread, code="blames", kind="found", language="en", mark=f"{more}-{number}", at=now
            )
        with CaptureQueriesContext(connection) as asked:
            bobs.post(f"/threads/{thread.pk}/check", {"text": SENDS_AWAY}, headers=SCRIPT)
        counts.append(len(asked))
    assert counts[1] == counts[2]


def test_leads_and_admins_see_how_often_findings_were_wrong(
    members: dict[str, Member], bob: Actor, case: Case, now: datetime
) -> None:
    client = logged_in(members["adam"])
    assert "No answer with a finding was sent yet." in client.get("/setup/findings").content.decode()
    assert 'href="/setup/findings"' in client.get("/setup").content.decode()
    reply = replies.draft(actor=bob, case=case, channel="phone", text=SENDS_AWAY, now=now)
    replies.send(actor=bob, reply=reply, seen=reply.version, posted=True, now=now)
    verdict = DraftVerdict.objects.create(
        case=case, code="sends_away", kind="found", language="en", mark="a", at=now
    )
    ShownFinding.objects.filter(code="sends_away").update(verdict=verdict)
    shown = client.get("/setup/findings").content.decode()
    rows = [re.sub(r"<[^>]+>", " ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL)]
    assert ["sends", "away", "passage", "English", "1", "1", "0%"] in rows


def test_the_api_checks_and_takes_verdicts(members: dict[str, Member], thread: Thread, case: Case) -> None:
    program = Program(members["bob"])
    answer = program.post(f"/threads/{thread.pk}/check", {"text": REVEALS}, **{"Idempotency-Key": "k" * 20})
    told = answer.json()
    assert (answer.status_code, told["may_be_sent"], told["position"]["code"]) == (200, False, "first")
    (blocking,) = (each for each in told["findings"] if each["blocks"])
    assert (blocking["passage"], blocking["code"], blocking["wrong"]) == (IBAN, "personal_data", False)
    assert not IdempotencyKey.objects.exists()
    verdict = {name: blocking[name] for name in ("code", "kind", "language", "mark")}
    path = f"/threads/{thread.pk}/check/verdict"
    assert program.post(path, verdict).status_code == 204
    assert program.post(f"/threads/{thread.pk}/check", {"text": REVEALS}).json()["may_be_sent"] is True
    assert program.post(path, {**verdict, "wrong": False}).status_code == 204
    assert program.post(f"/threads/{thread.pk}/check", {"text": REVEALS}).json()["may_be_sent"] is False
    assert program.post(path, {**verdict, "mark": "x"}).status_code == 422
    assert program.post(f"/cases/{case.pk}/check", {"text": "x" * 20_001}).status_code == 422
    private = program.post(f"/cases/{case.pk}/check", {"text": REVEALS}).json()
    assert "personal_data" not in {each["code"] for each in private["findings"]}
    public = program.post(f"/cases/{case.pk}/check", {"text": REVEALS, "channel": "public"}).json()
    assert "personal_data" in {each["code"] for each in public["findings"]}
    assert program.post(f"/cases/{case.pk}/check", {"text": "👍"}).json()["findings"] == []
