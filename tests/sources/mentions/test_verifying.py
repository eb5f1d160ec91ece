from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from kulanz.core.spread.carriers import carrier_of
from kulanz.sources.errors import PermanentError, RefusedAddressError, TemporaryError
from kulanz.sources.mentions import Mention, mention_post, verify
from kulanz.sources.mentions.claims import BadClaimError, claimed
from kulanz.sources.mentions.describing import describe
from kulanz.sources.mentions.linking import anchors_to, passage_of, way_of
from kulanz.sources.receiving import Claim
from kulanz.sources.web.network import AddressPolicy
from kulanz.testing.reading import LOOPBACK, Reading
from kulanz.testing.recorded import RecordedServer, Reply, Route

TARGET = "https://forum.example/t/mahnung/12"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=utf-8"}
MF2 = f"""<html><head><title>Blog</title><meta name="author" content="The blog"></head><body>
<nav><a href="{TARGET}">forum</a></nav>
<article class="h-entry"><h1 class="p-name">Odd dunning</h1>
<a class="p-author h-card" href="/eva">Eva Beispiel</a>
<time class="dt-published" datetime="2026-05-30T10:00:00+02:00"></time>
<div class="e-content"><p>First paragraph.</p><p>They sent a collection agency over a few euros and
<a class="u-in-reply-to" href="{TARGET}?utm_source=x#p4">closed the thread</a> when asked why.</p></div>
</article></body></html>"""
PLAIN = f"""<html><head><title>Odd dunning | Blog</title><meta property="og:title" content="Odd dunning">
<meta property="article:published_time" content="2026-05-30T08:00:00Z"><meta name="author" content="Eva">
</head><body><p>{"Long text. " * 100}(via <a href='//forum.example/t/mahnung/12/'>the forum</a>)
{"More text. " * 100}</p></body></html>"""


def claim(source: str, **words: str) -> Claim:
    return Claim(kind="webmention", source=source, target=TARGET, received_at=NOW, **words)


def looked_at(routes: Mapping[str, Route], *, earlier: Mention | None = None, **words: str) -> Mention:
    with RecordedServer(routes) as server:
        return verify(claim(f"{server.url}/post", **words), _http(), earlier)


def _http(policy: AddressPolicy = LOOPBACK):  # noqa: ANN202 - the client of the tests
    return Reading(make=lambda _: None, address="", policy=policy).http  # type: ignore[arg-type,return-value]


def page(html: str) -> dict[str, Route]:
    return {"/post": Reply(html.encode(), headers=HTML)}


def test_microformats_come_first() -> None:
    mention = looked_at(page(MF2))
    assert mention.standing == "verified"
    assert (mention.title, mention.author, mention.how) == ("Odd dunning", "Eva Beispiel", "reply")
    assert mention.published_at == datetime(2026, 5, 30, 8, tzinfo=UTC)
    assert mention.passage is not None
    assert mention.passage.startswith("They sent a collection agency")


def test_a_page_without_microformats_is_described_by_what_previews_read() -> None:
    mention = looked_at(page(PLAIN))
    assert (mention.title, mention.author, mention.how) == ("Odd dunning", "Eva", "via")
    assert mention.published_at == datetime(2026, 5, 30, 8, tzinfo=UTC)
    assert mention.passage is not None
    assert "(via the forum)" in mention.passage
    assert len(mention.passage) < 620


def test_json_ld() -> None:
    data = '{"@type":"BlogPosting","headline":"Odd","author":{"name":"Eva"},"datePublished":"2026-05-30"}'
    html = f'<script type="application/ld+json">{data}</script><p><a href="{TARGET}">x</a></p>'
    mention = looked_at(page(html))
    assert (mention.title, mention.author) == ("Odd", "Eva")


def test_a_page_that_does_not_link_is_no_mention_whatever_it_says() -> None:
    mention = looked_at(page(f"<p>I write about {TARGET} but do not link</p>"), title="Look at me")
    assert mention.standing == "without_link"
    assert mention.title is None
    assert (
        looked_at(page('<a href="https://forum.example/t/mahnung/123">other</a>')).standing == "without_link"
    )


