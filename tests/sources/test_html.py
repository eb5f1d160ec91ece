from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources.html import MAX_CHARS, html_to_text, plain_to_text
from kulanz.sources.quoting import is_quoted

TAGS = (
    "<p> </p> <blockquote> </blockquote> <pre> </pre> <aside\tclass=quote> </aside> <br> </a> <!-- <![CDATA["
    " <a\thref=http://x.de/> <div\tclass=gmail_quote> </div> <img\tclass=emoji\talt=:)> <script> &#0; &#xD8;"
)
MARKUP = st.lists(st.sampled_from([*TAGS.split(" "), "text ", "&gt; quoted", "\x00", "\n"])).map("".join)


def test_keeps_quotes_code_links_and_mentions_apart() -> None:
    found = html_to_text(
        '<aside class="quote" data-username="bob"><div class="title">bob:</div>'
        "<blockquote><p>Zahlen Sie <b>bitte</b>.</p></blockquote></aside>"
        '<p>Nein, <a class="mention" href="/u/bob">@bob</a>! Siehe <a href="https://x.de/a">hier</a>'
        ' und <code>a&lt;b</code>.<img class="emoji" alt=":rage:" src="/r.png"><img alt="Foto" src="/f"></p>'
        "<pre><code>if x:\n    y()</code></pre><p>Danke</p>"
    )
    assert found.text == "Nein, @bob! Siehe hier und a<b.:rage:\n\nDanke"
    assert found.quotes == ("bob:\n\nZahlen Sie bitte.",)
    assert found.code == ("if x:\n    y()",)
    assert found.links == ("https://x.de/a",)
    assert found.mentions == ("bob",)


@pytest.mark.parametrize(
    "quoted",
    [
        '<div class="gmail_quote"><div class="gmail_attr">On 1 Jan Bob wrote:</div>old</div>',
        '<div class="moz-cite-prefix">Am 1.1.24 schrieb Bob:</div><blockquote type="cite">old</blockquote>',
        "<p>Bob wrote:</p><blockquote>old<blockquote>older</blockquote></blockquote>",
        "<p>&gt; old</p>",
        "<script>old</script><style>old</style>",
        "<aside class='onebox'><a href='https://x.de/'>old</a></aside>",
    ],
)
def test_quoted_and_foreign_text_is_not_the_writers_own(quoted: str) -> None:
    assert html_to_text(f"<p>new</p>{quoted}").text == "new"


def test_a_preview_gives_its_link_but_not_its_words() -> None:
    found = html_to_text('<p>Lest das</p><a class="onebox" href="https://blog.de/x">Ein Titel</a>')
    assert (found.text, found.links) == ("Lest das", ("https://blog.de/x",))


def test_mail_shown_in_a_wrapped_pre_is_no_code() -> None:
    found = html_to_text('<pre style="white-space:pre-wrap">&gt; old\nnew\nlines</pre>')
    assert (found.text, found.quotes, found.code) == ("new\nlines", ("old",), ())


def test_lists_and_line_breaks_become_lines() -> None:
    assert html_to_text("a<br>b<ul>\n<li>c</li>\n<li>d</li></ul>").text == "a\nb\n\nc\nd"


@pytest.mark.parametrize("tag", ["b", "blockquote", "div", "pre", "table", "a", "span class=quote"])
def test_a_hundred_thousand_nested_tags_do_no_harm(tag: str) -> None:
    assert html_to_text(f"vorher<{tag}>" + f"<{tag}>" * 100_000 + "x").text.startswith("vorher")


def test_huge_input_is_cut() -> None:
    assert len(html_to_text("<p>" + "wort " * MAX_CHARS).text) <= MAX_CHARS


def test_markdown_and_bbcode() -> None:
    found = plain_to_text(
        "> alt\n>> älter\nneu @max, siehe https://x.de/a.\n```py\nx = 1\n```\n"
        "[quote=bob]a [quote]b[/quote][/quote]Schluss ![Bild](https://x.de/b.png)<!-- Vorlage -->"
    )
    assert found.text == "neu @max, siehe https://x.de/a.\n\nSchluss"
    assert found.quotes == ("a b", "alt\nälter")
    assert found.code == ("x = 1",)
    assert (found.links, found.mentions) == (("https://x.de/a",), ("max",))


def test_an_angry_face_is_no_quote() -> None:
    assert plain_to_text(">:( so nicht\n> Zitat").text == ">:( so nicht"


def test_own_words_before_a_quote_stay() -> None:
    assert plain_to_text("Ich finde:\n> Zitat\nFalsch").text == "Ich finde:\nFalsch"


def test_addresses_are_no_mentions() -> None:
    assert plain_to_text("an anna@example.org und @ben").mentions == ("ben",)


@given(st.one_of(MARKUP, st.text()))
def test_no_string_breaks_html(html: str) -> None:
    found = html_to_text(html)
    found.text.encode()
    assert not any(is_quoted(line) for line in found.text.split("\n"))
    assert found.text == found.text.strip()


@given(st.one_of(MARKUP, st.text(), st.text(alphabet=">` \n[]/quote=@:http~")))
def test_no_string_breaks_plain_text(text: str) -> None:
    found = plain_to_text(text)
    found.text.encode()
    assert not any(is_quoted(line) for line in found.text.split("\n"))
    assert all(quote.strip() for quote in found.quotes)
