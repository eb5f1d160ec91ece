from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.core.posts import Post
from kulanz.sources.detect import detected, posts_of
from kulanz.sources.errors import Problems, SourceError
from kulanz.sources.feed import READER
from kulanz.sources.feedxml import MAX_FEED_BYTES, safe_utf8
from kulanz.sources.formats import ReadOptions
from kulanz.sources.items import Item

DATA = Path(__file__).parents[1] / "data" / "feed"
BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<rss version="2.0"><channel><item><title>&b;</title><guid>1</guid></item></channel></rss>"""


def read(data: bytes, problems: Problems | None = None) -> list[Post]:
    noted = Problems() if problems is None else problems
    return list(READER.read(Item("f.xml", io.BytesIO(data)), noted, ReadOptions()))


def sample(name: str) -> list[Post]:
    data = (DATA / name).read_bytes()
    assert READER.accepts(data[:65536], name)
    problems = Problems()
    posts = read(data, problems)
    assert not problems.kept
    return posts


def rss(*items: str) -> bytes:
    inside = "".join(f"<item><pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>Blog</title>{inside}</channel></rss>'.encode()


def test_rfc_4685_replies_join_their_root_over_two_steps() -> None:
    posts = sample("public_inbox_thread.atom")
    assert {post.thread_id for post in posts} == {posts[0].post_id}
    assert [post.reply_to for post in posts] == [None, posts[0].post_id, posts[1].post_id]
    assert posts[1].text == "Same here."
    assert posts[1].quotes == ("When I export more than 10k rows I get error 500.",)
    assert posts[1].code == ()
    assert posts[2].author_id == "carol@example.org"
    assert posts[2].created_at == datetime(2026, 6, 2, 9, tzinfo=UTC)


def test_wordpress_comments_join_the_thread_of_their_post() -> None:
    opened = {post.thread_id: post.thread_title for post in sample("wordpress_posts.atom")}
    comments = sample("wordpress_comments.atom")
    assert [opened[post.thread_id] for post in comments] == [post.thread_title for post in comments]
    assert comments[1].text == "Same here (edited)"


def test_wordpress_rss_comments_without_references() -> None:
    posts = sample("wordpress_post_comments.rss")
    assert {post.thread_id for post in posts} == {"http://127.0.0.1:8960/export-of-large-tables/"}
    assert {post.thread_title for post in posts} == {"Export of large tables"}


def test_phpbb_footer_is_not_the_writers_words() -> None:
    posts = sample("phpbb_board.atom")
    assert [post.text for post in posts[:2]] == [
        "Same here with 4.2",
        "When I export more than 10k rows I get error 500",
    ]
    assert posts[0].thread_title == "Export fails"


def test_nodebb_topics() -> None:
    replies = sample("nodebb_topic.rss")
    assert {post.thread_id for post in replies} == {
        "http://127.0.0.1:4567/topic/2/export-to-csv-fails-with-large-tables"
    }
    recent = sample("nodebb_recent_posts.rss")
    assert [post.thread_id for post in recent[:3]] == [recent[2].post_id] * 3


def test_entries_of_the_same_title_are_not_one_thread() -> None:
    weekly = "<title>Wochenbericht</title><link>https://b.de/{0}</link>"
    posts = read(rss(weekly.format(1), weekly.format(2)))
    assert [post.thread_id for post in posts] == ["https://b.de/1", "https://b.de/2"]


def test_replies_by_title_join_the_entry_they_answer() -> None:
    posts = read(
        rss(
            "<title>AW: Mahnung</title><guid>2</guid>",
            "<title>Mahnung</title><guid>1</guid><author>anna＠example.org (Anna)</author>",
        )
    )
    assert [post.thread_id for post in posts] == ["1", "1"]
    assert posts[1].author_id == "anna@example.org"


def test_circular_references_end() -> None:
    entry = "<entry><id>{0}</id><updated>2026-06-01T10:00:00Z</updated><t:in-reply-to ref='{1}'/></entry>"
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:t="http://purl.org/syndication/thread/1.0">'
        f"{entry.format('a', 'b')}{entry.format('b', 'a')}</feed>"
    )
    assert [post.post_id for post in read(feed.encode())] == ["a", "b"]


def test_entries_without_date_or_id_are_reported() -> None:
    problems = Problems()
    undated = b"<rss><channel><item><guid>1</guid></item><item><title>x</title></item></channel></rss>"
    assert read(undated, problems) == []
    assert problems.total == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_entity_bombs_are_refused_in_every_encoding(encoding: str) -> None:
    with pytest.raises(SourceError, match="entities"):
        read(BOMB.encode(encoding))


def test_an_encoding_that_hides_a_bomb_is_not_believed() -> None:
    hidden = b'<?xml version="1.0" encoding="utf-7"?>' + BOMB.partition("?>")[2].encode("utf-7")
    with pytest.raises(SourceError, match="entities"):
        read(hidden)
    assert b"<!DOCTYPE" not in safe_utf8(b'<?xml version="1.0" encoding="cp037"?><rss/>')


def test_size_is_limited() -> None:
    with pytest.raises(SourceError, match="MiB"):
        safe_utf8(b" " * (MAX_FEED_BYTES + 1))


def test_a_feed_is_never_taken_for_an_address() -> None:
    problems = Problems()
    assert read(b"http://127.0.0.1:9/", problems) == []
    assert read(b"/etc/hostname", problems) == []


def test_latin_1_declared_as_nothing() -> None:
    post = read(rss("<guid>1</guid><description>Unverschaemt</description>").replace(b"ae", b"\xe4"))[0]
    assert post.text == "Unverschämt"


@pytest.mark.parametrize("head", [b"<html><body><rss>", b'{"rss": 1}', b"", b"<!-- x -->"])
def test_other_files_are_not_accepted(head: bytes) -> None:
    assert not READER.accepts(head, "feed.xml")


@given(st.binary(max_size=500))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    READER.accepts(data, "x")
    for content in (data, rss("<guid>1</guid><description>").replace(b"</item>", data)):
        try:
            posts = read(content)
        except SourceError:
            continue
        for post in posts:
            f"{post.text}{post.author_id}{post.thread_id}".encode()


def test_a_feed_with_entities_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text(BOMB, "utf-8")
    problems = Problems()
    options = ReadOptions()
    for item, reader in detected([path], problems, options):
        assert list(posts_of(item, reader, problems, options)) == []
    (problem,) = problems.kept
    assert "declares XML entities, which are not read" in problem.reason


def test_a_prologue_of_many_comments_costs_no_time() -> None:
    assert not READER.accepts(b"<!---->" * 9_000, "f.xml")


def test_a_comment_without_an_address_keeps_an_id() -> None:
    (post,) = read(rss("<title>Comment on Prices by Eva</title><guid>#c1</guid>"))
    assert post.thread_id == "#c1"
