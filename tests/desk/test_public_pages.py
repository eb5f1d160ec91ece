"""Public pages: for everybody alike, in two languages, without cookies, and without a word about anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import feedparser
import pytest
from django.test import Client
from lxml import html as lxml_html

from kulanz.desk.conf import conf
from kulanz.desk.models import Member
from kulanz.desk.public import feeds, pages
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.rulebook import Wording, digests
from kulanz.desk.services import rulebook

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WORDS = Wording(
    title_de="Fair bleiben", title_en="Stay fair", text_de="Seid fair.", text_en="Be <b>fair</b>."
)
PAGES = ("/rules", "/rules/fair", "/rules/fair/1", "/promises", "/report")
FILES = ("/rules.atom", "/rules/fair/1/de.md", "/report.csv")


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    open_to_all = replace(conf(), public_pages=True, company=("Kontaktor",))
    for module in (pages, feeds):
        monkeypatch.setattr(module, "conf", lambda: open_to_all)


@pytest.fixture
def fair(alice: Actor, now: datetime) -> None:
    rule = rulebook.save_rule(actor=alice, rule=None, seen=0, key="fair", wording=WORDS, now=now)
    rulebook.publish(actor=alice, rule=rule, seen=rule.version, start=now, now=now)


@pytest.mark.parametrize("address", [*PAGES, *FILES])
def test_a_page_is_the_same_for_everybody_and_any_cache_may_keep_it(
    client: Client, public: None, fair: None, address: str, members: dict[str, Member]
) -> None:
    first = client.get(address)
    assert first.status_code == 200
    assert not first.cookies
    assert first["Cache-Control"] == "public, max-age=300"
    assert first["Vary"] == "Accept-Language"
    assert client.get(address, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    client.force_login(members["alice"], BACKEND)
    again = client.get(address)
    assert (again.content, again["Vary"], again.cookies) == (first.content, "Accept-Language", first.cookies)
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", PAGES)
def test_a_page_speaks_the_language_of_its_address_else_the_browsers(
    client: Client, public: None, fair: None, address: str
) -> None:
    for asked, lang in (({}, "en"), ({"HTTP_ACCEPT_LANGUAGE": "fr, de-AT;q=0.9, en;q=0.5"}, "de")):
        shown = client.get(address, **asked)
        assert shown["Content-Language"] == lang
        assert lxml_html.fromstring(shown.content).get("lang") == lang
    assert client.get(f"{address}?lang=en", HTTP_ACCEPT_LANGUAGE="de")["Content-Language"] == "en"


def test_without_the_setting_there_is_no_public_page(client: Client, fair: None) -> None:
    assert {client.get(each).status_code for each in (*PAGES, *FILES)} == {404}


def test_what_makes_no_sense_is_told_and_kept_by_no_cache(client: Client, public: None, fair: None) -> None:
    wrong = {"/rules/unfair": 404, "/rules/fair/2": 404, "/rules/fair/1/fr.md": 404, "/report?month=x": 400,
             "/report?month=2999-01": 400}  # fmt: skip
    shown = {each: client.get(each) for each in wrong}
    assert {each: answer.status_code for each, answer in shown.items()} == wrong
    assert {answer["Cache-Control"] for answer in shown.values()} == {"no-store"}


def test_every_version_stays_at_its_address_and_says_what_changed(
    client: Client, public: None, fair: None, alice: Actor, now: datetime
) -> None:
    from kulanz.desk.models import Rule  # noqa: PLC0415

    first = client.get("/rules/fair/1").content.decode()
    seen = Rule.objects.get()
    kinder = replace(WORDS, text_en="Be kind.")
    seen = rulebook.save_rule(actor=alice, rule=seen, seen=seen.version, key="fair", wording=kinder, now=now)
    later = datetime.now(now.tzinfo) + timedelta(days=9)
    rulebook.publish(actor=alice, rule=seen, seen=seen.version, start=later, now=now)
    assert "Be &lt;b&gt;fair&lt;/b&gt;." in first
    assert "Be &lt;b&gt;fair&lt;/b&gt;." in client.get("/rules/fair").content.decode()
    announced = client.get("/rules/fair/2").content.decode()
    assert "it does not hold yet" in announced
    assert "<ins>kind.</ins>" in announced
    assert digests(kinder)["text_en"] in announced
    listed = client.get("/rules").content.decode()
    assert "Announced" in listed


def test_the_feed_of_the_rules_is_valid(client: Client, public: None, fair: None) -> None:
    read = feedparser.parse(client.get("/rules.atom?lang=de").content)
    assert not read.bozo
    assert read.version == "atom10"
    assert [each.title.split(",")[0] for each in read.entries] == ["Fair bleiben"]
    assert read.entries[0].link.endswith("/rules/fair/1")
