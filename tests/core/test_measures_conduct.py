"""Addressees, what the company does, reach and spread."""

from __future__ import annotations

import math

import numpy as np
import pytest
from measure_threads import build, sample_thread, table
from msgspec.structs import replace

from kulanz.core.measures import Addressee, Baseline, ThreadSummary, measure

COMPANY, CUSTOMER, AUDIENCE, MEMBER, UNKNOWN = (
    Addressee.COMPANY, Addressee.CUSTOMER, Addressee.AUDIENCE, Addressee.MEMBER, Addressee.UNKNOWN,
)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "text", "expected"),
    [
        ("3 a 1", "Können Sie mir bitte antworten?", COMPANY),
        ("3 a 1", "The company never answers. They just delete.", AUDIENCE),
        ("3 a 1", "Die haben doch nie Zeit für Kunden.", AUDIENCE),
        ("3 a 1", "Kontaktor antwortet so.", AUDIENCE),
        ("3 a 1", "Ich nehme die Rechnung und die Daten.", COMPANY),
        ("3 a -", "Hallo zusammen, kurzer Stand.", AUDIENCE),
        ("3 a -", "Seht euch das an", AUDIENCE),
        ("3 a -", "When will you refund me?", COMPANY),
        ("3 a -", "Ein Zwischenstand.", UNKNOWN),
        ("3 a -", "Lieber Oliver, so geht es nicht.", COMPANY),
        ("3 a 2", "Herr Reuss, was meinen wir dazu?", MEMBER),
        ("3 a 1", "Clara, das stimmt.", MEMBER),
        ("3 *team-oliver 0", "Sehr geehrter Herr A, liebe Mitglieder,", AUDIENCE),
        ("3 *team-oliver 0", "Bitte senden Sie uns Ihre Nummer.", CUSTOMER),
        ("3 *team-oliver 0", "Hier sind einige Schritte.", CUSTOMER),
        ("3 *team-oliver 0", "Es geht einigen hier nicht um eine Lösung.", AUDIENCE),
        ("3 *team-oliver -", "Thanks everyone for the feedback.", AUDIENCE),
        ("3 *team-oliver -", "Wartung heute Nacht.", AUDIENCE),
    ],
)
def test_addressee(row: str, text: str, expected: Addressee) -> None:
    thread = table("0 a - complaint", "1 *team-oliver 0", "2 Clara_B 0", row, texts={3: text})
    assert Addressee(measure(thread, Baseline(), ["Kontaktor"]).addressees.codes[3]) is expected


def test_you_means_nobody_known_before_the_company_wrote() -> None:
    thread = table("0 a - complaint", "1 *team-oliver 0", texts={0: "When will you refund me?"})
    assert Addressee(measure(thread, Baseline(), ["Kontaktor"]).addressees.codes[0]) is UNKNOWN


def test_audience_share_counts_both_sides_only() -> None:
    texts = {0: "Hi all", 1: "Hi all", 2: "you", 3: "Hi all"}
    thread = table("0 a - complaint", "1 b 0", "2 *s 0", "3 a 2 anger", texts=texts)
    assert measure(thread, Baseline()).addressees.audience_share.tolist() == [1, 1, 0.5, 2 / 3]


def test_only_a_human_answer_ends_the_wait() -> None:
    canned = "Bitte nutzen Sie das Kontaktformular und geben Sie Ihre Kundennummer an."
    rows = (
        "0 *s - handover",
        "1 a - complaint",
        "2 *s 1 handover",
        "5 b - question",
        "9 *s 1 action",
        "10 *s 3",
    )
    thread = table(*rows, texts={0: canned, 2: canned + " Danke."})
    found = measure(thread, Baseline()).company
    assert found.canned_posts == (2,)
    assert found.answers == (0, 4, 5)
    assert np.array_equal(found.first_answer_hours, [math.nan] * 4 + [8, 8], equal_nan=True)
    assert found.first_answer_posts[-1] == 3
    assert found.waiting_hours.tolist() == [0, 0, 1, 4, 4, 0]
    assert found.unanswered.tolist() == [0, 1, 1, 2, 1, 0]


def test_automatic_posts_are_no_answers_and_a_dismissive_statement_closes_nothing() -> None:
    thread = table("0 a - complaint", "1 *s 0", automatic=True)
    assert measure(thread, Baseline()).company.unanswered.tolist() == [1, 1]
    thread = table("0 a - complaint", "1 b - question", "2 *s - dismissive", "3 *s -")
    assert measure(thread, Baseline()).company.unanswered.tolist() == [1, 2, 2, 0]


def test_a_question_to_a_member_waits_for_no_company() -> None:
    thread = table("0 a -", "1 b 0 question", "2 a 1 question")
    assert measure(thread, Baseline()).company.open_questions == ()


