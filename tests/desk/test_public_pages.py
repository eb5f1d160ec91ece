"""Public pages: for everybody alike, in two languages, without cookies, and without a word about anybody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import feedparser
import pytest
from django.test import Client
from lxml import html as lxml_html
from measure_people import make_forum

from kulanz.desk.conf import conf
from kulanz.desk.models import LogEntry, LogKey, Member, Rule, Source
from kulanz.desk.public import feeds, pages, receipts, record
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.rulebook import Wording, digests
from kulanz.desk.services import (
    log_keys,
    log_proofs,
    log_sequencing,
    measure_notices,
    moderating,
    public_log,
    rulebook,
)
from kulanz.desk.web.record_words import VERIFYING
from kulanz.desk.web.wording import WORDS as TOLD
from kulanz.tlog.canonical import canonical
from kulanz.tlog.entries import ACTS, KINDS, REASONS, SCOPES, SUBJECTS
from kulanz.tlog.notes import VerifierKey
from kulanz.tlog.receipts import parse_receipt

pytestmark = pytest.mark.django_db
WORDS = Wording(
    title_de="Fair bleiben", title_en="Stay fair", text_de="Seid fair.", text_en="Be <b>fair</b>."
)
PAGES = ("/record", "/rules", "/rules/fair", "/rules/fair/1", "/promises", "/receipt", "/report")
FILES = ("/record.atom", "/rules.atom", "/rules/fair/1/de.md", "/report.csv")


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    open_to_all = replace(conf(), public_pages=True, company=("Kontaktor",))
    for module in (pages, feeds, receipts):
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
    client.force_login(members["alice"])
    again = client.get(address)
    assert (again.content, again["Vary"], again.cookies) == (first.content, "Accept-Language", first.cookies)
    assert address == "/receipt" or client.post(address).status_code == 405


@pytest.mark.parametrize("address", PAGES)
def test_a_page_speaks_the_language_of_its_address_else_the_browsers(
    client: Client, public: None, fair: None, address: str
) -> None:
    for asked, lang in (({}, "en"), ({"HTTP_ACCEPT_LANGUAGE": "fr, de-AT;q=0.9, en;q=0.5"}, "de")):
        shown = client.get(address, **asked)
        assert shown["Content-Language"] == lang
        assert lxml_html.fromstring(shown.content).get("lang") == lang
    assert client.get(f"{address}?lang=en", HTTP_ACCEPT_LANGUAGE="de")["Content-Language"] == "en"


def test_every_page_leads_to_ones_own_data_and_to_an_appeal(client: Client, public: None) -> None:
    shown = lxml_html.fromstring(client.get("/record?lang=de").content)
    led = {link.get("href") for link in shown.xpath("//footer//a")}
    assert {"/my-data?lang=de", "/appeal?lang=de"} <= led
    assert {client.get(each).status_code for each in led} == {200}


def test_without_the_setting_there_is_no_public_page(client: Client, fair: None) -> None:
    assert {client.get(each).status_code for each in (*PAGES, *FILES)} == {404}


def test_what_makes_no_sense_is_told_and_kept_by_no_cache(client: Client, public: None, fair: None) -> None:
    wrong = {"/appeal/%00": 404, "/rules/unfair": 404, "/rules/fair/2": 404, "/rules/fair/1/fr.md": 404,
             "/report?month=x": 400, "/report?month=2999-01": 400, "/report?month=0001-01": 400}  # fmt: skip
    shown = {each: client.get(each) for each in wrong}
    assert {each: answer.status_code for each, answer in shown.items()} == wrong
    assert all("no-store" in answer["Cache-Control"] for answer in shown.values())


def test_every_version_stays_at_its_address_and_says_what_changed(
    client: Client, public: None, fair: None, alice: Actor, now: datetime
) -> None:
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


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime, public: None) -> None:
    """A log with its key, whose files lie in a folder of the test."""
    ours = replace(pages.conf(), log_folder=tmp_path, log_origin="desk.example/log")
    for module in (log_sequencing, log_keys, record, pages):
        monkeypatch.setattr(module, "conf", lambda: ours)
    log_keys.begin_log(now=now)


def test_an_entry_has_its_page_its_proof_and_its_place_in_the_record(
    client: Client, log: None, fair: None, now: datetime
) -> None:
    waiting = client.get("/record").content.decode()
    assert "gets its place soon" in waiting
    log_sequencing.sequence_due(now=now)
    entry = LogEntry.objects.get(kind="rule")
    shown = client.get("/record?kind=rule&rule=fair&month=2026-06").content.decode()
    assert f"/record/{entry.leaf}" in shown
    assert client.get(f"/record/{entry.index}")["Location"] == f"/record/{entry.leaf}"
    page = client.get(f"/record/{entry.leaf}?lang=de").content.decode()
    assert entry.leaf in page
    assert 'href="/rules/fair/1?lang=de"' in page
    receipt = parse_receipt(client.get(f"/record/{entry.leaf}/entry.tlog-proof").content)
    body = client.get(f"/record/{entry.leaf}/entry.json").content
    key = VerifierKey.parse(LogKey.objects.get().vkey)
    assert receipt.check(body, [key]).size == 2
    assert "<dt>Stelle</dt>" in page
    feed = feedparser.parse(client.get("/record.atom?kind=rule").content)
    assert not feed.bozo
    links = re.findall('href="([^"]*)"', feed.entries[0].summary)
    assert links
    assert all(each.startswith("http") for each in links), "they lead on from anywhere"
    assert "A version of a rule" not in client.get("/record?kind=key").content.decode()
    wrong = ("kind=x", "source=x", "month=x", "month=0001-01", "month=9999-12", "rule=%00")
    assert {client.get(f"/record?{each}").status_code for each in wrong} == {400}
    assert {client.get(f"/record/{each}").status_code for each in ("x%00", "9" * 30)} == {404}


def test_every_code_of_the_log_has_words() -> None:
    acts = {f"{kind} {act}" for kind, each in ACTS.items() for act in each}
    known = {"kind": KINDS, "what": acts, "reason": REASONS, "scope": SCOPES, "subject": SUBJECTS}
    for kind, codes in known.items():
        assert set(TOLD[f"log_{kind}"]) == set(codes)


@pytest.fixture
def receipt(log: None, forum: Source, now: datetime) -> bytes:
    """What an author gets: the proof of a measure, and what opens its words."""
    words = canonical({"text": "Three reminders for seven euros!"})
    entry = public_log.enter(
        kind="measure",
        act="hide",
        at=now,
        now=now,
        source=forum,
        subjects={"before": words},
        reasons=("other",),
    )
    assert log_proofs.receipt_of(entry) is None
    log_sequencing.sequence_due(now=now)
    return bytes(log_proofs.receipt_of(LogEntry.objects.get(pk=entry.pk)) or b"")


def told(client: Client, receipt: bytes, **more: object) -> tuple[int, str]:
    receipts.LIMITS.forget()
    answer = client.post("/receipt", {"receipt": BytesIO(receipt), **more})
    assert (answer["Cache-Control"], len(answer.cookies)) == ("no-store", 0)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    ("saved", "wanted"),
    [
        ("Three  reminders for\nseven euros!", "exactly the words"),
        ("<article><p>He wrote: Three reminders for <b>seven</b> euros!</p></article>", "exactly the words"),
        ("Two reminders for seven euros!", "other words"),
    ],
)
def test_whoever_has_a_receipt_learns_what_it_proves(
    client: Client, receipt: bytes, saved: str, wanted: str
) -> None:
    status, page = told(client, receipt, text=saved)
    assert status == 200
    assert "in the log that was signed, unchanged" in page
    assert wanted in page
    assert wanted in told(client, receipt, post=BytesIO(saved.encode()))[1]


def test_the_person_whom_an_entry_is_about_gets_the_receipt_by_a_secret_address(
    client: Client, receipt: bytes
) -> None:
    entry = LogEntry.objects.get(kind="measure")
    address = log_proofs.receipt_link(entry).removeprefix(pages.conf().url)
    answer = client.get(address)
    assert answer.content == receipt
    assert ("no-store" in answer["Cache-Control"], answer["Referrer-Policy"]) == (True, "no-referrer")
    assert client.get(address.replace("/receipts/", "/receipts/x")).status_code == 404
    public_log.forget_openings(
        entries=LogEntry.objects.filter(pk=entry.pk), reason="person_asked", now=entry.entered_at
    )
    assert len(client.get(address).content) < len(receipt)


def test_the_notice_of_a_measure_leads_its_author_to_the_receipt(
    public: None, forum: Source, members: dict[str, Member], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure_notices, "conf", pages.conf)
    here = make_forum(forum, members, now)
    measure = here.propose("hide", here.kind)
    moderating.confirm_by_hand(actor=here.dora, measure=measure, seen=measure.version, now=now)
    entry = LogEntry.objects.get(kind="measure")
    assert log_proofs.receipt_link(entry) in measure.notices.get().text


def test_what_is_no_right_receipt_is_told(
    client: Client, receipt: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = receipt.replace(b"index 1", b"index 0")
    assert changed != receipt
    assert "entry or receipt were changed" in told(client, changed)[1]
    assert "no receipt that holds its entry" in told(client, b"\xff" * 100)[1]
    assert told(client, b"", text="words")[0] == 422
    LogEntry.objects.filter(index=1).update(index=None)
    assert "something else at this place" in told(client, receipt)[1]
    LogKey.objects.all().delete()
    assert "No key of this log" in told(client, receipt)[1]
    monkeypatch.setattr(receipts, "LARGEST", 10)
    assert told(client, receipt)[0] == 413
    monkeypatch.setattr(receipts, "CHECKS", 0)
    monkeypatch.setattr(receipts, "LARGEST", 10**6)
    assert told(client, receipt)[0] == 429


def test_the_verifier_of_the_browser_speaks_the_pages_language(root: Path) -> None:
    program = (root / "src/kulanz/desk/web/static/verify-log.js").read_text()
    block = program[program.index("WORDS = Object.freeze({") : program.index("});")]
    assert dict(re.findall(r'^  (\w+): "(.*)",$', block, re.MULTILINE)) == {
        code: str(words) for code, words in VERIFYING.items()
    }
