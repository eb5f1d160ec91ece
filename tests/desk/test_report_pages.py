"""The report after an issue on its page, in the API, and as a file."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from api_client import Program
from desk_people import logged_in
from django.test import Client
from report_people import CASE, NOTE, PROMISE, TITLE, Great, make_great

from kulanz.core.posts import Post
from kulanz.desk.models import Account, Event, Issue, Member, ReportSummary, Source
from kulanz.desk.rules.actor import Actor
from kulanz.desk.services import erasing, people, report_files
from kulanz.desk.services.report_summaries import summarise
from kulanz.desk.services.sweeping import finish_due
from servers.fixtures import without

pytestmark = pytest.mark.django_db
EVIL = '<script>alert(1)</script><img src="http://127.0.0.1:9/x.png">'


@pytest.fixture
def pdfs() -> None:
    """For what needs WeasyPrint and the system's Pango."""
    if report_files.pdf_missing():
        without("what makes PDFs", "pip install 'kulanz[pdf]', and run scripts/install-test-servers")


@pytest.fixture
def great(
    forum: Source, sample_posts: list[Post], alice: Actor, bob: Actor, members: dict[str, Member]
) -> Great:
    return make_great(forum, sample_posts, alice, bob, members["bob"])


@pytest.fixture
def browse(members: dict[str, Member]) -> Any:
    def page_of(name: str, language: str = "en") -> Client:
        Member.objects.filter(username=name).update(language=language)
        return logged_in(members[name])

    return page_of


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_issues_page_leads_to_its_report(great: Great, browse: Any) -> None:
    assert f'href="/issues/{great.issue.pk}/report"' in text(browse("erik").get(f"/issues/{great.issue.pk}"))


def test_the_page_tells_the_whole_story(great: Great, browse: Any) -> None:
    page = text(browse("alice").get(f"/issues/{great.issue.pk}/report"))
    assert "this is a preview" in page
    assert page.count('<dialog id="keys"') == 1
    assert "0 of 1 promise kept, 1 broken." in page
    assert "Today’s rules would have raised an alarm" in page
    for words in (TITLE, CASE, PROMISE, "3 hours late", "claim waived", "12.40 EUR", "team-oliver", "<svg"):
        assert words in page, words
    assert NOTE not in page
    assert f'<a href="/threads/{great.thread.pk}">' in page
    assert f'<a href="/cases/{great.case.pk}">' in page
    assert "<a " not in text(browse("alice").get(f"/issues/{great.issue.pk}/report.html"))


def test_letters_of_the_chart_stand_over_it_and_cover_none_another(great: Great, browse: Any) -> None:
    page = text(browse("alice").get(f"/issues/{great.issue.pk}/report"))
    circles = re.findall(r'<circle class="letter" cx="([\d.]+)" cy="([\d.]+)"', page)
    places = sorted((float(y), float(x)) for x, y in circles)
    assert len(places) > 8
    assert len({y for y, _ in places}) > 1
    assert all(43 <= x <= 276 for _, x in places)
    assert not [1 for (y, x), (below, after) in pairwise(places) if y == below and after - x < 14.9]


def test_a_closed_issue_has_its_report_and_no_preview(great: Great, browse: Any) -> None:
    Issue.objects.update(state="closed", outcome="resolved", closed_at=great.at)
    page = text(browse("alice").get(f"/issues/{great.issue.pk}/report"))
    assert "this is a preview" not in page
    assert "resolved" in page


def test_who_may_not_see_cases_is_told_that_they_are_left_out(great: Great, browse: Any) -> None:
    page = text(browse("erik").get(f"/issues/{great.issue.pk}/report"))
    assert "no role of yours may see them" in page
    assert "no role of yours may see it" in page
    assert not [words for words in (CASE, PROMISE, "12.40") if words in page]


