"""Once a case is settled: how satisfied its customer is, and a public note in words that she agreed to."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from api_client import Program
from desk_people import make_thread
from django.test import Client
from django.utils import timezone

from kulanz.desk.conf import conf
from kulanz.desk.models import (
    Case,
    ClosingNote,
    Delivery,
    Event,
    Member,
    Person,
    Reply,
    Satisfaction,
    Source,
    StatusPage,
    Thread,
)
from kulanz.desk.queries.closing import MONTHS, answers_by_month
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.rules.status_pages import LONGEST_ANSWER
from kulanz.desk.services import (
    cases,
    closing_notes,
    erasing,
    issues,
    replies,
    scheduling,
    status_answers,
    status_links,
)

pytestmark = pytest.mark.django_db
NOTE = "We have found what went wrong, and put it right together with the customer."


@pytest.fixture
def case(bob: Actor, thread: Thread, now: datetime) -> Case:
    """A settled case with a conversation in public."""
    issue = issues.open_issue(actor=bob, threads=[thread], now=now)
    person = Person.objects.create(name="Rolf", email="rolf@mauer.example", created_at=now)
    made = cases.open_case(actor=bob, person=person, issue=issue, title="Dunning", now=now)
    return cases.resolve(actor=bob, case=made, seen=made.version, outcome="waived", now=now)


@pytest.fixture
def link(bob: Actor, case: Case, now: datetime) -> str:
    page = status_links.make(actor=bob, case=case, language="en", now=now)
    return status_links.link_of(actor=bob, page=page).removeprefix(conf().url)


@pytest.fixture
def note(bob: Actor, case: Case, now: datetime) -> ClosingNote:
    return closing_notes.write(actor=bob, case=case, text=NOTE, seen=0, now=now)


def post(link: str, **given: object) -> int:
    return Client().post(link, given).status_code


def shown(link: str) -> str:
    return Client().get(link).content.decode()


def said(link: str, note: ClosingNote, do: str) -> int:
    note.refresh_from_db()
    status = post(link, do=do, seen=note.version)
    note.refresh_from_db()
    return status


def test_she_is_asked_once_it_is_settled(link: str, case: Case) -> None:
    assert "How satisfied are you" in shown(link)
    Case.objects.update(state="open")
    assert "How satisfied are you" not in shown(link)
    assert post(link, do="rate", level=5) == 422


def test_a_message_that_asks_for_her_answer_leaves_the_question_there(
    bob: Actor, link: str, case: Case, note: ClosingNote, now: datetime
) -> None:
    asks = replies.draft(actor=bob, case=case, text="Please answer on the page.", now=now)
    replies.send(actor=bob, reply=asks, seen=asks.version, now=now)
    case.refresh_from_db()
    assert case.state == "resolved"
    assert "How satisfied are you" in shown(link)
    assert NOTE in shown(link)
    assert post(link, do="answer", text="It is not settled.") == 303
    case.refresh_from_db()
    assert case.state == "open"


def test_her_answer_can_be_changed_for_a_week(link: str, case: Case, now: datetime) -> None:
    assert post(link, do="rate", level=2, text="It took long") == 303
    assert post(link, do="rate", level=4, text="But well") == 303
    kept = Satisfaction.objects.get()
    assert (kept.level, kept.text) == (4, "But well")
    Satisfaction.objects.update(answered_at=timezone.now() - timedelta(days=8))
    assert "You told us that you are satisfied." in shown(link)
    assert "How satisfied are you" not in shown(link)
    assert post(link, do="rate", level=1) == 422
    assert Satisfaction.objects.get().level == 4


def test_a_step_that_was_chosen_is_kept_where_the_words_are_too_long(link: str) -> None:
    refused = Client().post(link, {"do": "rate", "level": 2, "text": "x" * (LONGEST_ANSWER + 1)})
    assert refused.status_code == 422
    assert 'value="2" required checked' in refused.content.decode()


@pytest.mark.parametrize("level", ["0", "6", "-1", "five", ""])
def test_there_are_five_steps(link: str, level: str) -> None:
    assert post(link, do="rate", level=level) == 422
    assert not Satisfaction.objects.exists()


@pytest.mark.parametrize("merged", [False, True])
def test_who_wants_no_questions_is_not_asked(link: str, case: Case, now: datetime, *, merged: bool) -> None:
    if merged:
        Person.objects.create(name="R.", created_at=now, merged_into=case.person, no_contact=True)
    else:
        Person.objects.update(no_contact=True)
    assert "How satisfied are you" not in shown(link)
    assert post(link, do="rate", level=5) == 422


def test_the_wish_is_kept_with_the_profile(client: Client, case: Case, members: dict[str, Member]) -> None:
    client.force_login(members["bob"])
    person = case.person
    form = {"name": person.name, "role": "customer", "email": "", "seen": person.version}
    client.post(f"/people/{person.pk}/edit", {**form, "no_contact": "1"})
    assert Person.objects.get().no_contact
    assert "wants no questions" in client.get(f"/cases/{case.pk}").content.decode()
    client.post(f"/people/{person.pk}/edit", {**form, "seen": person.version + 1})
    assert not Person.objects.get().no_contact
    program = Program(members["bob"])
    seen = Person.objects.get().version
    told = program.ask("PATCH", f"/people/{person.pk}", {"no_contact": True, "seen": seen})
    assert told.json()["no_contact"] is True


def test_numbers_by_month_name_no_member(case: Case, now: datetime, members: dict[str, Member]) -> None:
    Satisfaction.objects.create(case=case, level=5, answered_at=now)
    months = answers_by_month(now)
    assert (len(months), months[0].counts[5], months[0].total, months[1].total) == (MONTHS, 1, 1, 0)
    late = datetime(2026, 5, 31, 23, 0, tzinfo=now.tzinfo)  # June in Berlin
    Satisfaction.objects.update(answered_at=late)
    assert answers_by_month(now)[0].total == 1
    Satisfaction.objects.update(answered_at=timezone.now())
    told = Program(members["bob"]).get("/satisfaction").json()
    assert {name for row in told for name in row} == {"month", "counts"}
    assert (told[0]["counts"], sum(told[1]["counts"].values())) == (None, 0)


def test_a_month_with_few_answers_does_not_tell_them(
    client: Client, case: Case, members: dict[str, Member], now: datetime
) -> None:
    client.force_login(members["bob"])
    cell = 'data-head="very satisfied"'
    for number in range(5):
        one = Case.objects.create(person=case.person, title="x", opened_at=now, reply_key=f"key{number}")
        Satisfaction.objects.create(case=one, level=5, answered_at=timezone.now())
        page = client.get("/cases").content.decode()
        assert ("fewer than 5 answers" in page, cell in page) == (number < 4, number == 4)


def test_in_german_it_speaks_as_people_do(link: str, case: Case) -> None:
    assert "Aus unserer Sicht ist es geklärt." in Client().get(link, {"lang": "de"}).content.decode()
    told = [Client().get(link, {"lang": "de", "done": each}) for each in ("yes", "no", "another", "agreed")]
    assert not [each for each in told if "vermerkt" in each.content.decode()]


def test_the_event_of_an_answer_says_nothing_of_it(link: str) -> None:
    post(link, do="rate", level=1, text="Terrible")
    event = Event.objects.get(action="rate")
    assert (event.actor, event.data, event.reason) == (None, {}, "")


def test_she_sees_the_exact_words_and_says_yes(link: str, note: ClosingNote) -> None:
    assert NOTE in shown(link)
    assert said(link, note, "agree") == 303
    assert (note.answer, note.agreed_text, note.agreed_at is None) == ("yes", NOTE, False)
    assert Delivery.objects.filter(subject__startswith="The customer agrees").exists()


def test_other_words_ask_again_and_the_yes_keeps_its_own(
    bob: Actor, link: str, note: ClosingNote, case: Case, now: datetime
) -> None:
    said(link, note, "agree")
    same = closing_notes.write(actor=bob, case=case, text=NOTE, seen=note.version, now=now)
    assert same.answer == "yes"
    changed = closing_notes.write(actor=bob, case=case, text=f"{NOTE} Thanks!", seen=same.version, now=now)
    assert (changed.answer, changed.agreed_text) == ("", NOTE)
    with pytest.raises(RuleError, match="has not agreed"):
        closing_notes.draft(actor=bob, note=changed, thread=Thread.objects.get(), now=now)


def test_a_yes_to_words_that_changed_meanwhile_is_none(
    bob: Actor, link: str, note: ClosingNote, case: Case, now: datetime
) -> None:
    before = note.version
    closing_notes.write(actor=bob, case=case, text="It was her fault.", seen=before, now=now)
    assert post(link, do="agree", seen=before) == 409
    assert ClosingNote.objects.get().answer == ""


@pytest.mark.parametrize("do", ["", "disagree"])
def test_without_her_yes_nothing_is_drafted(
    bob: Actor, link: str, note: ClosingNote, thread: Thread, now: datetime, do: str
) -> None:
    if do:
        said(link, note, do)
    with pytest.raises(RuleError, match="has not agreed"):
        closing_notes.draft(actor=bob, note=note, thread=thread, now=now)
    assert not Reply.objects.exists()


def test_only_the_words_she_agreed_to_go_out(
    bob: Actor, alice: Actor, link: str, note: ClosingNote, thread: Thread, now: datetime
) -> None:
    said(link, note, "agree")
    reply = closing_notes.draft(actor=bob, note=note, thread=thread, now=now)
    assert (reply.channel, reply.text, reply.thread) == ("public", NOTE, thread)
    edited = replies.edit(
        actor=bob, reply=reply, seen=reply.version, subject="", text="She was wrong.", now=now
    )
    with pytest.raises(RuleError, match="has not agreed to these words"):
        replies.send(actor=alice, reply=edited, seen=edited.version, posted=True, now=now)
    again = replies.edit(actor=bob, reply=edited, seen=edited.version, subject="", text=NOTE, now=now)
    said(link, note, "disagree")
    with pytest.raises(RuleError, match="has not agreed to these words"):
        replies.send(actor=alice, reply=again, seen=again.version, posted=True, now=now)


@pytest.mark.parametrize("agrees", [True, False])
def test_a_planned_note_is_a_draft_again_where_she_agrees_no_more(  # noqa: PLR0913 - who says what, when
    bob: Actor,
    link: str,
    note: ClosingNote,
    thread: Thread,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    *,
    agrees: bool,
) -> None:
    monkeypatch.setattr(replies, "can_answer", lambda _: True)
    said(link, note, "agree")
    reply = closing_notes.draft(actor=bob, note=note, thread=thread, now=now)
    at = now + timedelta(hours=3)
    replies.schedule(actor=bob, reply=reply, seen=reply.version, at=at, now=now)
    if not agrees:
        said(link, note, "disagree")
    assert scheduling.send_planned(now=at) == 1
    reply.refresh_from_db()
    assert (reply.state, reply.returned) == (("sending", []) if agrees else ("draft", ["refused"]))
    if not agrees:
        assert "has not agreed to these words" in reply.last_error
        with pytest.raises(RuleError, match="has not agreed"):
            replies.schedule(actor=bob, reply=reply, seen=reply.version, at=at + timedelta(hours=1), now=at)


def test_a_yes_that_is_taken_back_while_it_is_sent_holds_it_back(
    bob: Actor, link: str, note: ClosingNote, thread: Thread, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(link, note, "agree")
    reply = closing_notes.draft(actor=bob, note=note, thread=thread, now=now)
    monkeypatch.setattr(
        replies.draft_checks, "check_reply", lambda **_: said(link, note, "disagree") and None
    )
    with pytest.raises(RuleError, match="has not agreed to these words"):
        replies.send(actor=bob, reply=reply, seen=reply.version, posted=True, now=now)
    reply.refresh_from_db()
    assert (reply.state, note.answer) == ("draft", "no")


def test_a_yes_is_not_taken_back_of_what_is_on_its_way(
    bob: Actor, link: str, note: ClosingNote, thread: Thread, now: datetime
) -> None:
    said(link, note, "agree")
    closing_notes.draft(actor=bob, note=note, thread=thread, now=now)
    Reply.objects.update(state="sending")
    assert (said(link, note, "disagree"), note.answer) == (422, "yes")


def test_what_was_posted_is_not_asked_or_changed_any_more(
    bob: Actor, link: str, note: ClosingNote, thread: Thread, case: Case, now: datetime
) -> None:
    said(link, note, "agree")
    closing_notes.draft(actor=bob, note=note, thread=thread, now=now)
    Reply.objects.update(state="sent")
    assert "You agreed, and it was posted." in shown(link)
    assert said(link, note, "disagree") == 422
    with pytest.raises(RuleError, match="posted already"):
        closing_notes.write(actor=bob, case=case, text="More", seen=note.version, now=now)


def test_a_yes_rests_once_she_says_that_it_is_not_settled(
    bob: Actor, link: str, note: ClosingNote, thread: Thread, now: datetime
) -> None:
    said(link, note, "agree")
    reply = closing_notes.draft(actor=bob, note=note, thread=thread, now=now)
    assert post(link, do="answer", text="It is not settled at all.") == 303
    with pytest.raises(RuleError, match="open again since"):
        replies.send(actor=bob, reply=reply, seen=reply.version, posted=True, now=now)
    replies.discard(actor=bob, reply=reply, seen=reply.version, now=now)
    note = ClosingNote.objects.get()
    with pytest.raises(RuleError, match="the case is open again"):
        closing_notes.draft(actor=bob, note=note, thread=thread, now=now)


def test_without_a_link_nobody_is_said_to_be_asked(
    client: Client, case: Case, members: dict[str, Member], now: datetime, bob: Actor
) -> None:
    client.force_login(members["bob"])
    asked = "The customer is asked on the status page."
    form = {"text": NOTE, "seen": 0}
    told = client.post(f"/cases/{case.pk}/closing-note", form, follow=True).content.decode()
    assert (asked in told, "nobody is asked" in told) == (False, True)
    status_links.make(actor=bob, case=case, language="en", now=now)
    form = {"text": f"{NOTE} Thanks!", "seen": ClosingNote.objects.get().version}
    assert asked in client.post(f"/cases/{case.pk}/closing-note", form, follow=True).content.decode()


def test_a_button_that_is_pressed_twice_says_it_once(link: str, note: ClosingNote) -> None:
    seen = note.version
    assert [post(link, do="agree", seen=seen) for _ in range(2)] == [303, 303]
    assert ClosingNote.objects.get().version == seen + 1
    assert Event.objects.filter(action="agree").count() == 1


def test_it_stands_in_a_conversation_of_the_issue_only(
    bob: Actor, link: str, note: ClosingNote, forum: Source, now: datetime
) -> None:
    said(link, note, "agree")
    with pytest.raises(RuleError, match="a conversation of the case's issue"):
        closing_notes.draft(actor=bob, note=note, thread=make_thread(forum, now, "elsewhere"), now=now)


def test_a_second_answer_with_it_needs_the_first_discarded(
    bob: Actor, link: str, note: ClosingNote, thread: Thread, now: datetime
) -> None:
    said(link, note, "agree")
    reply = closing_notes.draft(actor=bob, note=note, thread=thread, now=now)
    with pytest.raises(RuleError, match="there is a public answer"):
        closing_notes.draft(actor=bob, note=note, thread=thread, now=now)
    replies.discard(actor=bob, reply=reply, seen=reply.version, now=now)
    assert closing_notes.draft(actor=bob, note=note, thread=thread, now=now).state == "draft"


def test_who_may_write_it_and_when(bob: Actor, erik: Actor, case: Case, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        closing_notes.write(actor=erik, case=case, text=NOTE, seen=0, now=now)
    with pytest.raises(RuleError, match="expected 1 to"):
        closing_notes.write(actor=bob, case=case, text=" ", seen=0, now=now)
    closing_notes.write(actor=bob, case=case, text=NOTE, seen=0, now=now)
    with pytest.raises(ConflictError):
        closing_notes.write(actor=bob, case=case, text="Another", seen=0, now=now)
    case.state = "open"
    with pytest.raises(RuleError, match="settle the case first"):
        closing_notes.write(actor=bob, case=case, text=NOTE, seen=1, now=now)


def test_erasing_takes_both_with_it(
    bob: Actor, alice: Actor, link: str, note: ClosingNote, case: Case, now: datetime
) -> None:
    post(link, do="rate", level=5, text="Rolf was content")
    Person.objects.update(no_contact=True)
    cases.close(actor=bob, case=case, seen=case.version, now=now)
    person = Person.objects.get()
    erasing.erase(actor=alice, person=person, seen=person.version, reason="asked", now=now)
    left = (Satisfaction.objects.count(), ClosingNote.objects.count(), StatusPage.objects.count())
    assert (left, Person.objects.get().no_contact) == ((0, 0, 0), False)


def test_the_pages_of_the_case(
    client: Client, link: str, case: Case, thread: Thread, members: dict[str, Member]
) -> None:
    client.force_login(members["bob"])
    here = f"/cases/{case.pk}"
    client.post(f"{here}/closing-note", {"text": NOTE, "seen": 0})
    assert "The customer has not answered yet." in client.get(here).content.decode()
    said(link, ClosingNote.objects.get(), "agree")
    post(link, do="rate", level=4, text="Fine")
    page = client.get(here).content.decode()
    assert "The customer agreed to these words" in page
    assert "The customer is satisfied" in page
    drafted = client.post(f"{here}/closing-note/reply", {"thread": thread.pk})
    assert drafted["Location"] == f"/threads/{thread.pk}#reply-{Reply.objects.get().pk}"
    assert "June 2026" not in client.get("/cases").content.decode()
    assert "How satisfied customers were, by month" in client.get("/cases").content.decode()


def test_programs_do_the_same(link: str, case: Case, thread: Thread, members: dict[str, Member]) -> None:
    program, here = Program(members["bob"]), f"/cases/{case.pk}"
    assert program.get(f"{here}/closing-note").status_code == 404
    assert program.get(f"{here}/satisfaction").status_code == 404
    written = program.ask("PUT", f"{here}/closing-note", {"text": NOTE, "seen": 0})
    assert (written.status_code, written.json()["answer"]) == (200, "")
    note = ClosingNote.objects.get()
    page = StatusPage.objects.select_related("case").get()
    status_answers.agree(note=note, seen=note.version, is_yes=True, now=timezone.now())
    status_answers.rate(page=page, level=3, text="", now=timezone.now())
    assert program.get(f"{here}/closing-note").json()["agreed_text"] == NOTE
    assert program.get(f"{here}/satisfaction").json()["level"] == 3
    assert program.post(f"{here}/closing-note/reply", {"thread": thread.pk}).status_code == 201
