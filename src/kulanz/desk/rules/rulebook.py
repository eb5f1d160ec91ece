"""The community's rules: what can be published, and how their Markdown becomes HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kulanz.core.spoken import LANGS, Lang
from kulanz.desk.rules.errors import RuleError

LONGEST_TITLE: Final = 120
LONGEST_TEXT: Final = 20_000
LONGEST_KEY: Final = 40
_KEY: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TAGS: Final = frozenset(
    "a blockquote br code em h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul".split()  # noqa: SIM905
)
_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_BELOW: Final = 2
"""A page has a heading of its own above each rule: the text's begin two levels below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of a rule in both languages; texts are Markdown."""

    title_de: str = ""
    title_en: str = ""
    text_de: str = ""
    text_en: str = ""

    def title(self, lang: Lang) -> str:
        return self.title_de if lang == "de" else self.title_en

    def text(self, lang: Lang) -> str:
        return self.text_de if lang == "de" else self.text_en


def checked(wording: Wording) -> Wording:
    """Return words without space around them; raise RuleError for what is too long to be a rule."""
    tidy = Wording(
        title_de=" ".join(wording.title_de.split()),
        title_en=" ".join(wording.title_en.split()),
        text_de=_lines(wording.text_de),
        text_en=_lines(wording.text_en),
    )
    if max(len(tidy.title_de), len(tidy.title_en)) > LONGEST_TITLE:
        raise RuleError("rule: expected titles of at most %(most)s characters", most=LONGEST_TITLE)
    if max(len(tidy.text_de), len(tidy.text_en)) > LONGEST_TEXT:
        raise RuleError("rule: expected texts of at most %(most)s characters", most=LONGEST_TEXT)
    return tidy


def check_complete(wording: Wording) -> None:
    """Raise RuleError where a rule cannot be read in both languages."""
    if not all((wording.title_de, wording.title_en, wording.text_de, wording.text_en)):
        raise RuleError("rule: it is published in German and English: write both titles and both texts first")


def key_of(text: str) -> str:
    """Return a rule's key; raise RuleError for what cannot stand in an address for good."""
    key = text.strip()
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        raise RuleError(
            "key: expected at most %(most)s small letters, digits and hyphens, a letter first, such as"
            " no-insults",
            most=LONGEST_KEY,
        )
    return key


def document(wording: Wording, lang: Lang) -> bytes:
    """Return a rule as the Markdown file that the public log names by its SHA-256."""
    return f"# {wording.title(lang)}\n\n{wording.text(lang)}\n".encode()


def digests(wording: Wording) -> dict[str, str]:
    """Return the SHA-256 of both files in hex, by the names that entries of the log give them."""
    return {f"text_{lang}": sha256(document(wording, lang)).hexdigest() for lang in LANGS}


def as_html(text: str) -> str:
    """Return Markdown (CommonMark with tables) as HTML, without images and the writer's own HTML."""
    reader, tokens = _read(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + _BELOW, 6)}"
    html = str(reader.renderer.render(tokens, reader.options, {}))
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"a": {"href"}},
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )


def as_words(text: str) -> str:
    """Return Markdown as the words that people read, with the addresses that its links lead to."""
    _reader, tokens = _read(text)
    return "\n".join(_words(token) for token in tokens if token.content)


def _words(block: Token) -> str:
    said = leads = ""
    for each in block.children or [block]:
        if each.type == "link_open":
            leads = "" if each.markup == "autolink" else f" ({each.attrs['href']})"
        said += leads if each.type == "link_close" else " " if each.tag == "br" else each.content
    return said


def _read(text: str) -> tuple[MarkdownIt, list[Token]]:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    return reader, reader.parse(text[:LONGEST_TEXT])


def _lines(text: str) -> str:
    """Return a text as it is kept: one kind of line end, no space at the ends."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
