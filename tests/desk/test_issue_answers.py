"""The answers on the page of an issue: those of its cases and those to its threads."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from desk_people import logged_in
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kulanz.desk.models import Case, Issue, Member, Message, Person, Reply, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import cases, issues

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(bob: Actor, thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=bob, threads=[thread], title="Dunning", now=now)


@pytest.fixture
def case(bob: Actor, issue: Issue, now: datetime) -> Case:
    person = Person.objects.create(name="Rolf Petersen", created_at=now)
    return cases.open_case(actor=bob, person=person, issue=issue, title="Late fee", now=now)


def page(member: Member, issue: Issue) -> str:
    client = logged_in(member)
    answer = client.get(f"/issues/{issue.pk}")
    assert answer.status_code == 200
    return answer.content.decode()


def section(text: str) -> str:
    return text[text.index('id="answers"') :].split("</section>", maxsplit=1)[0]


def test_answers_are_listed_with_state_who_when_and_where_they_stand(
    members: dict[str, Member], issue: Issue, case: Case, thread: Thread, now: datetime
) -> None:
    bob, carla = members["bob"], members["carla"]
    said = Reply.objects.create(
        thread=thread, author=bob, approver=carla, channel="public", state="sent", text="We look into it.",
        url="https://forum.example/t/1/9", created_at=now, sent_at=now + timedelta(hours=1),
    )  # fmt: skip
    draft = Reply.objects.create(case=case, author=bob, text="Dear <b>Rolf</b>", created_at=now)
    text = section(page(bob, issue))
    assert f'href="/threads/{thread.pk}#reply-{said.pk}"' in text
    assert f'href="/cases/{case.pk}#reply-{draft.pk}"' in text
    assert 'href="https://forum.example/t/1/9"' in text
    assert "approved by Carla Beispiel" in text
    assert "Dear &lt;b&gt;Rolf" in text
    assert text.index("Dear") < text.index("We look into it.")


def test_what_was_sent_to_a_customer_is_found_in_the_conversation(
    members: dict[str, Member], issue: Issue, case: Case, now: datetime
) -> None:
    sent = Message.objects.create(case=case, inbound=False, text="Dear Rolf", at=now)
    Reply.objects.create(
        case=case, author=members["bob"], state="sent", text="Dear Rolf", message=sent, created_at=now
    )
    assert f'href="/cases/{case.pk}#message-{sent.pk}"' in section(page(members["bob"], issue))


def test_answers_of_others_discarded_ones_and_none_at_all_are_not_there(
    members: dict[str, Member], issue: Issue, case: Case, other_thread: Thread, now: datetime
) -> None:
    given = {"author": members["bob"], "created_at": now}
    Reply.objects.create(thread=other_thread, channel="public", text="Elsewhere", **given)
    Reply.objects.create(case=case, state="discarded", text="Never mind", **given)
    assert 'id="answers"' not in page(members["bob"], issue)


def test_whoever_sees_no_cases_sees_no_answers(
    members: dict[str, Member], issue: Issue, thread: Thread, now: datetime
) -> None:
    Reply.objects.create(
        thread=thread, author=members["bob"], channel="public", text="We look into it.", created_at=now
    )
    for name in ("dora", "erik", "adam"):
        assert "We look into it." not in page(members[name], issue)
    assert "We look into it." in page(members["carla"], issue)


def test_thirty_answers_ask_as_often_as_three(
    members: dict[str, Member], bob: Actor, issue: Issue, thread: Thread, now: datetime
) -> None:
    counts = []
    for more in (3, 27):
        for number in range(more):
            person = Person.objects.create(name=f"P{number}", created_at=now)
            own = cases.open_case(actor=bob, person=person, issue=issue, title="x", now=now)
            given = {"author": members["bob"], "approver": members["carla"], "text": "x", "created_at": now}
            Reply.objects.create(case=own, **given)
            Reply.objects.create(thread=thread, channel="public", **given)
        page(members["bob"], issue)
        with CaptureQueriesContext(connection) as asked:
            page(members["bob"], issue)
        counts.append(len(asked))
    assert counts[0] == counts[1]
