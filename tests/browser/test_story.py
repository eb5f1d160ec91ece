"""From a post to a kept promise: a browser by keyboard alone, mail by real servers, time passed in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from visitor import WORD, Visitor

from desk_site import DeskSite, desk_site
from discourse_site import SECRET, DiscourseSite, SiteServer, community
from servers.dovecot import PASSWORD, USER, DovecotSite
from servers.fixtures import site_fixture
from smtp_site import SmtpSite, smtp_site

BATCH: Final = 30
RADAR: Final = "/?days=0"  # the days of the sample are past
dovecot = site_fixture("dovecot")


@dataclass
class World:
    """The desk, its mail, and the customer's."""

    desk: DeskSite
    smtp: SmtpSite
    imap: DovecotSite

    def work(self, at: datetime | None = None) -> None:
        self.desk.act("work", *([at.isoformat()] if at else []))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, dovecot: DovecotSite) -> Iterator[World]:
    dovecot.make("desk")
    inbox = f"{dovecot.url}/desk".replace("://", f"://{USER}:{quote(PASSWORD)}@")
    with smtp_site() as smtp:
        settings = {
            "KULANZ_MAIL_URL": smtp.url,
            "KULANZ_MAIL_FROM": "kulanz@kontaktor.example",
            "KULANZ_INBOX_URL": inbox,
            "SSL_CERT_FILE": str(dovecot.authority),
        }
        with desk_site(tmp_path_factory.mktemp("story"), settings=settings) as desk:
            desk.act("people", WORD)
            yield World(desk, smtp, dovecot)


@pytest.fixture
def alice(world: World, browser: Any) -> Iterator[Visitor]:
    visitor = Visitor(browser, world.desk.url)
    visitor.log_in("alice", WORD)
    yield visitor
    visitor.context.close()
    assert visitor.complaints == []


def send(url: str, body: bytes, headers: dict[str, str]) -> int:
    with urlopen(Request(url, body, headers), timeout=60) as answer:  # noqa: S310 - loopback only
        return int(answer.status)


def push(desk: DeskSite, key: str, lines: list[str]) -> None:
    """Push posts as a forum does, some at a time."""
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/x-ndjson"}
    for start in range(0, len(lines), BATCH):
        body = "\n".join(lines[start : start + BATCH]).encode()
        assert send(f"{desk.url}/hooks/{key}/push", body, headers) == 200


def chosen(visitor: Visitor) -> str:
    return str(visitor.page.locator("[data-rows] > .chosen").get_attribute("id"))


def test_posts_come_by_push_and_end_in_a_kept_promise(world: World, alice: Visitor, sample: Path) -> None:
    alice.see(RADAR)
    assert "Nothing is read yet." in alice.text()
    key = world.desk.act("source", "push", "kontaktor", SECRET)
    push(world.desk, key, (sample / "threads" / "4711.jsonl").read_text("utf-8").splitlines())
    world.work()
    alice.see(RADAR)
    assert "Mahnung, Inkasso" in alice.text()

    _take(alice)
    _open_case(alice)
    case = alice.page.url.removeprefix(world.desk.url)
    _promise_and_answer(alice, case)
    _mail_goes_and_comes(world, alice, case)
    _deadline_is_near(world, alice, case)
    _close(alice, case)


def _take(alice: Visitor) -> None:
    """By the keys j, t alone; what is said then leads to the issue."""
    button = alice.page.locator(".radar > li", has_text="Mahnung, Inkasso").locator("[data-key=t]")
    assert button.count() == 1
    alice.page.keyboard.press("j")
    with alice.page.expect_navigation():
        alice.page.keyboard.press("t")
    assert button.count() == 0
    alice.follow(alice.page.locator(".messages").get_by_role("link", name="Mahnung, Inkasso"))
    assert "/issues/" in alice.page.url
    assert "Alice Beispiel" in alice.text()
    assert "in work" in alice.text()


def _open_case(alice: Visitor) -> None:
    alice.submit("/case")
    assert "/cases/" in alice.page.url
    assert "Private conversation" in alice.text()


def _promise_and_answer(alice: Visitor, case: str) -> None:
    alice.submit("/edit", email="rolf@petersen.example")
    alice.see(case)
    alice.submit("/promise", what="An answer about the dunning", hours="8")
    alice.see(case)
    assert "An answer about the dunning" in alice.text()
    alice.submit("/reply", subject="Your dunning letter", text="Dear Mr Petersen,\nI have it in hand.")
    alice.see(case)
    assert "being sent" in alice.text()