def test_the_version_for_others_names_nobody(
    great: Great, browse: Any, sample_posts: list[Post], members: dict[str, Member]
) -> None:
    client = browse("alice")
    names = {post.author_id for post in sample_posts} | {str(each) for each in members.values()}
    taken = client.get(f"/issues/{great.issue.pk}/report.html?shared=1&lang=en")
    assert 'filename="report.html"' in taken["Content-Disposition"]
    told = text(taken)
    assert not [name for name in names if name and name in told]
    gone = (TITLE, CASE, PROMISE, NOTE, "Petersen", "Alice", "12.40", "2026", "Kontaktor")
    assert not [words for words in gone if words in told]
    assert "Colleague 1" in told
    assert "day 1, 00:00" in told
    assert "10 EUR to 100 EUR" in told


def test_a_summary_is_written_kept_and_shown_with_its_history(great: Great, browse: Any) -> None:
    client, address = browse("alice"), f"/issues/{great.issue.pk}/summary"
    assert client.post(address, {"seen": 0, "text": "Too late.", "shared": ""}).status_code == 302
    assert (
        client.post(address, {"seen": 1, "text": "Far too late.", "shared": "We learnt."}).status_code == 302
    )
    page = text(client.get(f"/issues/{great.issue.pk}/report"))
    assert "Far too late." in page
    assert "Earlier versions" in page
    assert "Too late." in page
    shared = text(client.get(f"/issues/{great.issue.pk}/report?shared=1"))
    assert "We learnt." in shared
    assert "too late" not in shared.lower()


def test_words_are_kept_where_somebody_else_was_faster(great: Great, browse: Any) -> None:
    client, address = browse("alice"), f"/issues/{great.issue.pk}/summary"
    client.post(address, {"seen": 0, "text": "First.", "shared": ""})
    refused = client.post(address, {"seen": 0, "text": "My words.", "shared": ""})
    assert refused.status_code == 409
    assert "My words." in refused.content.decode()
    assert ReportSummary.objects.get().text == "First."


def test_what_people_wrote_is_text_and_never_markup(great: Great, browse: Any, alice: Actor) -> None:
    Issue.objects.update(title=EVIL)
    client = browse("alice")
    client.post(f"/issues/{great.issue.pk}/summary", {"seen": 0, "text": EVIL, "shared": EVIL})
    for address in ("report", "report?shared=1", "report.html", "report.html?shared=1"):
        page = text(client.get(f"/issues/{great.issue.pk}/{address}"))
        assert "<script>alert" not in page
        assert "<img" not in page


@pytest.mark.usefixtures("pdfs")
@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_report_is_a_pdf_in_german_and_english(great: Great, browse: Any, lang: str) -> None:
    client = browse("alice")
    answer = client.get(f"/issues/{great.issue.pk}/report.pdf?lang={lang}")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")
    assert Event.objects.get(action="export").data == {"format": "pdf", "shared": False}


