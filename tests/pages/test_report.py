"""The report page: complete in both languages, one file, and harmless whatever people wrote."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace
from page_examples import detail_of, great_case, report, summary

from kulanz.core.report import PostFinding, Reason, ThreadDetail, ThreadReport
from kulanz.pages import write_report
from kulanz.pages.words import CATALOGUE

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
XHTML = "{http://www.w3.org/1999/xhtml}"


def page(
    ranked: Sequence[ThreadReport], details: Sequence[ThreadDetail] = (), lang: Any = "en", **changes: Any
) -> str:
    out = io.StringIO()
    by_id = {d.report.thread_id: d for d in details}
    write_report(out, ranked=ranked, details=by_id, summary=summary(**changes), lang=lang)
    return out.getvalue()


def parsed(html: str) -> etree._Element:
    """The page as a browser reads it; every parse error fails."""
    return html5lib.HTMLParser(html5lib.getTreeBuilder("lxml"), strict=True).parse(html).getroot()


def text_of(node: etree._Element) -> str:
    return " ".join("".join(node.itertext()).split())


def with_class(root: etree._Element, name: str) -> list[etree._Element]:
    return [node for node in root.iter() if name in (node.get("class") or "").split()]


def hostile() -> tuple[ThreadReport, ThreadDetail]:
    of = report(
        SCRIPT,
        title=SCRIPT,
        source=SCRIPT,
        url="javascript:alert(3)",
        reasons=(Reason(SCRIPT, SCRIPT, ("p0", SCRIPT)),),
        onset_post=SCRIPT,
    )
    detail = detail_of(
        of,
        [SCRIPT, "{{ 7 * 7 }} {n}"],
        author_id=SCRIPT,
        reply_to=SCRIPT,
        url="data:text/html,<script>",
        quotes=(SCRIPT,),
        code=(SCRIPT,),
        links=("javascript:alert(4)", 'https://example.org/"onmouseover="x', "https://user:pw@example.org/"),
        lang='en" onload="x',
    )
    findings = tuple(
        replace(f, lang='" onload="x', evidence=((0, 5, SCRIPT),), signals={SCRIPT: 0.9})
        for f in detail.findings
    )
    return of, replace(detail, findings=findings, events=((0, SCRIPT), (99, "burst"), (-1, "burst")))


def test_nothing_foreign_becomes_markup() -> None:
    of, detail = hostile()
    root = parsed(page([of], [detail], title=SCRIPT, inputs=(SCRIPT,), problems=(SCRIPT,), version=SCRIPT))
    assert len(list(root.iter(f"{XHTML}script"))) == 1
    assert not list(root.iter(f"{XHTML}img"))
    assert not [name for node in root.iter() for name in node.attrib if name.startswith("on")]
    assert "{{ 7 * 7 }} {n}" in text_of(root)


@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_page_asks_for_nothing(lang: str) -> None:
    detail = great_case()
    root = parsed(page([detail.report, hostile()[0]], [detail, hostile()[1]], lang))
    links = [node for node in root.iter() if node.get("href") and not node.get("href", "").startswith("#")]
    icon, *foreign = links
    assert icon.get("href") == "data:,"
    assert not [node for node in root.iter() if node.get("src") or node.get("style") or node.get("srcset")]
    assert {node.tag for node in foreign} == {f"{XHTML}a"}
    assert all(re.match(r"https?://", node.get("href", "")) for node in foreign)
    assert {node.get("rel") for node in foreign} == {"noopener nofollow noreferrer"}
    style = next(root.iter(f"{XHTML}style")).text or ""
    assert "url(" not in style
    assert "@import" not in style


def test_local_links_lead_somewhere_and_ids_are_unique() -> None:
    detail = great_case()
    root = parsed(page([detail.report], [detail], "de"))
    ids = Counter(node.get("id") for node in root.iter() if node.get("id"))
    targets = {node.get("href", "")[1:] for node in root.iter() if node.get("href", "").startswith("#")}
    named = {name for node in root.iter() for name in (node.get("aria-labelledby") or "").split()}
    assert set(ids.values()) == {1}
    assert (targets | named) <= set(ids)


def test_the_policy_covers_exactly_the_style_and_script_of_the_page() -> None:
    root = parsed(page([]))
    policy = next(m.get("content", "") for m in root.iter(f"{XHTML}meta") if m.get("http-equiv"))
    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        digest = hashlib.sha256((next(root.iter(XHTML + tag)).text or "").encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy


def test_both_catalogues_have_the_same_sentences_and_values() -> None:
    german, english = CATALOGUE["de"], CATALOGUE["en"]
    assert german.keys() == english.keys()
    values = re.compile(r"{(\w+)}")
    assert {k: set(values.findall(v)) for k, v in german.items()} == {
        k: set(values.findall(v)) for k, v in english.items()
    }


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "de",
            [
                "Mahnung, Inkasso – und keiner antwortet",
                "eskaliert",
                "13.016",
                "9. Juni 2026, 18:47",
                "8 Tage",
            ],
        ),
        ("en", ["escalated", "13,016", "9 Jun 2026, 18:47", "first answer of the company", "8 days"]),
    ],
)
def test_the_great_case_in_words(lang: str, expected: list[str]) -> None:
    detail = great_case()
    root = parsed(page([detail.report], [detail], lang))
    body = text_of(root)
    assert root.get("lang") == lang
    assert [text for text in expected if text not in body] == []
    assert len(with_class(root, "post")) == 121
    assert len([n for n in with_class(root, "post") if "company" in n.get("class", "").split()]) == 8
    assert len(with_class(root, "chart")) == 4
    described = [n for n in root.iter("{http://www.w3.org/2000/svg}desc") if len(text_of(n)) > 30]
    assert len(described) == 4


def test_an_empty_list_and_an_empty_thread() -> None:
    assert "No thread to show." in text_of(parsed(page([])))
    empty = report("e")
    root = parsed(page([empty], [ThreadDetail(empty, (), {})]))
    assert "Thread e" in text_of(root)


def test_one_post_without_time_or_values() -> None:
    of = report("one", scored=False, score=0.0)
    detail = detail_of(of, ["Hello"], created_at=None, author_id=None)
    detail = replace(detail, series={"score": (None,), "belief": (None,), "mix_staff": ()})
    body = text_of(parsed(page([of], [detail])))
    for words in ("No values.", "The posts carry no times.", "unknown author", "not scored"):
        assert words in body


def test_a_thread_of_ten_thousand_posts_is_thinned() -> None:
    reasons = (Reason("a", "many", tuple(f"p{i}" for i in range(0, 10_000, 20))),)
    of = report("long", reasons=reasons, onset_post="p5000")
    html = page([of], [detail_of(of, ["Some text"] * 10_000)])
    root = parsed(html)
    assert len(with_class(root, "post")) <= 200 + 10
    assert len(with_class(root, "gap")) > 1
    assert with_class(root, "gap")[-1].text.endswith("posts …")
    assert len(html) < 1_000_000


def test_inferred_company_hidden_and_automatic_posts_say_so() -> None:
    of = report("b")
    detail = detail_of(of, ["Thanks for your message"], hidden=True, automatic=True, role="moderator")
    findings = tuple(replace(f, company=True, company_inferred=True) for f in detail.findings)
    body = text_of(parsed(page([of], [replace(detail, findings=findings)])))
    for words in ("Company (inferred)", "Hidden at the source", "Automatic reply", "Moderator"):
        assert words in body


def test_marked_passages_carry_their_labels() -> None:
    of = report("m")
    detail = detail_of(of, ["I am really angry about this"])
    finding: PostFinding = detail.findings[0]
    marked = replace(
        finding, evidence=((5, 17, "anger"), (12, 99, "complaint"), (50, 60, "thanks"), (-4, 1, "x"))
    )
    root = parsed(page([of], [replace(detail, findings=(marked,))]))
    marks = [(node.text, node.get("title")) for node in root.iter(f"{XHTML}mark")]
    assert marks == [
        ("I", "x"),
        ("really ", "anger"),
        ("angry", "anger, complaint"),
        (" about this", "complaint"),
    ]


def test_control_characters_and_lone_surrogates_do_not_reach_the_page() -> None:
    of = report("c", title="a\x1b[31m\u202eb\ud800", source="x\x00y")
    html = page([of], [detail_of(of, ["a\x07\ud83d\u202e\r\nb"], author_id="\x9b2J")])
    html.encode()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", html)


@settings(max_examples=25)
@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60), st.text(max_size=5)), max_size=4),
    st.lists(st.none() | st.floats(-1, 2), max_size=3),
)
def test_any_text_evidence_and_series_give_a_valid_page(
    text: str, evidence: list[tuple[int, int, str]], values: list[float | None]
) -> None:
    of = report(text, title=text, url=text)
    detail = detail_of(of, [text, text])
    findings = tuple(replace(f, evidence=tuple(evidence)) for f in detail.findings)
    series = {name: tuple(values) for name in ("score", "belief", "fronts", "mix_other", "affected")}
    root = parsed(page([of], [replace(detail, findings=findings, series=series)]))
    shown = [text_of(node) for node in with_class(root, "text")]
    assert len(shown) == 2


def test_what_was_skipped_is_told() -> None:
    body = text_of(parsed(page([], skipped=1, problems=("a.jsonl:3: no text",), not_scored=2)))
    assert "1 item could not be read" in body
    assert "a.jsonl:3: no text" in body
    assert "2 threads have no post" in body


def test_years_of_posts_become_few_bars() -> None:
    of = report("old")
    detail = detail_of(of, ["a", "b"])
    late = replace(
        detail.findings[1], post=replace(detail.findings[1].post, created_at=datetime.max.replace(tzinfo=UTC))
    )
    root = parsed(page([of], [replace(detail, findings=(detail.findings[0], late))]))
    assert len(re.findall("M", "".join(n.get("d", "") for n in with_class(root, "people")))) <= 60