def _mail_goes_and_comes(world: World, alice: Visitor, case: str) -> None:
    world.work()
    letter = next(each for each in world.smtp.mails if each["Subject"] == "Your dunning letter")
    assert letter["To"] == "rolf@petersen.example"
    assert letter["From"].addresses[0].display_name == "Alice Beispiel"
    answer = EmailMessage()
    answer["From"], answer["To"] = "Rolf <rolf@petersen.example>", letter["Reply-To"]
    answer["Subject"], answer["Message-ID"] = "Re: Your dunning letter", "<answer-1@petersen.example>"
    answer["In-Reply-To"] = letter["Message-ID"]
    answer.set_content("Thank you for taking care.\n\n> I have it in hand.\n")
    world.imap.deliver("desk", bytes(answer))
    world.work(datetime.now(UTC) + timedelta(minutes=2))
    alice.see(case)
    assert "Thank you for taking care." in alice.text()
    assert "Is it from the customer?" not in alice.text()
    assert alice.page.locator(".message").count() == 2


def _deadline_is_near(world: World, alice: Visitor, case: str) -> None:
    (promise,) = world.desk.act("promises")
    world.work(datetime.fromisoformat(promise["due"]))
    alice.see(case)
    assert "soon due" in alice.text()
    assert any("promise" in subject.lower() for subject in world.desk.act("told", "alice"))
    alice.submit("/keep")
    alice.see(case)
    assert "soon due" not in alice.text()
    assert "kept" in alice.text()


def _close(alice: Visitor, case: str) -> None:
    alice.submit("/resolve", outcome="The fee was taken back.")
    alice.see(case)
    alice.submit("/close")
    alice.see(case)
    assert "The fee was taken back." in alice.text()
    alice.follow(alice.page.locator('main a[href^="/issues/"]').first)
    issue = alice.page.url.removeprefix(alice.url)
    alice.submit("/close", outcome="goodwill", reason="Fee taken back, dunning stopped.")
    alice.see(issue)
    assert "goodwill shown" in alice.text()


def test_a_webhook_of_discourse_brings_an_issue_to_the_radar(
    world: World, alice: Visitor, sample: Path
) -> None:
    with SiteServer(community(1, 2)) as forum:
        key = world.desk.act("source", "discourse", forum.url, SECRET)
        world.work()
        forum.site.deliveries.clear()
        _quarrel(forum.site, sample)
        _deliver(world.desk, key, forum.site)
        world.work(datetime.now(UTC) + timedelta(minutes=1))
        world.work(datetime.now(UTC) + timedelta(minutes=2))
    alice.see(RADAR)
    row = alice.page.locator(".radar > li", has_text="Dunning though I paid")
    assert row.count() == 1
    assert row.locator(".why li").count() >= 1


def _quarrel(site: DiscourseSite, sample: Path) -> None:
    lines = (sample / "threads" / "4711.jsonl").read_text("utf-8").splitlines()[:40]
    first, *rest = (json.loads(line) for line in lines)
    topic = site.open("Dunning though I paid", first["author_id"], first["text"])
    for post in rest:
        site.reply(topic, post["author_id"], post["text"])


def _deliver(desk: DeskSite, key: str, site: DiscourseSite) -> None:
    for each in site.deliveries:
        assert send(f"{desk.url}/hooks/{key}/discourse", each.body, dict(each.headers)) < 300


def test_the_radar_is_worked_by_keys_alone(world: World, alice: Visitor, sample: Path) -> None:
    key = world.desk.act("source", "push", "another", SECRET)
    for name in ("4711", "2026-03"):
        lines = (sample / "threads" / f"{name}.jsonl").read_text("utf-8").splitlines()
        push(world.desk, key, lines)
    world.work()
    alice.see(RADAR)
    rows = alice.page.locator(".radar > li")
    before = rows.count()
    keys = alice.page.keyboard
    keys.press("j")
    first = chosen(alice)
    keys.press("j")
    assert chosen(alice) != first
    keys.press("k")
    assert chosen(alice) == first
    _ask_for_help_and_search(alice)
    assert rows.count() == before, "keys are letters where somebody types"
    alice.see(RADAR)
    keys.press("j")
    with alice.page.expect_navigation():
        keys.press("f")
    assert rows.count() == before - 1
    keys.press("j")
    with alice.page.expect_navigation():
        keys.press("Enter")
    assert "/threads/" in alice.page.url


def _ask_for_help_and_search(alice: Visitor) -> None:
    keys, help_of_keys = alice.page.keyboard, alice.page.locator("dialog#keys")
    keys.press("?")
    assert help_of_keys.is_visible()
    keys.press("Escape")
    assert not help_of_keys.is_visible()
    keys.press("/")
    assert alice.page.evaluate("document.activeElement.id") == "search"
    keys.type("jtf")
