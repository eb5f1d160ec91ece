"""The whole way of an issue: from a quarrel in a real Misago to the report on it, in browsers.

One worker does its part as it does at work; what it does is waited for on the pages that show it. With
``KULANZ_SCREENSHOTS=FOLDER`` pictures and the report are left there.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from time import monotonic
from typing import Any, Final

import pypdfium2
import pytest
from visitor import WORD, Visitor

from desk_site import DeskSite, desk_site
from kulanz.desk.services.report_files import pdf_missing
from servers.fixtures import site_fixture, without
from servers.misago import PASSWORD, MisagoSite
from smtp_site import SmtpSite, smtp_site

TITLE: Final = "Dunning letters though I paid"
PAID: Final = (
    "I paid my invoice in March. Since then I have got three dunning letters, and now a collection agency"
    " writes to me over 12.40 euros. I wrote to you three times. Why does nobody answer?"
)
TOO: Final = "Same here! Two reminders for an invoice that I paid weeks ago. This is a scandal, nobody reads."
AGAIN: Final = (
    "Another letter came today, they threaten me with a lawyer. I am furious. Is anybody human there?"
)
QUARREL: Final = (("Bob", PAID), ("Alice", TOO), ("Bob", AGAIN))
BAD: Final = "According to section 5 of our terms you are in default. Please contact our support."
GOOD: Final = (
    "Hello Bob,\n\nI am sorry that nobody answered you: that was our mistake. My name is Alice Beispiel, and"
    " I look after it myself. I stop the letters today. By Friday I write to you what became of your payment;"
    " you reach me by a private message."
)
PROMISE: Final = "A written answer on what came of the payment"
ANSWER: Final = "Thank you, at last a human being. Friday suits me."
OUTCOME: Final = "The payment was found, and the fees were taken back."
PATIENCE_S: Final = 60
PICTURES: Final = os.environ.get("KULANZ_SCREENSHOTS")
misago = site_fixture("misago")


@dataclass
class World:
    """A forum in which customers are angry, the desk that is to read it, and its outgoing mail."""

    forum: MisagoSite
    topic: str
    desk: DeskSite
    smtp: SmtpSite


@pytest.fixture(scope="module")
def pdfs() -> None:
    """For what needs WeasyPrint and the system's Pango."""
    if pdf_missing():
        without("what makes PDFs", "pip install 'kulanz[pdf]', and run scripts/install-test-servers")


@pytest.fixture(scope="module")
def world(pdfs: None, tmp_path_factory: pytest.TempPathFactory, misago: MisagoSite) -> Iterator[World]:
    (opener, first), *rest = QUARREL
    topic = misago.open(TITLE, first, by=opener).thread_id
    for author, text in rest:
        misago.post(topic, text, by=author)
    with smtp_site() as smtp:
        settings = {"KULANZ_MAIL_URL": smtp.url, "KULANZ_MAIL_FROM": "kulanz@kontaktor.example"}
        with desk_site(tmp_path_factory.mktemp("way"), workers=1, settings=settings) as desk:
            desk.act("people", WORD)
            yield World(misago, topic, desk, smtp)


@pytest.fixture(scope="module")
def member(world: World, browser: Any) -> Iterator[Callable[[str], Visitor]]:
    """Members at browsers of their own, logged in."""
    visitors: list[Visitor] = []

    def logged_in(name: str) -> Visitor:
        visitors.append(Visitor(browser, world.desk.url, accept_downloads=True))
        visitors[-1].log_in(name, WORD)
        return visitors[-1]

    yield logged_in
    for visitor in visitors:
        visitor.context.close()
    assert [each for visitor in visitors for each in visitor.complaints] == []


def test_from_an_alarm_to_the_report(world: World, browser: Any, member: Callable[[str], Visitor]) -> None:
    _add_the_forum(member("adam"), world)
    alice, carla = member("alice"), member("carla")
    thread = _alarm(alice, world)
    _draft_with_findings(alice)
    _approve(carla)
    _post(alice, world, thread)
    case = _open_case(alice)
    link = _hand_over(alice, world, case)
    _customer_answers(browser, world, link)
    _settle(alice, case)
    _close_issue(alice)
    _check_report(_report(alice))


def _add_the_forum(adam: Visitor, world: World) -> None:
    adam.see("/sources/new?kind=misago")
    account = {"key_user": world.forum.moderator, "key_password": PASSWORD}
    adam.send("/sources/add", name="Our forum", address=world.forum.url, **account)
    assert "Our forum" in adam.text()


def _alarm(alice: Visitor, world: World) -> str:
    """The mail of an alarm leads to the conversation; return its path."""
    mail = _until(lambda: _mail(world.smtp, "alice@kontaktor.example", "Alarm"))
    assert TITLE in mail["Subject"]
    path = re.search(rf"{alice.url}(/threads/\d+)", mail.get_content())
    assert path
    alice.see(path[1])
    assert "I paid my invoice in March." in alice.text()
    alice.send("/take")
    assert "in work" in alice.text()
    return path[1]


