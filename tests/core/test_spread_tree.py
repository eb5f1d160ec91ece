"""The spread tree: addresses, near-duplicates, growth, and who took the matter up from whom."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.errors import CoreError
from kulanz.core.posts import Post
from kulanz.core.spread import SpreadTree, spread_tree
from kulanz.core.spread.addresses import canonical, page_of
from kulanz.core.spread.carriers import carrier_of
from kulanz.core.spread.growth import growth
from kulanz.core.spread.likeness import LikenessIndex, shingles, signature

START = datetime(2026, 6, 9, tzinfo=UTC)
FORUM = "https://forum.example/t/mahnung/4711"
LETTER = (
    "Ich habe meine Rechnung am zweiten März bezahlt und bekomme trotzdem jede Woche einen neuen Brief"
    " von einem Inkassobüro, das ich nicht kenne und das mir niemand erklären will."
)


def post(thread: str, hours: float | None, text: str = "", **more: Any) -> Post:
    number = more.pop("number", 1)
    return Post(
        thread_id=thread,
        post_id=f"{thread}#{number}",
        author_id="a",
        created_at=None if hours is None else START + timedelta(hours=hours),
        text=text,
        thread_url=more.pop("thread_url", f"https://{thread}.example/article"),
        **more,
    )


ORIGIN = post("4711", 0, LETTER, thread_url=FORUM, url=f"{FORUM}/1", thread_views=13016)


def tree_of(*posts: Post) -> SpreadTree:
    return spread_tree("4711", lambda: (ORIGIN, *posts))


def told(tree: SpreadTree) -> dict[str, tuple[str | None, str]]:
    return {node.node_id: (node.parent, node.how) for node in tree.nodes}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.a.example/x/", "http://a.example/x"),
        ("https://a.example/x#part", "https://a.example/x?utm_source=mail&fbclid=1"),
        ("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2"),
        ("https://A.example:443/", "https://a.example/index.html"),
    ],
)
def test_two_ways_to_write_a_page_are_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other) is not None


@pytest.mark.parametrize("bad", ["mailto:a@b.example", "https://[bad", "//a.example/x", "", "x" * 3000])
def test_what_is_no_page_has_no_address(bad: str) -> None:
    assert canonical(bad) is None


@given(st.text(max_size=80))
def test_any_text_may_be_asked_for_its_address(text: str) -> None:
    assert canonical(text) is None or canonical(text)
    canonical(f"https://{text}")


def test_a_post_number_leads_to_its_thread() -> None:
    assert page_of("forum.example/t/mahnung/4711/12") == "forum.example/t/mahnung/4711"
    assert page_of("blog.example/article") is None


def test_links_in_the_text_count_and_via_names_the_source() -> None:
    carrier = carrier_of(
        post(
            "blog", 1, f"Mehr dort: {FORUM}.\nvia https://other.example/a", links=("https://third.example/",)
        )
    )
    assert carrier.links == ("third.example", "forum.example/t/mahnung/4711", "other.example/a")
    assert carrier.via == {"other.example/a"}


def test_words_after_via_name_the_last_link_only_at_the_end() -> None:
    named = post("blog", 1, "Lesenswert (via Sanne)", links=(FORUM, "https://sanne.example/a"))
    assert carrier_of(named).via == {"sanne.example/a"}
    passing = post("blog", 1, "Ich fuhr via Hamm. Dann kam viel mehr Text.", links=(FORUM,))
    assert not carrier_of(passing).via


def test_who_names_a_source_stands_below_it() -> None:
    first = post("first", 1, links=(FORUM,))
    second = post("second", 2, "via first.example", links=(FORUM, "https://first.example/article"))
    third = post("third", 3, links=(f"{FORUM}/1",))
    tree = tree_of(third, second, first)
    assert told(tree) == {
        "4711": (None, "origin"),
        "first": ("4711", "link"),
        "second": ("first", "via"),
        "third": ("4711", "link"),
    }
    assert [(other.parent, other.how) for other in tree.nodes[2].others] == [("4711", "link")]
    assert (tree.reach, tree.unknown_reach) == (13016, 3)


def test_who_links_origin_and_article_has_read_the_article() -> None:
    first = post("first", 1, links=(FORUM,))
    second = post("second", 2, links=(FORUM, "https://first.example/article"))
    assert told(tree_of(first, second))["second"] == ("first", "link")


def test_the_first_contact_counts() -> None:
    early = post("blog", 1, links=(FORUM,))
    other = post("other", 2, links=(FORUM,))
    late = post("blog", 3, "via other.example", links=("https://other.example/article",), number=2)
    assert told(tree_of(late, other, early))["blog"] == ("4711", "link")


def test_an_announced_page_says_how_it_came() -> None:
    announced = post("page", 1, links=(FORUM,), source="trackback")
    assert told(tree_of(announced))["page"] == ("4711", "trackback")


def test_a_quotation_and_a_copy_without_a_link_belong_to_it() -> None:
    words = " ".join(LETTER.split()[3:20])
    quoting = post("quoting", 2, "Dazu muss man nichts mehr sagen.", quotes=(words,))
    copying = post("copying", 3, LETTER.replace("zweiten", "dritten"))
    before = post("before", -5, LETTER)
    strange = post(
        "strange", 4, "Heute habe ich Rhabarber gekauft, zwei Kilo, und daraus Kompott gekocht für alle."
    )
    tree = tree_of(quoting, copying, before, strange)
    assert told(tree).keys() == {"4711", "quoting", "copying"}
    assert told(tree)["quoting"] == ("4711", "quote")
    assert told(tree)["copying"] == ("4711", "copy")


def test_what_takes_up_a_copy_belongs_to_it_too() -> None:
    copying = post("copying", 3, f"{LETTER} Quelle unbekannt: https://away.example/x")
    linking = post("linking", 4, links=("https://copying.example/article",))
    assert told(tree_of(copying, linking))["linking"] == ("copying", "link")


def test_links_in_a_circle_end() -> None:
    one = post("one", 1, links=(FORUM, "https://two.example/article"))
    two = post("two", 2, links=("https://one.example/article",))
    assert told(tree_of(one, two)) == {
        "4711": (None, "origin"),
        "one": ("4711", "link"),
        "two": ("one", "link"),
    }


def test_a_thread_that_nobody_took_up_is_told_all_the_same() -> None:
    (origin,) = tree_of().nodes
    assert (origin.url, origin.reach, origin.first_seen, origin.posts) == (FORUM, 13016, START, 1)


def test_a_thread_that_is_not_there_is_said() -> None:
    with pytest.raises(CoreError, match="no thread '12'"):
        spread_tree("12", lambda: (ORIGIN,))


_THREADS = st.sampled_from("abcdefg")


@given(
    st.lists(
        st.tuples(_THREADS, st.none() | st.integers(-3, 40), st.sets(_THREADS, max_size=3), st.booleans())
    )
)
def test_the_tree_is_one_and_order_of_posts_says_nothing(
    given_posts: list[tuple[str, int | None, set[str], bool]],
) -> None:
    posts = [
        post(
            thread,
            hours,
            number=number,
            links=tuple(f"https://{each}.example/article" for each in sorted(links)) + (FORUM,) * origin,
        )
        for number, (thread, hours, links, origin) in enumerate(given_posts)
    ]
    tree = tree_of(*posts)
    shuffled = random.Random(1).sample(posts, len(posts))
    assert told(tree_of(*shuffled)) == told(tree)
    depth = {node.node_id: node.depth for node in tree.nodes}
    assert all(node.depth == depth[node.parent] + 1 for node in tree.nodes if node.parent)
    assert len(depth) == len(tree.nodes)


@given(st.integers(40, 120), st.floats(0, 1))
def test_minhash_estimates_resemblance_within_four_standard_errors(words: int, kept: float) -> None:
    rng = random.Random(words)
    text = [str(rng.randrange(10**6)) for _ in range(words)]
    cut = round(words * kept)
    other = text[:cut] + [str(rng.randrange(10**6)) for _ in range(words - cut)]
    one, two = shingles(" ".join(text)), shingles(" ".join(other))
    estimate = float((signature(one) == signature(two)).mean())
    assert abs(estimate - len(one & two) / len(one | two)) < 4 * 0.0442


def test_short_texts_are_alike_to_nothing() -> None:
    index = LikenessIndex()
    index.add("a", "Danke, das hilft!")
    assert index.copied("Danke, das hilft!") is None
    assert index.quoted("Danke, das hilft!") is None


def test_growth_is_births_by_time_lived() -> None:
    day = timedelta(days=1)
    # one place for a day, two for the next: three place-days, one birth in them and one at the end
    found = growth(START, [START + day, START + 2 * day], {"a": 0, "b": 1, "c": 1}, None)
    assert found.per_day == pytest.approx(2 / 3)
    assert found.doubling_days == pytest.approx(log(2) * 1.5)
    assert found.generations == (1, 2)
    assert found.branching == 2
    assert growth(START, [START + day], {"a": 0, "b": 1}, START + 3 * day).per_day == pytest.approx(1 / 5)


def test_a_matter_that_stayed_has_no_growth() -> None:
    found = growth(START, [], {"a": 0}, START + timedelta(days=9))
    assert (found.per_day, found.doubling_days, found.branching) == (None, None, None)
