"""Pages on a phone, in a real browser: what needs somebody comes first, and no label is cut."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from desk_people import logged_in, make_thread
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from kulanz.core.posts import Post as Said
from kulanz.core.spread import spread_tree
from kulanz.desk.models import Account, Issue, Member, Post, Source, Thread
from kulanz.desk.web import threads

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, which the lock names")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
FORUM = "https://forum.example/t/4711"
TITLE = "A long title of a post in a blog that tells the whole matter once more"
CUT = """() => [...document.querySelectorAll("main svg text")].filter(e => {
  const box = e.getBoundingClientRect(), room = e.closest("section").getBoundingClientRect();
  return box.width && (box.left < room.left - 1 || box.right > room.right + 1);
}).map(e => e.textContent)"""


@pytest.fixture
def talk(members: dict[str, Member], forum: Source) -> Thread:
    """A conversation of people with long names, on both fronts."""
    now = timezone.now()
    thread = make_thread(forum, now, "4711")
    for number, role in enumerate(("complainant", "affected", "staff", "defending", "")):
        key = f"somebody.with.a.long.name.{number}"
        account = Account.objects.create(source=forum, key=key, first_seen_at=now)
        Post.objects.create(
            source=forum, thread=thread, account=account, key=str(number), text="Words.", text_since=now,
            seen_at=now, created_at=now,
        )  # fmt: skip
        thread.roles[key] = role
    thread.save()
    return thread


def visit(live: LiveServer, chromium: str, member: Member, look: Any) -> None:
    client = logged_in(member)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live.url}
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])

        def page(size: dict[str, int], path: str, **more: Any) -> Any:
            context = browser.new_context(viewport=size, **more)
            context.add_cookies([cookie])
            opened = context.new_page()
            opened.goto(live.url + path)
            return opened

        look(page)
        browser.close()


@pytest.mark.django_db(transaction=True)
def test_the_first_matter_is_on_the_first_screen_and_filters_unfold(
    live_server: LiveServer, members: dict[str, Member], talk: Thread, chromium: str
) -> None:
    def look(page: Any) -> None:
        phone = page(PHONE, "/")
        row = phone.locator("[data-rows] > li").first.bounding_box()
        assert row["y"] + row["height"] < PHONE["height"]
        assert not phone.get_by_label("Stage").is_visible()
        phone.get_by_text("Filter", exact=True).click()
        assert phone.get_by_label("Stage").is_visible()
        assert page(PHONE, "/?stage=issue").get_by_label("Stage").is_visible()
        desk = page(DESK, "/")
        assert desk.get_by_label("Stage").is_visible()
        assert not desk.get_by_text("Filter", exact=True).is_visible()

    visit(live_server, chromium, members["alice"], look)


@pytest.mark.django_db(transaction=True)
def test_the_navigation_is_one_row_and_a_touch_screen_is_offered_no_keys(
    live_server: LiveServer, members: dict[str, Member], talk: Thread, chromium: str
) -> None:
    def look(page: Any) -> None:
        phone = page(PHONE, "/", has_touch=True)
        assert not phone.get_by_text("Press ? for the keys.").is_visible()
        assert not phone.get_by_role("button", name="Keys").is_visible()
        settings = page(PHONE, "/setup", has_touch=True)
        row = settings.get_by_role("navigation", name="Main")
        here = row.get_by_role("link", name="Settings").bounding_box()
        assert row.bounding_box()["height"] < 2 * here["height"]
        assert here["x"] >= 0
        assert here["x"] + here["width"] <= PHONE["width"]
        assert page(DESK, "/").get_by_role("button", name="Keys").is_visible()

    visit(live_server, chromium, members["alice"], look)


@pytest.mark.django_db(transaction=True)
def test_no_label_of_a_picture_is_cut(
    live_server: LiveServer,
    members: dict[str, Member],
    talk: Thread,
    chromium: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = timezone.now()
    origin = Said(
        thread_id=str(talk.pk), post_id="1", author_id="a", created_at=now, text="", thread_title="Dunning",
        thread_url=FORUM, thread_views=13016,
    )  # fmt: skip
    taken_up = [
        Said(
            thread_id=f"blog-{day}", post_id="1", author_id="b", created_at=now + timedelta(days=day),
            text="", links=(FORUM,), thread_title=TITLE, thread_url=f"https://a.long.name.of.a.blog{day}.example/",
            thread_views=day,
        )
        for day in (1, 5)
    ]  # fmt: skip
    tree = spread_tree(str(talk.pk), lambda: [origin, *taken_up])
    monkeypatch.setattr(threads, "spread_of", lambda _row: tree)

    Issue.objects.create(title="Dunning", opened_at=now)
    drawn = (
        (f"/threads/{talk.pk}", "somebody"),
        (f"/threads/{talk.pk}/spread", "A long"),
        ("/monthly", "alarm"),
    )

    def look(page: Any) -> None:
        for path, names in drawn:
            phone = page(PHONE, path)
            assert phone.locator(f"main svg text:has-text('{names}')").locator("visible=true").count()
            assert phone.evaluate(CUT) == []

    visit(live_server, chromium, members["alice"], look)
