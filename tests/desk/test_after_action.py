"""The report after an issue, made from its record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from desk_people import make_thread
from django.db import connection
from django.test.utils import CaptureQueriesContext
from measure_people import WHY, make_rule, order
from report_people import CASE, COMPLAINANT, ESCALATED, PROMISE, TITLE, Great, keep, make_great

from kulanz.core.posts import Post
from kulanz.core.staff import StaffRules
from kulanz.desk.access import actor_of
from kulanz.desk.models import AlertPolicy, Event, Issue, Member, Promise, ReportSummary, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import ConflictError, NotAllowedError, RuleError
from kulanz.desk.services import (
    after_action,
    appeals,
    draft_checks,
    issues,
    moderating,
    past_details,
    report_checks,
    report_courses,
    report_files,
)
from kulanz.desk.services.after_action import report_for_others, report_of
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.report_summaries import LONGEST, summarise, words_for_others
from kulanz.sources.sightings import Page, Sighting

pytestmark = pytest.mark.django_db


@pytest.fixture
def great(
    forum: Source, sample_posts: list[Post], alice: Actor, bob: Actor, members: dict[str, Member]
) -> Great:
    return make_great(forum, sample_posts, alice, bob, members["bob"])


def test_it_could_have_been_seen_when_todays_rules_raise_an_alarm(great: Great, alice: Actor) -> None:
    found = report_of(actor=alice, issue=great.issue, now=great.at)
    assert isinstance(found.sight.began, datetime)
    assert isinstance(found.sight.due, datetime)
    assert found.sight.began < found.sight.due < great.at
    assert found.sight.seen == great.at
    assert found.sight.by is not None
    assert found.sight.by.text == "Alice Beispiel"
    assert found.sight.late_s == (great.at - found.sight.due).total_seconds() > 0
    assert found.due[0].at == found.sight.due
    assert found.raised[0].at > found.sight.due


def test_what_nobody_has_acted_on_is_told_as_that(great: Great, alice: Actor, erik: Actor) -> None:
    about_cases = Event.objects.filter(case__isnull=False)
    Event.objects.exclude(pk__in=about_cases.values("pk")).delete()
    in_case = report_of(actor=alice, issue=great.issue, now=great.at).sight
    assert (in_case.seen, in_case.by is None) == (great.at, False)
    unseen = report_of(actor=erik, issue=great.issue, now=great.at).sight
    assert (unseen.seen, unseen.by, unseen.late_s, unseen.due is None) == (None, None, None, False)


def test_answers_that_are_too_many_are_said_to_be_cut(
    great: Great, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "answers" not in report_of(actor=alice, issue=great.issue, now=great.at).cut
    monkeypatch.setattr(report_courses, "MOST", 1)
    assert "answers" in report_of(actor=alice, issue=great.issue, now=great.at).cut


def test_only_a_file_that_was_made_is_recorded(
    great: Great, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> bytes:
        raise OSError("no fonts")

    monkeypatch.setattr(report_files, "pdf_missing", str)
    monkeypatch.setattr(report_files, "_printed", broken)
    told = report_of(actor=alice, issue=great.issue, now=great.at)
    with pytest.raises(OSError, match="no fonts"):
        report_files.report_file(
            actor=alice, issue=great.issue, report=told, kind="pdf", lang="en", now=great.at
        )
    assert not Event.objects.filter(action="export").exists()


def test_rules_that_are_changed_today_count_for_the_past(great: Great, alice: Actor) -> None:
    AlertPolicy.objects.update(threshold=0.99)
    found = report_of(actor=alice, issue=great.issue, now=great.at)
    assert found.due == ()
    assert found.sight.late_s is None
    assert found.raised


def test_who_wrote_an_answer_of_the_desk_is_named_and_not_the_account(
    great: Great, alice: Actor, members: dict[str, Member]
) -> None:
    post = great.thread.posts.filter(account__key="team-oliver").earliest("created_at")
    great.thread.replies.create(
        author=members["bob"],
        channel="public",
        state="sent",
        text=post.text,
        post_key=post.key,
        created_at=great.at,
    )
    found = report_of(actor=alice, issue=great.issue, now=great.at)
    assert [each.who.text for each in found.answers][:2] == ["Bob Beispiel", "team-oliver"]
    assert found.courses[0].effects[0].answer.who.text == "Bob Beispiel"


def test_who_answered_and_what_followed_is_told(great: Great, alice: Actor) -> None:
    found = report_of(actor=alice, issue=great.issue, now=great.at)
    assert (found.answers[0].who.text, found.answers[0].channel) == ("team-oliver", "public")
    course = found.courses[0]
    assert sum(each.count for each in found.answers) == len(course.effects)
    assert course.peak is not None
    assert any(each.after is not None for each in course.effects)
    assert found.sight.answered == course.effects[0].answer.at
    moments = [each.at for each in found.happened]
    assert moments == sorted(moments)
    told = {f"{each.noun} {each.action}" for each in found.happened}
    assert {
        "thread began",
        "alert due",
        "alert raised",
        "thread answered",
        "issue open",
        "promise keep",
    } <= told


def test_promises_gestures_holds_and_the_stake_are_told(great: Great, alice: Actor) -> None:
    found = report_of(actor=alice, issue=great.issue, now=great.at)
    assert found.work is not None
    (promise,) = found.work.promises
    assert (promise.what.text, promise.state, promise.late_s) == (PROMISE, "kept", 3 * 3600)
    assert (found.work.kept, found.work.broken) == (0, 1)
    assert [each.kind for each in found.work.gestures] == ["waive"]
    assert found.work.spent == ()
    assert [each.case.text for each in found.work.holds] == [CASE]
    assert found.stake is not None
    assert {each.code for each in found.stake if each.amount} >= {"claim", "dispute"}


def test_measures_in_its_conversations_are_told_with_their_appeals(
    great: Great, alice: Actor, members: dict[str, Member]
) -> None:
    dora, carla = actor_of(members["dora"]), actor_of(members["carla"])
    post = great.thread.posts.filter(account__key=COMPLAINANT)[0]
    asked = moderating.propose(
        actor=dora, thread=great.thread, post=post, rule=make_rule(great.at).pk, order=order(), now=great.at
    )
    before = report_of(actor=alice, issue=great.issue, now=great.at).measures
    approved = moderating.approve(actor=carla, measure=asked, seen=asked.version, now=great.at)
    done = moderating.confirm_by_hand(actor=dora, measure=approved, seen=approved.version, now=great.at)
    appeals.make(measure=done, side="author", text="It is true.", now=great.at)
    found = report_of(actor=alice, issue=great.issue, now=great.at)
    (told,) = found.measures
    assert before == ()
    assert (told.kind, told.state, told.code, told.why.text) == ("hide", "done", "abuse", WHY)
    assert (told.where, told.done_at) == (found.courses[0].label, great.at)
    assert [(each.state, each.made_at) for each in told.appeals] == [("open", great.at)]
    assert {"measure confirm_by_hand", "appeal make"} <= {f"{e.noun} {e.action}" for e in found.happened}


def test_a_promise_that_was_kept_in_time_is_not_late(great: Great, alice: Actor) -> None:
    promise = Promise.objects.get()
    Promise.objects.update(settled_at=promise.deadline)
    found = report_of(actor=alice, issue=great.issue, now=great.at)
    assert found.work is not None
    assert (found.work.kept, found.work.broken) == (1, 0)


def test_who_may_not_see_cases_or_values_is_not_told_of_them(
    great: Great, erik: Actor, members: dict[str, Member], alice: Actor
) -> None:
    found = report_of(actor=erik, issue=great.issue, now=great.at)
    assert found.work is None
    assert found.stake is None
    assert not {each.noun for each in found.happened} & {"case", "promise", "hold", "gesture"}
    assert CASE not in repr(found)
    assert not Event.objects.filter(actor=members["erik"]).exists()


def test_whose_values_were_shown_is_recorded(great: Great, alice: Actor) -> None:
    Event.objects.filter(noun="customer", action="look").delete()
    before = Event.objects.filter(noun="customer").count()
    report_of(actor=alice, issue=great.issue, now=great.at + timedelta(hours=2))
    assert Event.objects.filter(noun="customer").count() == before + 1


def test_todays_draft_check_reads_each_answer_with_what_was_written_until_then(
    great: Great, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []

    def check_past(*given: Any) -> Any:
        seen.append((given[1].text[:20], len(given[2])))
        return draft_checks.check_past(*given)

    monkeypatch.setattr(report_checks, "check_past", check_past)
    found = report_of(actor=alice, issue=great.issue, now=great.at)
    places = [each.answer.place for each in found.courses[0].effects]
    assert [before for _, before in seen] == places
    assert len(found.checks) == len(places)
    assert "quotes_terms" in {code for each in found.checks for code in each.findings}
    assert any(each.approval for each in found.checks)
    assert all(isinstance(code, str) and " " not in code for each in found.checks for code in each.findings)


def test_an_answer_without_words_is_not_checked() -> None:
    empty = Post(thread_id="1", post_id="1", author_id=None, created_at=None, text=" … ")
    assert draft_checks.check_past(StaffRules(), empty, ()) is None


def test_what_was_analysed_by_todays_version_is_not_read_again(
    great: Great, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_courses, "analyser_for", None)
    (course,) = report_of(actor=alice, issue=great.issue, now=great.at).courses
    assert len(course.steps) == course.posts


def test_conversations_read_by_an_older_version_are_read_anew(great: Great, alice: Actor) -> None:
    fresh = report_of(actor=alice, issue=great.issue, now=great.at)
    broken = {"score": [0.0] * 5, "stage": [0.0] * 5}
    Thread.objects.filter(pk=great.thread.pk).update(scorer="kulanz 0.0.1", series=broken)
    again, kept = report_of(actor=alice, issue=great.issue, now=great.at), len(past_details._KEPT)
    assert report_of(actor=alice, issue=great.issue, now=great.at) == again
    assert len(past_details._KEPT) == kept, "the same words are analysed once"
    assert [each.at for each in again.due] == [each.at for each in fresh.due]
    assert len(again.courses[0].steps) == len(fresh.courses[0].steps) == fresh.courses[0].posts
    for old, new in zip(fresh.courses[0].steps, again.courses[0].steps, strict=True):
        assert new.tension == pytest.approx(old.tension, abs=0.001)


def test_posts_that_came_since_the_analysis_count(
    great: Great, forum: Source, sample_posts: list[Post], alice: Actor
) -> None:
    page = Page(posts=(Sighting(post=sample_posts[ESCALATED]),))
    keep_page(source=forum, page=page, lane=None, grace=timedelta(0), now=great.at)
    (course,) = report_of(actor=alice, issue=great.issue, now=great.at).courses
    assert course.posts == len(course.steps) == ESCALATED + 1


def test_a_conversation_without_times_has_no_course(
    forum: Source, sample_posts: list[Post], alice: Actor, now: datetime
) -> None:
    thread = keep(forum, sample_posts)
    thread.posts.update(created_at=None)
    issue = issues.open_issue(actor=alice, threads=[thread], now=now)
    (course,) = report_of(actor=alice, issue=issue, now=now).courses
    assert course.steps == ()
    assert course.posts == len(sample_posts)


def test_an_issue_about_nothing_that_was_read_has_a_report_too(
    thread: Thread, alice: Actor, now: datetime
) -> None:
    issue = issues.open_issue(actor=alice, threads=[thread], now=now)
    found = report_of(actor=alice, issue=issue, now=now)
    assert found.due == ()
    assert found.began == issue.opened_at
    assert report_for_others(actor=alice, issue=issue, now=now).opened_at == timedelta(0)


def test_a_list_that_is_too_long_says_so(great: Great, alice: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(after_action, "MOST", 3)
    monkeypatch.setattr(after_action, "MOST_FOLLOWED", 0)
    found = report_of(actor=alice, issue=great.issue, now=great.at)
    assert set(found.cut) >= {"events", "due", "answers"}
    assert len(found.due) == 3
    assert found.courses[0].effects == ()
    monkeypatch.setattr(after_action, "MOST", 1)
    assert "people" in report_of(actor=alice, issue=great.issue, now=great.at).cut


def test_others_are_not_told_who_it_was(
    great: Great, alice: Actor, sample_posts: list[Post], members: dict[str, Member]
) -> None:
    text = "Rolf_Petersen was right; Bob rang."
    summarise(actor=alice, issue=great.issue, seen=0, text=text, shared="We rang too late.", now=great.at)
    found = report_for_others(actor=alice, issue=great.issue, now=great.at)
    told = repr(found)
    assert "2026" not in told
    names = {post.author_id for post in sample_posts} | {str(each) for each in members.values()}
    assert not [name for name in names if name and name in told]
    assert not [word for word in (TITLE, CASE, PROMISE, "Petersen", "12.4", "Kontaktor") if word in told]
    assert found.summary.text.text == "We rang too late."
    assert found.work is not None


def test_words_for_others_lose_names_addresses_and_numbers(great: Great) -> None:
    said = (
        "Petersen (rolf@petersen.example, KD-47119) owes 12,40 € since 2026; see https://k.example/x. "
        "Beispiel rang after 3 days, @team-oliver wrote; account DE89 3704 0044 0532 0130 00."
    )
    told = words_for_others(great.issue, said)
    gone = ("Petersen", "rolf", "47119", "12,40", "2026", "https", "Beispiel", "oliver", "DE89", "0532")
    assert not [word for word in gone if word in told]
    assert "after 3 days" in told
    assert words_for_others(great.issue, "") == ""


@pytest.mark.parametrize(
    "amount", ["EUR 50", "50 CHF", "15,- Euro", "CHF 9", "9 Franken", "20 dollars", "€5"]
)
def test_words_for_others_lose_small_amounts_too(great: Great, amount: str) -> None:
    told = words_for_others(great.issue, f"It was {amount}, and 2 of 3 posts said so after 3 days.")
    assert told == "It was …, and 2 of 3 posts said so after 3 days."


def test_every_version_of_a_summary_is_kept_and_nobody_is_overwritten(
    great: Great, alice: Actor, bob: Actor
) -> None:
    summarise(actor=alice, issue=great.issue, seen=0, text=" One. ", shared="", now=great.at)
    with pytest.raises(ConflictError):
        summarise(actor=bob, issue=great.issue, seen=0, text="Mine.", shared="", now=great.at)
    summarise(actor=bob, issue=great.issue, seen=1, text="Two.", shared="Two.", now=great.at)
    rows = ReportSummary.objects.order_by("version").values_list("version", "text", "by__username")
    assert list(rows) == [(1, "One.", "alice"), (2, "Two.", "bob")]
    found = report_of(actor=alice, issue=great.issue, now=great.at)
    assert (found.summary.version, found.summary.text.text) == (2, "Two.")


def test_a_summary_needs_the_right_and_has_an_end(great: Great, alice: Actor, erik: Actor) -> None:
    with pytest.raises(NotAllowedError):
        summarise(actor=erik, issue=great.issue, seen=0, text="x", shared="", now=great.at)
    with pytest.raises(RuleError, match="at most"):
        summarise(actor=alice, issue=great.issue, seen=0, text="x" * (LONGEST + 1), shared="", now=great.at)
    Issue.objects.update(state="withdrawn")
    with pytest.raises(RuleError, match="taken back"):
        summarise(actor=alice, issue=great.issue, seen=0, text="x", shared="", now=great.at)


def test_a_report_asks_as_often_for_thirty_conversations_as_for_three(
    great: Great, forum: Source, sample_posts: list[Post], alice: Actor
) -> None:
    answer = next(post for post in sample_posts if post.role == "staff")

    def add(numbers: range) -> None:
        for number in numbers:
            old = make_thread(forum, great.at, f"old{number}")
            moved = [_moved(post, f"t{number}") for post in (*sample_posts[:5], answer)]
            threads = [keep(forum, moved), old]
            issues.add_threads(actor=alice, issue=great.issue, threads=threads, now=great.at)

    add(range(3))
    few = _asked(alice, great)
    add(range(3, 12))
    assert _asked(alice, great) == few


def _asked(alice: Actor, great: Great) -> int:
    report_for_others(actor=alice, issue=great.issue, now=great.at)
    with CaptureQueriesContext(connection) as queries:
        report_for_others(actor=alice, issue=great.issue, now=great.at)
    return len(queries)


def _moved(post: Post, thread: str) -> Post:
    return msgspec.structs.replace(post, thread_id=thread, post_id=f"{thread}-{post.post_id}")