def _draft_with_findings(alice: Visitor) -> None:
    """What she types first is found wanting; she writes anew, and asks for approval."""
    alice.go(alice.page.locator("[data-rows] a[data-open]"))
    form = alice.page.locator("form[action$='/reply']")
    found, field = form.locator(".check"), form.locator("textarea")
    field.press_sequentially(BAD)
    found.get_by_text("Somebody else has to approve it").wait_for(timeout=PATIENCE_S * 1000)
    for finding in ("quotes contract, terms, process or law", "sends away"):
        assert finding in found.inner_text()
    _picture(alice, "findings")
    field.fill(GOOD)
    found.locator(".good", has_text="gives a named contact").wait_for()
    assert "sends away" not in found.inner_text()
    alice.go(form.get_by_role("button", name="Ask for approval"))
    assert "Somebody else is asked to look at it." in alice.text()


def _approve(carla: Visitor) -> None:
    carla.see("/waiting")
    carla.go(carla.page.locator('[data-rows] a[href^="/threads/"]'))
    assert GOOD in carla.text()
    carla.send("/approve")
    assert "approved by Carla Beispiel" in carla.text()


def _post(alice: Visitor, world: World, thread: str) -> None:
    """It stands in the forum, and is known again when it is read back."""
    alice.see(thread)
    alice.send("/send")
    _until(lambda: (world.forum.moderator, GOOD) in world.forum.texts(world.topic))
    _until(_shows(alice, thread, "Our post in the conversation"))
    assert len(world.forum.texts(world.topic)) == len(QUARREL) + 1
    _picture(alice, "answered")


def _open_case(alice: Visitor) -> str:
    alice.go(alice.page.locator('main a[href^="/issues/"]').first)
    alice.go(alice.page.get_by_role("button", name="Open a case for Bob"))
    case = alice.page.url.removeprefix(alice.url)
    alice.send("/edit", title="Three letters for a paid invoice", email="bob@customer.example")
    alice.send("/promise", what=PROMISE, hours="8")
    assert PROMISE in alice.text()
    return case


def _hand_over(alice: Visitor, world: World, case: str) -> str:
    """A mail tells the customer who, until when and where that can be seen; return the link's path."""
    alice.send("/handover", language="en")
    alice.send("/send")
    mail = _until(lambda: _mail(world.smtp, "bob@customer.example", ""))
    told = mail.get_content()
    assert "Alice Beispiel" in told
    assert PROMISE in told
    link = re.search(rf"{alice.url}(/status/\S+)", told)
    assert link
    return link[1]


def _customer_answers(browser: Any, world: World, link: str) -> None:
    """Without a login, on a phone and without scripts."""
    bob = Visitor(browser, world.desk.url, java_script_enabled=False, viewport={"width": 390, "height": 844})
    assert bob.see(link) == 200
    assert "Alice Beispiel" in bob.text()
    assert PROMISE in bob.text()
    bob.page.fill("#answer-text", ANSWER)
    bob.go(bob.page.locator("#answer form button").first)
    assert "Your message has arrived." in bob.text()
    _picture(bob, "status page")
    assert (bob.context.cookies(), bob.complaints) == ([], [])
    bob.context.close()


def _settle(alice: Visitor, case: str) -> None:
    alice.see(case)
    assert ANSWER in alice.text()
    alice.send("/keep")
    alice.send("/resolve", outcome=OUTCOME)
    alice.send("/close")
    assert OUTCOME in alice.text()
    assert "A message was received." in alice.text()
    _picture(alice, "case")


def _close_issue(alice: Visitor) -> None:
    alice.go(alice.page.locator('main a[href^="/issues/"]').first)
    alice.send("/close", outcome="goodwill", reason=OUTCOME)
    assert "goodwill shown" in alice.text()


def _report(alice: Visitor) -> str:
    """Take the report along as PDF, and return what can be read in it."""
    alice.go(alice.page.locator("main a.button", has_text="Report"))
    _picture(alice, "report")
    with alice.page.expect_download() as download:
        alice.page.get_by_role("link", name="PDF, English").click()
    printed = Path(download.value.path())
    if PICTURES:
        shutil.copy(printed, Path(PICTURES) / "whole way report.pdf")
    with pypdfium2.PdfDocument(printed) as pages:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def _check_report(told: str) -> None:
    """It tells what happened, who answered when, and that the promise was kept."""
    words = (
        TITLE,
        "goodwill shown",
        "An alarm was raised.",
        "Alice Beispiel opened the issue.",
        "Alice Beispiel was the first of the company to answer in public.",
        "Alice Beispiel in public",
        "Alice Beispiel in private",
        "1 of 1 promise kept, 0 broken.",
        PROMISE,
        "Alice Beispiel closed the issue.",
        "an apology, empathy, a named person, a concrete action, a handover",
    )
    assert [each for each in words if each not in told] == []


def _until(seen: Callable[[], Any]) -> Any:
    """Look until there is something to see."""
    end = monotonic() + PATIENCE_S
    while not (found := seen()):
        assert monotonic() < end, "it was waited for in vain"
    return found


def _shows(visitor: Visitor, path: str, words: str) -> Callable[[], bool]:
    return lambda: visitor.see(path) == 200 and words in visitor.text()


def _mail(smtp: SmtpSite, to: str, subject: str) -> EmailMessage | None:
    fitting = (each for each in smtp.mails if each["To"] == to and subject in each["Subject"])
    return next(fitting, None)


def _picture(visitor: Visitor, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        visitor.page.screenshot(path=Path(PICTURES) / f"whole way {name}.png", full_page=True)
