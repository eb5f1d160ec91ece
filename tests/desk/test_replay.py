"""An issue step by step: what was known then, and nothing that came later."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from api_client import Program
from desk_people import logged_in, make_thread
from django.test import Client
from msgspec.structs import replace

from kulanz.cli.replaying import replayed
from kulanz.core.decision import Policy
from kulanz.core.posts import Post as CorePost
from kulanz.desk.models import Alert, AlertPolicy, Issue, Member, Person, Post, Source, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.replaying import Rank, in_order, rank, words_before
from kulanz.desk.services import cases, issues, replaying
from kulanz.desk.services.analysing import analyse_due, analyser_for
from kulanz.desk.services.ingesting import keep_page
from kulanz.desk.services.past_details import _KEPT
from kulanz.desk.services.replaying import replay_of, then_at
from kulanz.sources.sightings import Page, Sighting

WRITTEN = 56
"""So many posts in, the company has answered twice."""
ANSWER = 44


def at(minute: int) -> datetime:
    return datetime(2026, 1, 1, 12, minute, tzinfo=UTC)


def test_posts_of_all_conversations_stand_in_order_of_time() -> None:
    times = {1: [at(1), None, at(5)], 2: [None, at(3)], 3: []}
    assert in_order(times) == [(2, 0), (1, 0), (1, 1), (2, 1), (1, 2)]


def test_the_words_before_an_edit_are_those_that_stayed_and_those_that_went() -> None:
    diff = [{"sign": "=", "text": "We"}, {"sign": "-", "text": "lie"}, {"sign": "+", "text": "help"}]
    assert words_before(diff) == "We lie"


def test_a_rank_counts_those_above() -> None:
    assert rank(0.5, [0.9, 0.5, 0.1]) == Rank(2, 4)


def keep(source: Source, posts: list[CorePost], now: datetime) -> Thread:
    page = Page(posts=tuple(Sighting(post=post) for post in posts))
    keep_page(source=source, page=page, lane=None, grace=timedelta(0), now=now)
    analyse_due(now=now + timedelta(seconds=5))
    return Thread.objects.get(source=source, key=posts[0].thread_id)


@pytest.fixture
def issue(forum: Source, sample_posts: list[CorePost], alice: Actor) -> Issue:
    """The great case up to the second answer of the company, taken up then."""
    AlertPolicy.objects.create(name="Watch")
    posts = sample_posts[:WRITTEN]
    last = posts[-1].created_at
    assert last is not None
    thread = keep(forum, posts, last + timedelta(hours=1))
    return issues.open_issue(actor=alice, threads=[thread], title="Mahnung", now=last + timedelta(hours=2))


@pytest.fixture
def browser(members: dict[str, Member]) -> Any:
    def of(name: str, language: str = "en") -> Client:
        Member.objects.filter(username=name).update(language=language)
        return logged_in(members[name])

    return of


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.django_db
def test_a_step_knows_what_the_command_tells_of_the_same_posts(
    issue: Issue, forum: Source, sample_posts: list[CorePost], alice: Actor
) -> None:
    replay = replay_of(issue)
    told = replayed(sample_posts[:WRITTEN], analyser_for(forum, "en"), Policy(), lambda _n, _all: None)
    assert [step.stage for step in replay.steps] == [each.stage for each in told]
    assert [step.score for step in replay.steps] == pytest.approx([each.score for each in told], abs=1e-3)
    fired = {rule.code for each in told[:ANSWER] for rule in each.fired}
    then = then_at(actor=alice, replay=replay, number=ANSWER, lang="en")
    assert {reason.code for reason in then.report.reasons} <= fired
    assert then.report.posts == ANSWER
    assert then.report.score == pytest.approx(replay.steps[ANSWER - 1].score, abs=1e-3)


@pytest.mark.django_db
def test_what_comes_later_changes_no_step(
    issue: Issue, forum: Source, sample_posts: list[CorePost], alice: Actor
) -> None:
    before = then_at(actor=alice, replay=replay_of(issue), number=30, lang="en")
    last = sample_posts[-1].created_at
    assert last is not None
    keep(forum, sample_posts, last + timedelta(hours=1))
    changed = replace(sample_posts[3], text="Alles gut, danke!", likes=90, thread_views=10**6)
    keep(forum, [changed], last + timedelta(hours=2))
    replay = replay_of(issue)
    after = then_at(actor=alice, replay=replay, number=30, lang="en")
    assert len(replay.steps) == len(sample_posts)
    assert (after.report.reasons, after.step.score) == (before.report.reasons, before.step.score)
    edited = then_at(actor=alice, replay=replay, number=4, lang="en")
    assert edited.reworded
    assert edited.finding.post.text.split() == sample_posts[3].text.split()
    assert not after.reworded


@pytest.mark.django_db
def test_alarms_are_those_of_todays_rules_and_of_then(issue: Issue, alice: Actor) -> None:
    policy, thread = AlertPolicy.objects.get(), Thread.objects.get()
    replay = replay_of(issue)
    first = next(step for step in replay.steps if step.alarms)
    assert first.alarms == ("Watch",)
    assert first.score >= policy.threshold
    assert first.at is not None
    Alert.objects.all().delete()
    Alert.objects.create(
        thread=thread, policy=policy, raised_at=first.at, score=0.7, stage="issue", reasons=[]
    )
    then = then_at(actor=alice, replay=replay, number=first.number, lang="en")
    assert [f"{each.noun} {each.action}" for each in then.happened] == ["alert raised"]
    assert then_at(actor=alice, replay=replay, number=first.number - 1, lang="en").happened == ()


@pytest.mark.django_db
def test_the_last_step_tells_what_was_done_since_and_cases_to_those_who_may_see_them(
    issue: Issue, alice: Actor, bob: Actor, erik: Actor
) -> None:
    person = Person.objects.create(name="Rolf", created_at=issue.opened_at)
    cases.open_case(actor=bob, person=person, issue=issue, title="Dunning", now=issue.opened_at)
    replay = replay_of(issue)

    def done(actor: Actor) -> list[str]:
        found = then_at(actor=actor, replay=replay, number=WRITTEN, lang="en").happened
        return [f"{each.noun} {each.action}" for each in found if each.noun != "alert"]

    assert sorted(done(alice)) == ["case open", "issue open"]
    assert done(erik) == ["issue open"]


@pytest.mark.django_db
def test_the_radar_of_then_has_what_was_on_it_then(issue: Issue, forum: Source, alice: Actor) -> None:
    replay = replay_of(issue)
    step = replay.steps[-1]
    assert step.at is not None
    for name, begin, score in (
        ("above", 2, 0.99),
        ("below", 2, 0.3),
        ("later", -2, 0.99),
        ("long ago", 90, 0.99),
    ):
        said = step.at - timedelta(days=begin)
        other = make_thread(forum, said, name, "issue", score)
        Thread.objects.filter(pk=other.pk).update(
            first_post_at=said, last_post_at=said, series={"score": [score], "stage": [2]}
        )
        Post.objects.create(
            thread=other, source=forum, key=name, text="x", created_at=said, text_since=said, seen_at=said
        )
    found = then_at(actor=alice, replay=replay, number=WRITTEN, lang="en").rank
    assert found == Rank(2, 3)
    calm = next(each.number for each in replay.steps if each.stage == "calm")
    assert then_at(actor=alice, replay=replay, number=calm, lang="en").rank is None


@pytest.mark.django_db
def test_a_conversation_is_analysed_once_for_all_its_steps(
    issue: Issue, forum: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = replay_of(issue)
    analyser, kept = analyser_for(forum, "en"), len(_KEPT)
    monkeypatch.setattr(analyser, "detail", None)
    assert replay_of(issue).steps == first.steps
    assert len(_KEPT) == kept


@pytest.mark.django_db
def test_too_many_posts_are_cut_and_it_says_so(
    issue: Issue, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "MOST_STEPS", 5)
    assert "Only the first 5 of 56 posts are replayed." in text(
        browser("erik").get(f"/issues/{issue.pk}/replay")
    )
    with pytest.raises(RuleError, match="expected 1 to 5, got 6"):
        then_at(actor=Actor.__new__(Actor), replay=replay_of(issue), number=6, lang="en")


@pytest.mark.django_db
def test_the_page_steps_by_links_and_says_what_the_draft_check_finds(issue: Issue, browser: Any) -> None:
    erik, path = browser("erik"), f"/issues/{issue.pk}/replay"
    assert f'href="{path}"' in text(erik.get(f"/issues/{issue.pk}"))
    page = text(erik.get(f"{path}?step={ANSWER}"))
    for words in (
        f"Step {ANSWER} of {WRITTEN}",
        f'rel="prev" data-key="ArrowLeft" href="?step={ANSWER - 1}#step"',
        f'rel="next" data-key="ArrowRight" href="?step={ANSWER + 1}#step"',
        'data-key="g" href="?step=1#step"',
        f'data-key="G" href="?step={WRITTEN}#step"',
        f'href="?step={ANSWER}#step" aria-current="step"',
        "What today’s draft check says of this answer",
        "line now",
        "<mark title=",
        "back, next",
    ):
        assert words in page, words
    assert "Today’s rules raise an alarm here" not in page
    first = text(erik.get(path))
    assert f"Step 1 of {WRITTEN}" in first
    assert 'rel="prev"' not in first
    assert "draft check says of this answer" not in first
    assert f"Step {WRITTEN} of {WRITTEN}" in text(erik.get(f"{path}?step=99999"))


@pytest.mark.django_db
def test_words_of_a_removed_post_are_for_those_who_may_see_people(
    issue: Issue, browser: Any, members: dict[str, Member]
) -> None:
    Post.objects.filter(thread__links__issue=issue).update(removed=True)
    words = "Liebe Mitstreiter"
    path = f"/issues/{issue.pk}/replay"
    assert words in text(browser("alice").get(path))
    assert words not in text(browser("erik").get(path))
    steps = {name: Program(members[name]).get(f"{path}/1").json()["text"] for name in ("alice", "erik")}
    assert steps["alice"].startswith(words)
    assert steps["erik"] == ""
    checks = {
        name: Program(members[name]).get(f"{path}/{ANSWER}").json()["check"] for name in ("alice", "erik")
    }
    assert (bool(checks["alice"]), checks["erik"]) == (True, None)


@pytest.mark.django_db
def test_the_api_tells_the_same_steps(issue: Issue, members: dict[str, Member]) -> None:
    program, path = Program(members["erik"]), f"/issues/{issue.pk}/replay"
    found = program.get(path).json()
    assert (found["posts"], found["cut_threads"], len(found["steps"])) == (WRITTEN, False, WRITTEN)
    answer = program.get(f"{path}/{ANSWER}?lang=de").json()
    assert answer["step"] == found["steps"][ANSWER - 1]
    assert answer["step"]["company"]
    assert {each["kind"] for each in answer["check"]["findings"]} >= {"found"}
    assert answer["reasons"]
    assert program.get(f"{path}/{WRITTEN + 1}").status_code == 422


@pytest.mark.django_db
def test_an_issue_without_posts_has_nothing_to_replay(
    forum: Source, alice: Actor, browser: Any, now: datetime
) -> None:
    empty = issues.open_issue(actor=alice, threads=[make_thread(forum, now, "none")], title="None", now=now)
    assert "There is nothing to replay" in text(browser("erik").get(f"/issues/{empty.pk}/replay"))
