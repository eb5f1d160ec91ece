"""What happens on a real WordPress, and what is seen of it by API and by feed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from following import Following, kinds

from kulanz.testing.connectors import ConnectorSuite
from servers.frame import Written
from servers.wordpress import WordPressSite

_SECOND = 1.1
"""WordPress keeps whole seconds: an edit in the second of the publication is none for it."""


class TestWordPress(ConnectorSuite):
    name = "wordpress"
    fewest_posts = 5

    @pytest.fixture(autouse=True)
    def site(self, wordpress: WordPressSite) -> None:
        self.wordpress = wordpress

    @contextmanager
    def serving(self) -> Iterator[str]:
        article = self.wordpress.open("Prices", "We raise our prices.")
        comment = self.wordpress.post(article.thread_id, "Why now?")
        self.wordpress.post(article.thread_id, "Because.", by="Admin", parent=comment)
        self.wordpress.trackback(
            article.thread_id, source="http://blog.example/1", title="Prices", excerpt="Again.", blog="Blog"
        )
        yield self.wordpress.url


@pytest.fixture
def article(wordpress: WordPressSite) -> Written:
    return wordpress.open("Invoice", "Our new invoices.")


@pytest.fixture
def following(wordpress: WordPressSite, tmp_path: Path) -> Following:
    return Following("wordpress", wordpress.url, tmp_path)


def name(wordpress: WordPressSite, article: Written, comment: str) -> str:
    return f"{wordpress.name_of(article.thread_id)}#comment-{comment}"


def test_a_quiet_site_costs_three_requests(following: Following, article: Written) -> None:
    following.look()
    following.look()
    before = following.reading.http.requests
    assert following.look() == []
    assert following.reading.http.requests - before <= 3


def test_comments_join_their_article_with_authors_and_parents(
    wordpress: WordPressSite, following: Following, article: Written
) -> None:
    first = wordpress.post(article.thread_id, "Mine is <em>wrong</em>.")
    second = wordpress.post(article.thread_id, "We look into it.", by="Admin", parent=first)
    guest = wordpress.comment_as_guest(article.thread_id, "Same here.", "Eva")
    following.look()
    posts = following.posts()
    thread = wordpress.name_of(article.thread_id)
    found = [posts[name(wordpress, article, each)] for each in (first, second, guest)]
    assert [post.author_id for post in found] == ["Alice", "Admin", "Eva"]
    assert [post.reply_to for post in found] == [thread, found[0].post_id, thread]
    assert {post.thread_id for post in found} == {thread}
    assert found[0].text == "Mine is wrong."
    assert posts[thread].author_id == "Admin"
    assert posts[thread].thread_title == "Invoice"


def test_what_happens_to_a_comment_is_seen_at_the_next_look(
    wordpress: WordPressSite, following: Following, article: Written
) -> None:
    old = wordpress.post(article.thread_id, "First.")
    comment = wordpress.post(article.thread_id, "The invoice is wrong.")
    wordpress.post(article.thread_id, "Last.")
    post_id = name(wordpress, article, comment)
    following.look()
    wordpress.edit(article.thread_id, comment, "The invoice is fine.")
    assert kinds(following.look()) == [("edited_silently", post_id)]
    wordpress.delete(article.thread_id, comment)
    assert kinds(following.look()) == [("removed", post_id)]
    wordpress.restore(article.thread_id, comment)
    assert kinds(following.look()) == [("restored", post_id)]
    wordpress.hide(article.thread_id, old)
    assert kinds(following.look()) == [("removed", name(wordpress, article, old))]


def test_an_article_is_edited_closed_opened_and_deleted(
    wordpress: WordPressSite, following: Following, article: Written
) -> None:
    wordpress.post(article.thread_id, "A comment.")
    thread = wordpress.name_of(article.thread_id)
    following.look()
    wordpress.lock(article.thread_id)
    assert kinds(following.look()) == [("locked", None)]
    wordpress.unlock(article.thread_id)
    assert kinds(following.look()) == [("unlocked", None)]
    time.sleep(_SECOND)
    wordpress.edit_article(article.thread_id, "Our newest invoices.")
    (edit,) = following.look()
    assert (edit.kind, edit.post_id) == ("edited", thread)
    assert edit.changed_at is not None
    wordpress.delete_thread(article.thread_id)
    assert kinds(following.look_again(thread)) == [("removed", None)]


def test_a_trackback_is_found_by_the_feed_and_stays_when_the_thread_is_read_again(
    wordpress: WordPressSite, following: Following, article: Written
) -> None:
    wordpress.post(article.thread_id, "A comment.")
    following.look()
    wordpress.trackback(
        article.thread_id, source="http://blog.example/1", title="Look", excerpt="Odd dunning.", blog="Blog"
    )
    following.look()
    thread = wordpress.name_of(article.thread_id)
    (trackback,) = (
        post for post in following.posts().values() if post.author_id == "Blog" and post.thread_id == thread
    )
    assert trackback.text == "Look\n\nOdd dunning."
    assert following.look_again(thread) == []
    wordpress.delete(article.thread_id, trackback.post_id.rpartition("-")[2])
    assert kinds(following.look_again(thread)) == [("removed", trackback.post_id)]


def test_a_feed_of_comments_calls_them_as_the_api_does(
    wordpress: WordPressSite, following: Following, article: Written, tmp_path: Path
) -> None:
    comment = wordpress.post(article.thread_id, "By whatever way.")
    by_feed = Following("feed", wordpress.address(article.thread_id) + "feed/", tmp_path / "feed")
    following.look()
    by_feed.look()
    post_id = name(wordpress, article, comment)
    api, feed = following.posts()[post_id], by_feed.posts()[post_id]
    assert (api.thread_id, api.author_id, api.text, api.created_at) == (
        feed.thread_id, feed.author_id, feed.text, feed.created_at,
    )  # fmt: skip


def test_edits_and_removals_in_a_feed(wordpress: WordPressSite, article: Written, tmp_path: Path) -> None:
    comments = [wordpress.post(article.thread_id, f"Comment {number}.") for number in range(3)]
    feed = Following("feed", wordpress.address(article.thread_id), tmp_path)
    time.sleep(1 - time.time() % 1)  # a feed that changed in the second of its answer is not believed
    feed.look()
    thread = wordpress.name_of(article.thread_id)
    wordpress.edit(article.thread_id, comments[1], "Something else.")
    # WordPress calls a feed unchanged until there is a new comment, which is believed for an hour.
    assert feed.look() == []
    feed.ahead += timedelta(hours=1)
    assert kinds(feed.look()) == [("edited_silently", name(wordpress, article, comments[1]))]
    wordpress.delete(article.thread_id, comments[2])
    feed.ahead += timedelta(hours=1)
    assert kinds(feed.look()) == [("removed", name(wordpress, article, comments[2]))]
    assert thread in {post.thread_id for post in feed.posts().values()}


def test_an_article_behind_a_password_is_hidden(
    wordpress: WordPressSite, following: Following, article: Written
) -> None:
    following.look()
    thread = wordpress.name_of(article.thread_id)
    wordpress.protect(article.thread_id, "only for staff")
    assert ("hidden", thread) in kinds(following.look())
    wordpress.protect(article.thread_id, "")
    assert ("restored", thread) in kinds(following.look())
