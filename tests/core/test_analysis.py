"""Invariants of the analysis, with the shipped models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kulanz import models
from kulanz.core.analysis import Analyser, threads_of
from kulanz.core.errors import OrderError
from kulanz.core.evidence import passages
from kulanz.core.examination import Scores, were_issues
from kulanz.core.features import Vectorizer
from kulanz.core.labels import LABELS
from kulanz.core.measures import Baseline, measure
from kulanz.core.posts import Post
from kulanz.core.reading import ThreadReader
from kulanz.core.staff import StaffRules
from kulanz.core.stages import StageRules, onset, stages

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
LINES = (
    "Danke, das hat geholfen!",
    "Seit drei Wochen keine Antwort auf meine Mahnung. Das ist eine Frechheit.",
    "Same here, I was charged twice and support ignores me.",
    "We are sorry. I am Nadine and I will refund you today.",
    "Das steht so in § 7 der AGB.",
    "Ich kündige.",
    "Où est passée ma facture ?",
    "",
    "+1",
)
RELAXED = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

MODELS = models.load()
VECTORIZER = Vectorizer(MODELS.grams, MODELS.vectors)
READER = ThreadReader(VECTORIZER, MODELS.head, StaffRules())


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(models.load())


def conversation(lines: Sequence[str], authors: Sequence[int], minutes: Sequence[int]) -> list[Post]:
    """A thread in time order: the gaps in minutes may be zero."""
    posts, now = [], START
    for number, (text, author, gap) in enumerate(zip(lines, authors, minutes, strict=True)):
        now += timedelta(minutes=gap)
        posts.append(
            Post(thread_id="t", post_id=f"t-{number}", author_id=f"a{author}", created_at=now, text=text)
        )
    return posts


@st.composite
def conversations(draw: st.DrawFn) -> list[Post]:
    size = draw(st.integers(1, 12))
    lines = draw(
        st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=60)), min_size=size, max_size=size)
    )
    authors = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    minutes = draw(st.lists(st.integers(0, 300), min_size=size, max_size=size))
    return conversation(lines, authors, minutes)


@RELAXED
@given(conversations())
def test_beliefs_of_a_prefix_are_those_of_the_whole(analyser: Analyser, posts: list[Post]) -> None:
    whole = [belief for _, belief in analyser.beliefs(posts)]
    for end in range(1, len(posts)):
        assert [belief for _, belief in analyser.beliefs(posts[:end])] == pytest.approx(whole[:end], abs=2e-4)


@RELAXED
@given(conversations())
def test_scores_of_a_prefix_are_those_of_the_whole(analyser: Analyser, posts: list[Post]) -> None:
    whole = analyser.detail(posts).series["score"]
    half = (len(posts) + 1) // 2
    assert analyser.detail(posts[:half]).series["score"] == pytest.approx(whole[:half], abs=2e-4)


@RELAXED
@given(conversations(), st.randoms(use_true_random=False))
def test_order_within_ties_does_not_change_a_report(
    analyser: Analyser, posts: list[Post], random: object
) -> None:
    tied = [replace(post, created_at=START) for post in posts]
    shuffled = list(tied)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert list(analyser.reports(tied)) == list(analyser.reports(shuffled))


@RELAXED
@given(conversations())
def test_the_quick_report_agrees_with_the_examination(analyser: Analyser, posts: list[Post]) -> None:
    (report,) = analyser.reports(posts)
    series = analyser.detail(posts).series["score"]
    if report.scored:
        assert report.score == pytest.approx(series[-1], abs=2e-4)


@RELAXED
@given(st.integers(0, 9999), st.integers(2, 9))
def test_a_scan_looks_closely_at_all_that_ever_was_an_issue(seed: int, size: int) -> None:
    random, rules = np.random.default_rng(seed), StageRules()
    posts = conversation([LINES[2]] * size, random.integers(0, 4, size).tolist(), [9] * size)
    logits = random.normal(-1.5, 1, (size, len(LABELS))).astype(np.float32)
    reading = changed(READER.read([posts]), logits=logits, company=random.random(size) < 0.2)
    given_scores = Scores(np.zeros(size), random.random(size), np.zeros(size))
    thread = reading.thread(0)
    stage = stages(thread, given_scores.complaint, given_scores.score, measure(thread, Baseline()), rules)
    assert onset(stage) is None or were_issues(reading, given_scores, rules).all()


def test_nothing_gives_nothing(analyser: Analyser) -> None:
    assert list(analyser.reports([])) == []


def test_one_post_is_a_thread(analyser: Analyser) -> None:
    (report,) = analyser.reports(conversation([LINES[1]], [0], [0]))
    assert report.posts == 1
    assert report.affected == 0
    assert 0 <= report.score <= 1


def test_ten_thousand_posts_are_a_thread(analyser: Analyser) -> None:
    size = 10_000
    posts = conversation(
        [LINES[i % len(LINES)] for i in range(size)], [i % 97 for i in range(size)], [1] * size
    )
    (report,) = analyser.reports(posts)
    assert report.posts == size
    assert report.participants == 97


def test_a_thread_in_another_language_is_not_scored(analyser: Analyser) -> None:
    text = (
        "Bonjour, je ne trouve plus le bouton pour télécharger ma facture, "
        "est-ce que quelqu'un peut m'aider ?"
    )
    (report,) = analyser.reports(conversation([text], [0], [0]))
    assert not report.scored
    assert report.score == 0
    assert [reason.code for reason in report.reasons] == ["not_scored"]


def test_posts_that_go_back_in_time_are_refused(analyser: Analyser) -> None:
    posts = conversation(LINES[:3], [0, 1, 2], [0, 5, 5])
    with pytest.raises(OrderError, match="sort by"):
        list(analyser.reports([posts[1], posts[0]]))


def test_a_thread_in_two_parts_is_refused(analyser: Analyser) -> None:
    posts = conversation(LINES[:3], [0, 1, 2], [0, 5, 5])
    other = replace(posts[0], thread_id="u")
    with pytest.raises(OrderError, match="ascending"):
        list(analyser.reports([posts[0], other, posts[1]]))


def test_threads_keep_line_order_without_times() -> None:
    posts = [replace(post, created_at=None) for post in conversation(LINES[:4], [0] * 4, [0] * 4)]
    assert list(threads_of(reversed(posts))) == [list(reversed(posts))]


def test_configured_names_speak_for_the_company() -> None:
    analyser = Analyser(models.load(), staff=StaffRules.of(["kontaktor", "help@example.org", "example.com"]))
    posts = conversation([LINES[1], LINES[3], LINES[3]], [0, 1, 2], [0, 5, 5])
    posts[1] = replace(posts[1], author_id="Kontaktor Support")
    posts[2] = replace(posts[2], author_id="nadine@mail.example.com")
    assert [finding.company for finding in analyser.post_findings(posts)] == [False, True, True]


def test_an_account_is_itself_whatever_it_looks_like() -> None:
    rules = StaffRules(accounts=("anna.berg",))
    assert rules.names_author("Anna.Berg")
    assert not rules.names_author("anna.berg support")
    assert not rules.names_author("somebody@anna.berg")
    analyser = Analyser(models.load(), staff=rules)
    posts = conversation([LINES[1], LINES[3]], [0, 1], [0, 5])
    posts[1] = replace(posts[1], author_id="anna.berg")
    assert [finding.company for finding in analyser.post_findings(posts)] == [False, True]


def test_hours_count_from_the_opening(analyser: Analyser) -> None:
    posts = conversation([LINES[1], LINES[3], LINES[2]], [0, 1, 2], [10, 6000, 90])
    assert analyser.examine(posts).thread.hours.tolist() == [0, 100, 101.5]


def test_a_thread_was_closed_at_its_last_post_if_at_all(analyser: Analyser) -> None:
    posts = conversation([LINES[1], LINES[2], LINES[0]], [0, 1, 2], [0, 5, 5])
    open_still = analyser.detail(posts).events
    closed = analyser.detail([*posts[:2], replace(posts[2], thread_closed_at=START)]).events
    assert sorted([*open_still, (2, "closed")]) == list(closed)


def test_an_unmarked_agent_is_inferred_and_marked_so(analyser: Analyser) -> None:
    agent = (
        "Hi, thank you for reaching out! I'm sorry for the trouble. "
        "Our support team will look into your account, "
        "please send us a DM with your order number so we can help you."
    )
    posts = conversation([LINES[2], agent], [0, 1], [0, 30])
    finding = list(analyser.post_findings(posts))[1]
    assert finding.company
    assert finding.company_inferred


def test_reasons_come_in_the_language_of_the_user() -> None:
    posts = conversation([LINES[1], LINES[2], LINES[1]], [0, 1, 2], [0, 5, 5])
    german = Analyser(models.load(), lang="de").examine(posts).fired
    assert german
    details = {lang: Analyser(models.load(), lang=lang).detail(posts).report for lang in ("de", "en")}
    assert details["de"].score == details["en"].score


def test_evidence_lies_inside_the_text(
    analyser: Analyser,
) -> None:
    posts = conversation([LINES[1] + " Ich gehe zum Anwalt! Danke für nichts."] * 3, [0, 1, 2], [0, 5, 5])
    for finding in analyser.detail(posts).findings:
        assert all(0 <= start < end <= len(finding.post.text) for start, end, _ in finding.evidence)


@given(
    st.lists(st.sampled_from([*LINES, " ", "\n", " \n\t", "!?", "Ok."]), max_size=6).map("".join),
    st.sampled_from(LABELS),
)
def test_evidence_is_never_blank(text: str, label: str) -> None:
    for start, end, _ in passages(text, {label: 1.0}, VECTORIZER):
        assert text[start:end] == text[start:end].strip() != ""