def test_great_case_company() -> None:
    found = measure(sample_thread("4711"), Baseline()).company
    assert found.first_answer_hours[-1] == pytest.approx(68.9, abs=0.1)
    assert found.answers[0] == 43
    assert found.apology_posts == (107, 112)
    assert found.action_posts == found.person_posts == (112,)
    assert found.policy[-1] >= 5
    assert found.unanswered[-1] >= 10


def test_reach_counts_and_compares_with_the_source() -> None:
    thread = table("0 a -", "1 b 0", "2 a 1", "30 c 0", likes=4, thread_views=400)
    found = measure(thread, Baseline(posts_per_hour=0.5)).reach
    assert found.people.tolist() == [1, 2, 2, 3]
    assert found.likes.tolist() == [4, 8, 12, 16]
    assert found.views_ratio.tolist() == [2, 2, 2, 2]
    assert found.posts_per_hour.tolist() == [1 / 6, 2 / 6, 3 / 6, 1 / 6]
    assert found.speed_ratio[2] == 1
    assert found.pace[3] == pytest.approx((1 / 6) / (3 / 24))
    assert np.isnan(found.pace[:3]).all()


def test_bursts() -> None:
    quiet = [f"{20 * i} p{i} -" for i in range(10)]
    storm = [f"{180 + i / 60} q{i} -" for i in range(1, 12)]
    burst = measure(table(*quiet, *storm, "400 z -"), Baseline()).reach.burst
    assert not burst[:10].any()
    assert burst[13:21].min() >= 1
    assert burst[20] == 2
    assert burst[-1] == 0


@pytest.mark.parametrize(("times_as_fast", "level"), [(0.5, 0), (1, 0), (4, 1), (16, 2)])
def test_a_burst_is_some_times_as_fast_and_a_strong_one_many_times(times_as_fast: float, level: int) -> None:
    usual = [f"{hour} p -" for hour in range(100)]
    then = [f"{99 + number / times_as_fast} p -" for number in range(1, 21)]
    burst = measure(table(*usual, *then), Baseline(posts_per_hour=1)).reach.burst
    assert not burst[:100].any()
    assert burst[-1] == level


def test_without_times_there_is_no_velocity_and_no_burst() -> None:
    measures = measure(table("0 a - complaint", "0 b 0", "0 *s 0", times=False), Baseline())
    assert not measures.reach.burst.any()
    assert np.isnan(measures.reach.posts_per_hour).all()
    assert np.isnan(measures.reach.pace).all()
    assert measures.company.first_answer_posts[-1] == 2


def test_baseline_learns_what_enough_threads_tell() -> None:
    threads = [ThreadSummary(posts=i, views=None, likes=2 * i, hours=i - 1) for i in range(1, 41)]
    learnt = Baseline.learn(threads)
    assert learnt.posts_per_thread[2] == 20.5
    assert learnt.likes_per_post[2] == 2
    assert learnt.posts_per_hour == 1
    assert learnt.views_per_thread == Baseline().views_per_thread
    assert Baseline.learn([]) == Baseline()
    of_no_speed = [ThreadSummary(9), ThreadSummary(9, hours=0.0), ThreadSummary(1, hours=5.0)]
    assert Baseline.learn(threads + 40 * of_no_speed).posts_per_hour == 1


def test_spread_of_the_great_case() -> None:
    found = measure(sample_thread("4711"), Baseline()).spread
    assert found.via_posts == (41, 66, 81, 105)
    assert found.hosts[-1] == 5
    assert set(found.via_posts) <= set(found.amplifier_posts)


def test_an_article_of_a_blog_is_not_carried_to_blogs_by_its_own_links() -> None:
    page, said = "https://garden.example/four-corners", "As another blog wrote, and the press will hear of it"
    fields = {"url": page, "thread_url": page, "links": ("https://notes.example/12",)}
    rows, texts = ("0 a - threat", "1 b 0"), {0: said, 1: said}
    amplifying = []
    for opener in ("t", "0"):  # the page itself, a post on it
        whole = table(*rows, texts=texts, **fields)
        posts = [replace(whole.posts[0], post_id=opener), replace(whole.posts[1], url=f"{page}#2")]
        labels = [["threat"], []]
        amplifying.append(measure(build(posts, labels), Baseline()).spread.amplifier_posts)
    assert amplifying == [(1,), (0, 1)]


def test_links_to_the_own_host_and_broken_links_point_nowhere() -> None:
    links = ("https://forum.example/t/2", "http://[broken", "mailto:a@b.example")
    found = measure(table("0 a -", links=links, url="https://www.forum.example/t/1"), Baseline()).spread
    assert found.outside_links.tolist() == [0]


@pytest.mark.parametrize(
    ("text", "count"), [("Sent via email", 0), ("(via notizblock)", 1), ("via a.example", 1)]
)
def test_via_names_a_source(text: str, count: int) -> None:
    assert measure(table("0 a -", texts={0: text}), Baseline()).spread.via[-1] == count