def test_a_trackbacks_own_words_stand_where_the_page_says_nothing() -> None:
    mention = looked_at(page(f'<a href="{TARGET}"></a>'), title="Claimed", excerpt="E", blog_name="Blog")
    assert (mention.title, mention.passage, mention.author) == ("Claimed", "E", "Blog")


def test_a_plain_text_mentions_by_the_address() -> None:
    text = Reply(f"Notes\nsee {TARGET}.\n".encode(), headers={"Content-Type": "text/plain"})
    mention = looked_at({"/post": text})
    assert (mention.standing, mention.passage) == ("verified", f"see {TARGET}.")
    assert (
        looked_at({"/post": Reply(text.body, headers={"Content-Type": "image/png"})}).standing != "verified"
    )


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_withdraws_its_mention(status: int) -> None:
    earlier = looked_at(page(MF2))
    mention = looked_at({"/post": Reply(status=status)}, earlier=earlier)
    assert (mention.standing, mention.title) == ("withdrawn", "Odd dunning")
    assert looked_at({"/post": Reply(status=status)}).standing == "without_link"


def test_a_page_that_took_its_link_back_withdraws_and_may_come_again() -> None:
    earlier = looked_at(page(MF2))
    withdrawn = looked_at(page("<p>nothing</p>"), earlier=earlier)
    assert withdrawn.standing == "withdrawn"
    again = looked_at(page(MF2), earlier=withdrawn)
    assert (again.standing, again.changed_at) == ("verified", None)


def test_an_update_is_noticed_with_its_time() -> None:
    earlier = looked_at(page(MF2))
    assert looked_at(page(MF2), earlier=earlier).changed_at is None
    changed = looked_at(page(MF2.replace("a few euros", "4.90 euros")), earlier=earlier)
    assert changed.changed_at == changed.checked_at


@pytest.mark.parametrize(("status", "error"), [(500, TemporaryError), (403, PermanentError)])
def test_trouble_says_nothing_about_the_mention(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        looked_at({"/post": Reply(status=status)}, earlier=looked_at(page(MF2)))


def test_a_source_inside_our_network_is_not_fetched() -> None:
    with RecordedServer(page(MF2)) as server, pytest.raises(RefusedAddressError):
        verify(claim(f"{server.url}/post"), _http(AddressPolicy()))
    assert server.requests == []


def test_a_mention_becomes_a_post_that_the_spread_tree_reads() -> None:
    post = mention_post(looked_at(page(PLAIN)))
    carrier = carrier_of(post)
    assert carrier.announced == "webmention"
    assert carrier.links == ("forum.example/t/mahnung/12",)
    assert post.hidden is None


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("ftp://blog.example/1", TARGET),
        ("https://blog.example/1", "https://other.example/"),
        (TARGET, TARGET + "#p1"),
        ("https://a@blog.example/", TARGET),
        ("https://blog.example/" + "x" * 3000, TARGET),
        ("https://[", TARGET),
        ("", ""),
    ],
)
def test_claims_that_are_not_worth_a_look(source: str, target: str) -> None:
    with pytest.raises(BadClaimError):
        claimed("webmention", source, target, received_at=NOW, accepts=lambda url: url.startswith(TARGET))


@given(st.text(max_size=300), st.text(max_size=100))
def test_no_page_breaks_the_look(html: str, inside: str) -> None:
    whole = f'{html}<p class="h-entry">{inside}<a href="{TARGET}" class="{inside}">{html}</a>'
    text = "<div>" + whole.encode("utf-8", "replace").decode()
    root = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8", recover=True))
    for anchor in anchors_to(root, TARGET, "https://blog.example/"):
        way_of(anchor)
        assert len(passage_of(anchor)) < 700
    describe(root, whole, "https://blog.example/", TARGET)
