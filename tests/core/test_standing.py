from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.contributions import Contributions, Counts, contributions, merged, month_of
from kulanz.core.posts import Post
from kulanz.core.standing import HALF_LIFE_DAYS, SCALES, Flags, standing

NOW = datetime(2006, 9, 14, 12, tzinfo=UTC)


def post(number: int, author: str | None, days_ago: float = 10, **fields: object) -> Post:
    at = NOW - timedelta(days=days_ago)
    known = {"thread_id": "t", "post_id": str(number), "author_id": author, "created_at": at, "text": "x"}
    return msgspec.convert(known | fields, Post)


def one(account: str, *posts: Post) -> Contributions:
    return contributions(posts)[account]


POSTS = st.lists(
    st.builds(
        post,
        st.integers(0, 10_000),
        st.sampled_from([None, "a", "b", "c", "d"]),
        st.integers(0, 1000),
        likes=st.one_of(st.none(), st.integers(0, 9)),
        accepted=st.sampled_from([None, False, True]),
        role=st.sampled_from([None, "customer", "staff", "moderator"]),
        hidden=st.booleans(),
    ),
    max_size=12,
)


@given(POSTS, st.integers(0, 12))
def test_a_thread_counted_in_two_goes_is_the_thread_counted_at_once(posts: list[Post], cut: int) -> None:
    assert merged([contributions(posts[:cut]), contributions(posts, start=cut)]) == contributions(posts)


@given(POSTS, POSTS, POSTS)
def test_sums_do_not_depend_on_order_or_grouping(a: list[Post], b: list[Post], c: list[Post]) -> None:
    first, second, third = (contributions(posts) for posts in (a, b, c))
    assert merged([merged([first, second]), third]) == merged([first, merged([second, third])])
    assert merged([first, second]) == merged([second, first])


@given(POSTS)
def test_what_is_kept_comes_back_as_it_was(posts: list[Post]) -> None:
    found = contributions(posts)
    assert msgspec.json.decode(msgspec.json.encode(found), type=dict[str, Contributions]) == found


@given(POSTS, st.integers(0, 2000))
def test_a_value_is_the_sum_of_its_parts_and_falls_with_idleness(posts: list[Post], later: int) -> None:
    dated = {name: found for name, found in contributions(posts).items() if found.last is not None}
    for found in dated.values():
        now = standing(found, NOW)
        assert now.value == pytest.approx(now.freshness * sum(part.points for part in now.parts))
        assert 0 <= now.value < 100
        assert all(0 <= part.points <= part.weight for part in now.parts)
        then = standing(found, NOW + timedelta(days=later))
        assert then.freshness == pytest.approx(2 ** (-((now.idle_days or 0) + later) / HALF_LIFE_DAYS))


def test_the_weights_make_a_hundred() -> None:
    assert sum(scale.weight for scale in SCALES.values()) == 100


def test_a_moderator_who_built_part_of_the_community() -> None:
    posts = [post(0, "torsten", 800)]
    posts += [post(n, f"p{n}", 700 - n) for n in range(1, 200)]
    posts += [
        post(1000 + n, "torsten", 30 * n + 1, likes=6, role="moderator") for n in reversed(range(1, 20))
    ]
    answers = [post(2000 + n, "torsten", 31, thread_id="u", accepted=n != 2) for n in range(3)]
    asked = contributions([post(2999, "asks", 32, thread_id="u"), *answers])["torsten"]
    found = standing(one("torsten", *posts) + asked, NOW)
    assert found.roles == ("moderator", "builder", "regular")
    numbers = {part.code: part.number for part in found.parts}
    assert numbers == {
        "office": 1,
        "tenure": pytest.approx(2.19, abs=0.01),
        "accepted": 2,
        "liked": 114,
        "drawn": 199,
        "active": 11,
    }
    assert 60 < found.value < 80


@pytest.mark.parametrize(
    ("days", "flags", "roles"),
    [
        ((10,), Flags(), ("newcomer",)),
        ((10,), Flags(joined=NOW - timedelta(days=900)), ("occasional",)),
        ((400, 80), Flags(), ("occasional",)),
        ((400, 80, 50, 10), Flags(), ("regular",)),
        ((400,), Flags(press=True), ("press",)),
        ((400,), Flags(partner=True, moderator=True), ("moderator", "partner")),
        ((10,), Flags(staff=True), ("staff", "newcomer")),
    ],
)
def test_roles(days: tuple[float, ...], flags: Flags, roles: tuple[str, ...]) -> None:
    found = one("a", *(post(n, "a", ago) for n, ago in enumerate(days)))
    assert standing(found, NOW, flags).roles == roles


def test_an_office_ends_a_year_after_its_last_sign_or_by_flag() -> None:
    assert standing(one("a", post(0, "a", 300, role="moderator")), NOW).role == "moderator"
    assert standing(one("a", post(0, "a", 400, role="moderator")), NOW).role == "occasional"
    fresh = one("a", post(0, "a", 300, role="moderator"))
    assert standing(fresh, NOW, Flags(moderator=False)).role == "occasional"


def test_posts_that_nobody_saw_or_nobody_wrote_count_for_nothing() -> None:
    thread = [post(0, "a"), post(1, "b", hidden=True), post(2, "c", automatic=True), post(3, None)]
    found = contributions(thread)
    assert set(found) == {"a"}
    assert sum(found["a"].months.values(), start=Counts()) == Counts(posts=1)


def test_a_source_that_claims_absurd_likes_does_not_break_the_sums() -> None:
    found = merged(contributions([post(n, "a", likes=2**63 - 1)]) for n in range(30))
    assert msgspec.json.decode(msgspec.json.encode(found), type=dict[str, Contributions]) == found


def test_an_answer_to_ones_own_question_was_of_use_to_nobody_else() -> None:
    thread = [post(0, "a"), post(1, "b", accepted=True), post(2, "a", accepted=True)]
    accepted = {name: found.months[month_of(NOW)].accepted for name, found in contributions(thread).items()}
    assert accepted == {"a": 0, "b": 1}


def test_staff_who_answer_are_not_people_drawn() -> None:
    thread = [
        post(0, "a"),
        post(1, "b", role="staff"),
        post(2, "b", role="staff"),
        post(3, "c"),
        post(4, "c"),
    ]
    assert one("a", *thread).months[month_of(thread[0].created_at)].drawn == 1


def test_without_times_there_is_neither_tenure_nor_activity() -> None:
    found = standing(one("a", post(0, "a", created_at=None, likes=50)), NOW)
    assert (found.tenure_days, found.idle_days, sum(found.activity)) == (None, None, 0)
    assert found.value == pytest.approx(7.5)


def test_nothing_after_the_moment_counts() -> None:
    posts = [post(0, "a", 100, likes=1), post(1, "a", -100, likes=40)]
    found = standing(one("a", *posts), NOW)
    assert next(part.number for part in found.parts if part.code == "liked") == 1
    assert found.idle_days == 0


def test_a_summary_stays_small() -> None:
    chance = random.Random(4711)
    posts = [post(n, "a", chance.uniform(0, 3650), likes=3) for n in range(5000)]
    assert len(msgspec.json.encode(one("a", *posts))) < 6000
