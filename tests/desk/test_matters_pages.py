"""The pages of issues, cases and people: what they show, to whom, and what their forms do."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from desk_people import NOW, logged_in
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kulanz.desk.models import (
    Account,
    Alert,
    Case,
    Event,
    Issue,
    IssueRole,
    Member,
    Message,
    Note,
    Person,
    Post,
    Presence,
    Promise,
    Reply,
    Revision,
    Source,
    Task,
    Thread,
)
from kulanz.desk.queries.timeline import Timeline, issue_timeline
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.services import cases, issues, promises, teamwork
from kulanz.desk.services.calendars import usual_calendar

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def issue(bob: Actor, thread: Thread, now: datetime) -> Issue:
    return issues.open_issue(actor=bob, threads=[thread], title=f"Dunning {EVIL}", now=now)


@pytest.fixture
def rolf(now: datetime) -> Person:
    return Person.objects.create(name="Rolf Petersen", email="rolf@mauer.example", created_at=now)


@pytest.fixture
def case(bob: Actor, issue: Issue, rolf: Person, now: datetime) -> Case:
    return cases.open_case(actor=bob, person=rolf, issue=issue, title="Two reminders", now=now)


@pytest.fixture
def account(forum: Source, issue: Issue, now: datetime) -> Account:
    made = Account.objects.create(source=forum, key="Rolf_P", first_seen_at=now)
    IssueRole.objects.create(issue=issue, account=made, role="complainant", posts=3)
    return made


def as_member(name: str, members: dict[str, Member]) -> Client:
    return logged_in(members[name])


@pytest.fixture
def bobs(members: dict[str, Member]) -> Client:
    return as_member("bob", members)


@pytest.fixture
def alices(members: dict[str, Member]) -> Client:
    return as_member("alice", members)


def text(client: Client, name: str, *args: int, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, name: str, pk: int, /, **fields: object) -> int:
    return client.post(reverse(name, args=[pk]), fields).status_code


# issues


def test_the_list_shows_open_issues_the_gravest_first(
    bobs: Client, bob: Actor, issue: Issue, other_thread: Thread, now: datetime
) -> None:
    other = issues.open_issue(actor=bob, threads=[other_thread], title="Milder", now=now)
    page = text(bobs, "issues")
    assert page.index("Dunning") < page.index("Milder")
    issues.edit(actor=bob, issue=other, seen=other.version, severity="critical", now=now)
    page = text(bobs, "issues")
    assert page.index("Milder") < page.index("Dunning")
    issues.take(actor=bob, issue=other, seen=other.version, now=now)
    assert "Dunning" not in text(bobs, "issues", owner="me")
    assert "Milder" not in text(bobs, "issues", owner="nobody")
    assert "Milder" not in text(bobs, "issues", state="closed")
    assert "Dunning" not in text(bobs, "issues", words="mild")


def test_the_page_escapes_what_came_from_outside(bobs: Client, issue: Issue, account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(key=EVIL)
    Thread.objects.update(title=EVIL)
    page = text(bobs, "issue", issue.pk)
    assert EVIL not in page
    assert "&lt;script&gt;" in page


def test_no_page_needs_inline_styles_or_scripts(
    bobs: Client, issue: Issue, case: Case, account: Account
) -> None:
    for name, args in (("issues", ()), ("issue", (issue.pk,)), ("cases", ()), ("case", (case.pk,)),
                       ("people", ()), ("person", (case.person_id,))):  # fmt: skip
        page = text(bobs, name, *args)
        assert " style=" not in page
        assert "onclick" not in page


def test_take_edit_and_close(bobs: Client, issue: Issue) -> None:
    assert post(bobs, "issue_take", issue.pk, seen=1) == 302
    assert post(bobs, "issue_edit", issue.pk, seen=2, title="New", severity="high", stage="") == 302
    assert post(bobs, "issue_close", issue.pk, seen=3, outcome="resolved", reason="paid back") == 302
    issue.refresh_from_db()
    assert (issue.title, issue.severity, issue.state) == ("New", "high", "closed")
    page = text(bobs, "issue", issue.pk)
    assert reverse("issue_reopen", args=[issue.pk]) in page
    assert reverse("issue_close", args=[issue.pk]) not in page
    assert f'The issue is closed. <a href="{reverse("issue_report", args=[issue.pk])}">Report</a>' in page
    assert post(bobs, "issue_reopen", issue.pk, seen=4, reason="not paid") == 302


def test_who_comes_second_keeps_their_words(
    alices: Client, bobs: Client, issue: Issue, members: dict[str, Member]
) -> None:
    assert post(bobs, "issue_take", issue.pk, seen=1) == 302
    answer = alices.post(
        reverse("issue_edit", args=[issue.pk]),
        {"seen": 1, "title": "Alice’s words", "severity": "critical", "stage": ""},
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Alice’s words"' in page
    assert '<option value="critical" selected>' in page
    assert 'name="seen" value="2"' in page
    assert "your words are kept" in page
    issue.refresh_from_db()
    assert issue.title != "Alice’s words"


def test_a_refused_form_is_shown_again_with_its_words(bobs: Client, issue: Issue, case: Case) -> None:
    Promise.objects.create(
        case=case, by_id=case.contact_id, what="x", calendar=usual_calendar(now=NOW), made_at=case.opened_at,
        deadline=case.opened_at,
    )  # fmt: skip
    answer = bobs.post(
        reverse("issue_close", args=[issue.pk]), {"seen": 1, "outcome": "explained", "reason": "all told"}
    )
    assert answer.status_code == 422
    assert "all told" in answer.content.decode()
    assert "still running" in answer.content.decode()
    assert post(bobs, "issue_take", issue.pk, seen="x") == 422


def test_readers_see_issues_but_neither_people_nor_cases(
    members: dict[str, Member], issue: Issue, case: Case, account: Account
) -> None:
    erik = as_member("erik", members)
    page = text(erik, "issue", issue.pk)
    assert "Dunning" in page
    for hidden in ("Rolf", "Two reminders", "opened a case", reverse("issue_take", args=[issue.pk])):
        assert hidden not in page
    assert post(erik, "issue_take", issue.pk, seen=1) == 403
    for name, args in (("cases", []), ("case", [case.pk]), ("people", []), ("person", [case.person_id])):
        assert erik.get(reverse(name, args=args)).status_code == 403
    assert reverse("cases") not in text(erik, "issues")


def test_auditors_see_all_and_find_no_button(
    members: dict[str, Member], issue: Issue, case: Case, account: Account
) -> None:
    frieda = as_member("frieda", members)
    assert "Rolf_P" in text(frieda, "issue", issue.pk)
    for name, args in (("case", (case.pk,)), ("person", (case.person_id,)), ("issue", (issue.pk,))):
        page = text(frieda, name, *args)
        forms = [part.split('"')[0] for part in page.split('action="')[1:]]
        allowed = ("", reverse("account_logout"), reverse("issue_watch", args=[issue.pk]))
        assert [form for form in forms if form not in allowed and "/search" not in form] == []
    assert post(frieda, "case_note", case.pk, text="x") == 403


def test_approvers_see_cases_but_no_profiles(members: dict[str, Member], case: Case) -> None:
    carla = as_member("carla", members)
    assert reverse("person", args=[case.person_id]) not in text(carla, "case", case.pk)


def test_only_leads_merge_and_split(
    alices: Client, bobs: Client, bob: Actor, issue: Issue, other_thread: Thread, now: datetime
) -> None:
    other = issues.open_issue(actor=bob, threads=[other_thread], now=now)
    assert post(bobs, "issue_merge", other.pk, seen=1, into=issue.pk, reason="same") == 403
    answer = alices.post(
        reverse("issue_merge", args=[other.pk]), {"seen": 1, "into": issue.pk, "reason": "same"}
    )
    assert answer.headers["Location"] == reverse("issue", args=[issue.pk])
    assert "merged into another one" in text(alices, "issue", other.pk)
    assert post(alices, "issue_unmerge", other.pk, seen=2) == 302
    undone = text(alices, "issue", other.pk)
    assert "The merge is undone." in undone
    assert "It is yours now." in undone
    issues.add_threads(actor=bob, issue=issue, threads=[other_thread], now=now)
    answer = alices.post(
        reverse("issue_split", args=[issue.pk]),
        {"threads": [other_thread.pk], "title": "Other", "reason": "two"},
    )
    assert answer.headers["Location"] == reverse("issue", args=[Issue.objects.get(title="Other").pk])


def test_snoozing_asks_for_a_time_it_knows(bobs: Client, issue: Issue) -> None:
    assert post(bobs, "issue_snooze", issue.pk, seen=1, until="9y", reason="x") == 422
    assert post(bobs, "issue_snooze", issue.pk, seen=1, until="3d", reason="x") == 302
    assert post(bobs, "issue_wake", issue.pk, seen=2) == 302
    assert "It is yours now." in text(bobs, "issue", issue.pk)


def test_a_call_is_noted_in_one_line(bobs: Client, case: Case) -> None:
    words = {"channel": "phone", "text": "Called him back.", "then": "send"}
    assert post(bobs, "case_reply", case.pk, **words) == 302
    assert "Noted." in text(bobs, "case", case.pk)
    assert list(Event.objects.filter(noun="reply").values_list("action", flat=True)) == ["send"]


def test_tasks_notes_and_watching(bobs: Client, issue: Issue, members: dict[str, Member]) -> None:
    post(bobs, "issue_task", issue.pk, text="Call Rolf")
    task = Task.objects.get()
    post(bobs, "tick", task.pk, done="1")
    task.refresh_from_db()
    assert task.done_by == members["bob"]
    post(bobs, "issue_note", issue.pk, text="Please look", mention="alice")
    note = Note.objects.get()
    assert [each.username for each in note.mentions.all()] == ["alice"]
    page = text(bobs, "issue", issue.pk)
    assert "Please look" in page
    assert "Told of it: Alice Beispiel" in page
    post(bobs, "issue_note", issue.pk, text="@alise look again")
    assert "nobody is told of it" in text(bobs, "issue", issue.pk)
    post(bobs, "issue_watch", issue.pk, wanted="0")
    assert not issue.watches.exists()


def test_a_case_is_opened_for_one_of_the_people(bobs: Client, issue: Issue, account: Account) -> None:
    answer = bobs.post(reverse("issue_case", args=[issue.pk]), {"account": account.pk})
    case = Case.objects.get()
    assert answer.headers["Location"] == reverse("case", args=[case.pk])
    assert (case.person.name, case.issue) == ("Rolf_P", issue)
    assert reverse("case", args=[case.pk]) in text(bobs, "issue", issue.pk)


def test_an_issue_says_who_has_a_case_elsewhere_and_who_wrote_without_a_role(
    bobs: Client, bob: Actor, issue: Issue, account: Account, rolf: Person, now: datetime
) -> None:
    Account.objects.filter(pk=account.pk).update(person=rolf)
    other = cases.open_case(actor=bob, person=rolf, issue=None, title="Another matter", now=now)
    thread = Thread.objects.get(links__issue=issue)
    quiet = Account.objects.create(source=thread.source, key="quiet", first_seen_at=now)
    for each in (account, quiet):
        Post.objects.create(
            thread=thread, source=thread.source, key=each.key, account=each, created_at=now, text="x",
            text_since=now, seen_at=now,
        )  # fmt: skip
    shown = " ".join(text(bobs, "issue", issue.pk).split())
    assert "Has an open case elsewhere:" in shown
    assert reverse("case", args=[other.pk]) in shown
    assert reverse("issue_case", args=[issue.pk]) in shown
    assert ">2 people</h2>" in shown
    assert "This is another matter" in shown
    assert "1 of them has no role and is not listed." in shown


def test_colleagues_see_who_looks(alices: Client, bobs: Client, issue: Issue) -> None:
    text(bobs, "issue", issue.pk)
    page = text(alices, "issue_presence", issue.pk)
    assert "Bob Beispiel looked at this" in page
    text(bobs, "issue_presence", issue.pk)
    assert Presence.objects.count() == 2


# the time line


@pytest.fixture
def busy(bob: Actor, issue: Issue, thread: Thread, case: Case, now: datetime) -> Issue:
    """An issue with events, notes, changes of posts and an alarm, many of them at the same moment."""
    for number in range(4):
        teamwork.write_note(actor=bob, about=issue, text=f"note {number}", now=now)
        teamwork.add_task(actor=bob, issue=issue, text="x", now=now + timedelta(minutes=number))
        Revision.objects.create(thread=thread, kind="edited", found_at=now)
    Alert.objects.create(thread=thread, raised_at=now - timedelta(hours=1), score=0.9, stage="issue")
    return issue


def test_the_time_line_has_everything_once_newest_first(bob: Actor, busy: Issue) -> None:
    whole = issue_timeline(bob, busy, size=100).entries
    assert [entry.at for entry in whole] == sorted((entry.at for entry in whole), reverse=True)
    kinds = [entry.kind for entry in whole]
    assert {kind: kinds.count(kind) for kind in kinds} == {"event": 6, "note": 4, "revision": 4, "alert": 1}
    for size in (1, 2, 3, 7):
        assert _read(bob, busy, size) == [(entry.kind, entry.pk) for entry in whole]


def _read(actor: Actor, issue: Issue, size: int) -> list[tuple[str, int]]:
    """All lines, read page by page."""
    found: list[tuple[str, int]] = []
    page = Timeline((), "")
    while True:
        page = issue_timeline(actor, issue, after=page.following, size=size)
        found += [(entry.kind, entry.pk) for entry in page.entries]
        if not page.following:
            return found


def test_whoever_sees_no_cases_is_told_nothing_of_them(bob: Actor, erik: Actor, busy: Issue) -> None:
    assert any(entry.noun == "case" for entry in issue_timeline(bob, busy).entries)
    assert not any(entry.noun == "case" for entry in issue_timeline(erik, busy).entries)


@pytest.mark.parametrize("mark", ["x", "2026-06-01~event~1", "2026-06-01T00:00:00+00:00~case~1", "~~"])
def test_a_wrong_place_in_the_time_line_is_refused(bob: Actor, bobs: Client, busy: Issue, mark: str) -> None:
    with pytest.raises(RuleError, match="begin again"):
        issue_timeline(bob, busy, after=mark)
    assert bobs.get(reverse("issue", args=[busy.pk]), {"after": mark}).status_code == 404


# cases


def test_cases_whose_promise_ends_first_come_first(
    bobs: Client, bob: Actor, case: Case, rolf: Person, members: dict[str, Member], now: datetime
) -> None:
    second = cases.open_case(actor=bob, person=rolf, issue=None, title="Invoice", now=now)
    calendar = usual_calendar(now=NOW)
    promises.make(
        actor=bob, case=second, by=members["bob"], what="x", worktime=timedelta(hours=2), calendar=calendar,
        now=now,
    )  # fmt: skip
    page = text(bobs, "cases")
    assert page.index("Invoice") < page.index("Two reminders")
    assert "Two reminders" not in text(bobs, "cases", words="invo")
    assert "Invoice" not in text(bobs, "cases", late="1")
    assert "Invoice" in text(bobs, "cases", contact="me")


def test_a_promise_is_made_stopped_and_kept(bobs: Client, case: Case, members: dict[str, Member]) -> None:
    calendar = usual_calendar(now=NOW)
    fields = {"what": "An answer", "hours": 8, "by": members["bob"].pk, "calendar": calendar.pk}
    assert post(bobs, "case_promise", case.pk, **fields) == 302
    promise = Promise.objects.get()
    assert "An answer" in text(bobs, "case", case.pk)
    assert post(bobs, "promise_pause", promise.pk, seen=1, reason="waits") == 302
    assert "Let the clock run" in text(bobs, "case", case.pk)
    assert post(bobs, "promise_resume", promise.pk, seen=2) == 302
    assert post(bobs, "promise_withdraw", promise.pk, seen=3, reason="x") == 403
    assert post(bobs, "promise_keep", promise.pk, seen=2) == 409
    assert post(bobs, "promise_keep", promise.pk, seen=3) == 302
    assert post(bobs, "case_promise", case.pk, **{**fields, "hours": 0}) == 422


def test_a_case_is_settled_closed_and_taken_up_again(
    alices: Client, case: Case, members: dict[str, Member]
) -> None:
    assert post(alices, "case_edit", case.pk, seen=1, title="Reminders", email="wrong") == 422
    assert post(alices, "case_assign", case.pk, seen=1, contact=members["alice"].pk) == 302
    assert post(alices, "case_resolve", case.pk, seen=2, outcome="paid back") == 302
    assert post(alices, "case_close", case.pk, seen=3) == 302
    assert post(alices, "case_reopen", case.pk, seen=4, reason="wrote again") == 302
    case.refresh_from_db()
    assert (case.state, str(case.contact)) == ("open", "Alice Beispiel")


def test_the_conversation_is_in_order_and_says_what_is_doubtful(
    bobs: Client, case: Case, now: datetime
) -> None:
    for number, words in enumerate(("first words", f"second {EVIL}")):
        Message.objects.create(
            case=case, inbound=True, sender="x@evil.example", text=words, at=now + timedelta(hours=number),
            doubtful="another address", message_id=f"<{number}>",
        )  # fmt: skip
    page = text(bobs, "case", case.pk)
    assert page.index("first words") < page.index("second &lt;script")
    assert "another address" in page


def test_an_answer_needs_other_eyes_where_it_is_asked_for(
    bobs: Client, members: dict[str, Member], case: Case
) -> None:
    assert post(bobs, "case_reply", case.pk, channel="email", subject="", text="Sorry", then="ask") == 302
    reply = Reply.objects.get()
    assert reply.state == "asked"
    carla = as_member("carla", members)
    assert reverse("reply_approve", args=[reply.pk]) in text(carla, "case", case.pk)
    assert post(carla, "reply_reject", reply.pk, seen=reply.version, reason="") == 422
    assert post(carla, "reply_approve", reply.pk, seen=reply.version) == 302
    assert post(bobs, "reply_send", reply.pk, seen=reply.version + 1) == 302
    reply.refresh_from_db()
    assert reply.state == "sending"


def test_a_reply_that_cannot_be_sent_keeps_its_words(bobs: Client, case: Case) -> None:
    Case.objects.update(email="")
    answer = bobs.post(
        reverse("case_reply", args=[case.pk]),
        {"channel": "email", "subject": "S", "text": "My long words", "then": "send"},
    )
    assert answer.status_code == 422
    assert "My long words" in answer.content.decode()
    assert not Reply.objects.exists()


# people


def test_people_are_found_by_account_mail_and_number(
    bobs: Client, rolf: Person, forum: Source, now: datetime
) -> None:
    Account.objects.create(source=forum, key="mauerrolf", person=rolf, first_seen_at=now)
    for words in ("mauerrolf", "ROLF@mauer", "petersen"):
        assert "Rolf Petersen" in text(bobs, "people", words=words)
    assert "Rolf Petersen" not in text(bobs, "people", words="anna")
    assert "Rolf Petersen" not in text(bobs, "people", role="press")


def test_a_profile_is_made_changed_merged_and_undone(
    bobs: Client, rolf: Person, account: Account, now: datetime
) -> None:
    assert "Rolf_P" in text(bobs, "people", accounts="1")
    answer = bobs.post(reverse("account_profile", args=[account.pk]))
    made = Person.objects.get(name="Rolf_P")
    assert answer.headers["Location"] == reverse("person", args=[made.pk])
    fields = {"name": "Rolf Petersen", "role": "builder", "email": "", "customer_number": "", "note": ""}
    assert post(bobs, "person_edit", made.pk, seen=1, **fields) == 302
    assert "very similar name" in text(bobs, "person", made.pk)
    assert post(bobs, "person_merge", made.pk, seen=2, gone=rolf.pk, why="same") == 302
    assert "merged into another one" in text(bobs, "person", rolf.pk)
    merge = made.merges_kept.get()
    assert post(bobs, "merge_undo", merge.pk) == 302
    assert post(bobs, "merge_undo", merge.pk) == 422
    assert "complainant" in text(bobs, "person", made.pk)


def test_the_profile_says_what_is_stored(bobs: Client, case: Case) -> None:
    page = text(bobs, "person", case.person_id)
    assert "What is stored about this person" in page
    assert "until somebody deletes it" in page


# the number of queries


def queries(client: Client, name: str, *args: int) -> int:
    text(client, name, *args)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        text(client, name, *args)
    return len(caught)


def fill(issue: Issue, case: Case, bob: Actor, more: int, now: datetime) -> None:
    for number in range(more):
        key = f"{Thread.objects.count()}-{number}"
        thread = Thread.objects.create(source=Source.objects.get(), key=key, seen_at=now)
        person = Person.objects.create(name=f"Person {key}", created_at=now)
        account = Account.objects.create(source=thread.source, key=key, person=person, first_seen_at=now)
        Post.objects.create(
            thread=thread,
            source=thread.source,
            key=key,
            account=account,
            text="x",
            text_since=now,
            seen_at=now,
        )
        issues.add_threads(actor=bob, issue=issue, threads=[thread], now=now)
        IssueRole.objects.create(issue=issue, account=account, role="affected", by_hand=True)
        issues.open_issue(actor=bob, threads=[thread], now=now)
        opened = cases.open_case(actor=bob, person=person, issue=issue, title=key, now=now)
        teamwork.write_note(actor=bob, about=issue, text="x", now=now)
        teamwork.write_note(actor=bob, about=case, text="x", now=now)
        teamwork.add_task(actor=bob, issue=issue, text="x", now=now)
        Message.objects.create(case=opened, inbound=True, text="x", at=now)
        Message.objects.create(case=case, inbound=True, text="x", at=now)
        for about in (opened, case):
            Promise.objects.create(
                case=about, by_id=bob.member_id, what="x", calendar=usual_calendar(now=NOW), made_at=now,
                deadline=now,
            )  # fmt: skip
        Account.objects.create(source=thread.source, key=f"r{key}", person=case.person, first_seen_at=now)
        Account.objects.create(source=thread.source, key=f"n{key}", first_seen_at=now)
        Reply.objects.create(case=case, author_id=bob.member_id, text="x", created_at=now)


def test_pages_ask_as_often_for_three_rows_as_for_thirty(
    bobs: Client, bob: Actor, issue: Issue, case: Case, now: datetime
) -> None:
    pages = (("issues", ()), ("issue", (issue.pk,)), ("cases", ()), ("case", (case.pk,)), ("people", ()),
             ("person", (case.person_id,)))  # fmt: skip
    fill(issue, case, bob, 3, now)
    few = {name: queries(bobs, name, *args) for name, args in pages}
    fill(issue, case, bob, 27, now)
    assert {name: queries(bobs, name, *args) for name, args in pages} == few


def test_long_lists_come_in_pages(bobs: Client, now: datetime) -> None:
    Person.objects.bulk_create(Person(name=f"P{number:03}", created_at=now) for number in range(120))
    assert "P049" in text(bobs, "people")
    assert "P050" not in text(bobs, "people")
    page = text(bobs, "people", **{"from": "50"})
    assert "P050" in page
    assert "51 to 100 of 120" in page
    assert "?from=100" in page
    assert "No profile" in text(bobs, "people", **{"from": "999999"})