@pytest.mark.usefixtures("pdfs")
def test_a_pdf_fetches_nothing_whatever_stands_in_it(
    great: Great, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    library = report_files._weasyprint()

    def fetch(self: object, url: str, headers: object = None) -> None:
        fetched.append(url)

    monkeypatch.setattr(library.URLFetcher, "fetch", fetch)
    report = (
        '<img src="http://127.0.0.1:9/x"><img src="file:///etc/passwd"><style>@import "http://a/b";</style>'
    )
    assert report_files._printed(f"<html><body>{report}words</body></html>").startswith(b"%PDF-")
    assert fetched == []


def test_where_pdfs_cannot_be_made_the_page_says_how_to_get_them(
    great: Great, browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise ImportError

    monkeypatch.setattr(report_files, "_weasyprint", absent)
    client = browse("alice")
    page = text(client.get(f"/issues/{great.issue.pk}/report"))
    assert "pip install &#x27;kulanz[pdf]&#x27;" in page
    assert "report.pdf" not in page
    assert client.get(f"/issues/{great.issue.pk}/report.pdf").status_code == 400
    assert text(client.get(f"/issues/{great.issue.pk}/report.html"))

    def no_pango() -> None:
        raise OSError

    monkeypatch.setattr(report_files, "_weasyprint", no_pango)
    assert "apt-get install libpango" in report_files.pdf_missing()


def test_the_desk_starts_without_loading_what_makes_pdfs(root: Path) -> None:
    code = "import sys, kulanz.desk.services.report_files; sys.exit('weasyprint' in sys.modules)"
    setup = "import os, django; os.environ['KULANZ_MODE'] = 'demo'; "
    setup += "os.environ['DJANGO_SETTINGS_MODULE'] = 'kulanz.desk.project.settings'; django.setup(); "
    ran = subprocess.run([sys.executable, "-c", setup + code], check=False, cwd=root / "src")  # noqa: S603
    assert ran.returncode == 0


def test_another_kind_of_file_is_refused(great: Great, browse: Any) -> None:
    assert browse("alice").get(f"/issues/{great.issue.pk}/report.docx").status_code == 400


def test_programs_read_the_report_as_json(great: Great, members: dict[str, Member]) -> None:
    program = Program(members["alice"])
    found = program.get(f"/issues/{great.issue.pk}/report").json()
    assert found["title"] == {"kind": "issue", "number": 1, "text": TITLE, "id": great.issue.pk}
    assert found["work"]["promises"][0]["late_s"] == 3 * 3600
    assert found["stake"][0]["code"] == "claim"
    assert found["sight"]["late_s"] > 0
    assert found["courses"][0]["effects"][0]["who"]["text"] == "team-oliver"
    assert "quotes_terms" in {code for each in found["checks"] for code in each["findings"]}
    shared = program.get(f"/issues/{great.issue.pk}/report?shared=true")
    assert shared.json()["sight"]["began"] == "P0DT00H00M00S"
    assert not [
        words for words in (TITLE, CASE, "Petersen", "12.40", "2026") if words in shared.content.decode()
    ]
    bare = Program(members["erik"]).get(f"/issues/{great.issue.pk}/report").json()
    assert bare["work"] is None
    assert bare["stake"] is None


def test_programs_get_a_file_where_they_ask_for_one(great: Great, members: dict[str, Member]) -> None:
    program = Program(members["alice"])
    page = program.get(f"/issues/{great.issue.pk}/report?lang=de", Accept="text/html")
    assert page["Content-Type"].startswith("text/html")
    assert '<html lang="de">' in page.content.decode()
    if not report_files.pdf_missing():
        made = program.get(f"/issues/{great.issue.pk}/report", Accept="application/pdf")
        assert made.content.startswith(b"%PDF-")


def test_programs_write_the_summary_and_read_its_versions(great: Great, members: dict[str, Member]) -> None:
    program, path = Program(members["bob"]), f"/issues/{great.issue.pk}/report"
    assert program.ask("PUT", f"{path}/summary", {"text": "One.", "seen": 0}).status_code == 200
    assert program.ask("PUT", f"{path}/summary", {"text": "Two.", "seen": 0}).status_code == 409
    tag = program.get(path)["ETag"]
    assert program.ask("PUT", f"{path}/summary", {"text": "Two."}, **{"If-Match": tag}).json()["version"] == 2
    assert [each["text"] for each in program.get(f"{path}/summaries").json()] == ["Two.", "One."]
    refused = Program(members["erik"]).ask("PUT", f"{path}/summary", {"text": "Three.", "seen": 2})
    assert refused.status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_summary_loses_the_name_of_somebody_erased(great: Great, alice: Actor) -> None:
    account = Account.objects.get(key="dbrandstetter")
    person = people.person_of(actor=alice, account=account, now=great.at)
    words = "dbrandstetter was right."
    summarise(actor=alice, issue=great.issue, seen=0, text=words, shared=words, now=great.at)
    erasing.erase(actor=alice, person=person, seen=person.version, reason="asked", now=great.at)
    finish_due(now=great.at)
    row = ReportSummary.objects.get()
    assert "dbrandstetter" not in row.text + row.shared
    assert "was right." in row.text
