"""The spread tree in the terminal, as a picture and as a page."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from kulanz.core.posts import Post
from kulanz.core.spoken import Lang
from kulanz.core.spread import SpreadTree, spread_tree
from kulanz.pages.spreading import print_spread, write_spread_page, write_spread_picture
from kulanz.pages.spreading.layout import DRAWN_AT_MOST, NARROW, picture_of
from kulanz.pages.words import Words

START = datetime(2026, 6, 9, tzinfo=UTC)
FORUM = "https://forum.example/t/4711"
_SVG = "{http://www.w3.org/2000/svg}"


def tree_of(*titles: str, url: str | None = None) -> SpreadTree:
    origin = Post(
        thread_id="4711", post_id="1", author_id="a", created_at=START, text="",
        thread_title="Mahnung", thread_url=FORUM, thread_views=13016,
    )  # fmt: skip
    others = [
        Post(
            thread_id=f"blog-{number}", post_id="1", author_id="b", created_at=START + timedelta(days=number),
            text="", links=(FORUM,), thread_title=title, thread_url=url or f"https://blog{number}.example/",
        )
        for number, title in enumerate(titles, start=1)
    ]  # fmt: skip
    return spread_tree("4711", lambda: [origin, *others])


def page(tree: SpreadTree, lang: Lang = "en") -> str:
    out = io.StringIO()
    write_spread_page(out, tree, lang)
    return out.getvalue()


def picture(tree: SpreadTree) -> str:
    out = io.StringIO()
    write_spread_picture(out, tree, "en")
    return out.getvalue()


def printed(tree: SpreadTree, lang: Lang = "en") -> str:
    out = io.StringIO()
    print_spread(Console(file=out, width=100), tree, lang)
    return out.getvalue()


def test_the_picture_is_a_drawing_by_itself() -> None:
    root = ET.fromstring(picture(tree_of("One", "Two")))  # noqa: S314 - our own output
    assert root.tag == f"{_SVG}svg"
    assert [text.text for text in root.iter(f"{_SVG}text") if text.get("class") == "name"] == [
        "Mahnung", "One", "Two",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\x1b[2J\u202e"]
)
def test_foreign_titles_stay_text(title: str) -> None:
    tree = tree_of(title)
    for written in (page(tree), picture(tree)):
        assert "<script" not in written
        assert "<img" not in written
        assert "\x1b" not in written
        assert "\u202e" not in written
    assert "\x1b[2J" not in printed(tree)


def test_a_fast_matter_doubles_in_hours() -> None:
    posts = [
        Post(
            thread_id=f"t{hour}", post_id="1", author_id="a", created_at=START + timedelta(hours=hour),
            text="", links=(FORUM,) if hour else (),
            thread_url=f"https://t{hour}.example/" if hour else FORUM,
        )
        for hour in range(6)
    ]  # fmt: skip
    told = printed(spread_tree("t0", lambda: posts))
    assert "doubles in 2.1 hours" in told
    assert "The views of 6 places are unknown." in told
    assert "whose views are known" not in told


def test_two_places_are_too_few_to_tell_growth_and_the_first_is_named() -> None:
    told = " ".join(printed(tree_of("One", "Two")).split())
    assert "The first: One, blog1.example, link, 10 Jun 2026" in told
    assert "doubles" not in told
    assert "on average" not in told


def test_a_narrow_picture_cuts_no_way_and_the_signs_are_explained() -> None:
    tree = tree_of("One", url="https://a-very-long-name.of-somebody.example/")
    words = Words("en")
    lines = picture_of(tree, words, NARROW).marks[1].facts
    assert lines == ("a-very-long-name.of-somebody.example", "link", "10 Jun 2026, 00:00")
    assert "◉ origin, ○ link" in page(tree)


def test_a_hostile_address_is_no_link() -> None:
    tree = tree_of("One", url="javascript:alert(1)")
    assert "javascript:" not in page(tree)


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    written = unescape(page(tree_of("One")))
    assert "default-src 'none'" in written
    assert "script-src" not in written
    assert "<script" not in written


def test_both_languages_tell_the_sums() -> None:
    tree = tree_of("One", "Two")
    assert "2 other places took the matter up." in printed(tree)
    assert "2 andere Orte haben die Sache aufgegriffen." in printed(tree, "de")
    assert "13.016-mal" in page(tree, "de")


def test_a_thread_that_nobody_took_up_says_so() -> None:
    assert "Nothing that was read takes this thread up." in printed(tree_of())


def test_what_is_too_much_to_draw_stands_in_the_table() -> None:
    tree = tree_of(*(f"Title {number}" for number in range(DRAWN_AT_MOST + 5)))
    drawn = picture_of(tree, Words("en"))
    assert (len(drawn.marks), drawn.left_out) == (DRAWN_AT_MOST, 6)
    assert f"Title {DRAWN_AT_MOST + 4}" in page(tree)
