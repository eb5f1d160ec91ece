"""The posts of a thread as a page shows them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kulanz.core.report import PostFinding, ThreadDetail
from kulanz.pages import formats, safe
from kulanz.pages.folding import Kind, runs
from kulanz.pages.passages import passages
from kulanz.pages.rows import Link, link_of
from kulanz.pages.words import Words

TEXT_LIMIT: Final = 8000
QUOTE_LIMIT: Final = 600
QUOTES_AT_MOST: Final = 5
LINKS_AT_MOST: Final = 10
YES: Final = 0.5
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that name a post; ``anchor`` is "" where the post is not on the page."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class PassageView:
    """A stretch of text; ``labels`` in words, "" where nothing rests on it."""

    text: str
    labels: str


@dataclass(frozen=True, slots=True)
class PostView:
    """One post with everything translated and made harmless."""

    anchor: str
    number: str
    author: str
    time: str
    machine_time: str
    lang: str
    badges: tuple[tuple[str, str], ...]
    company: bool
    hidden: bool
    reply: Reference | None
    quotes: tuple[str, ...]
    passages: tuple[PassageView, ...]
    cut: str
    code: tuple[str, ...]
    links: tuple[Link, ...]
    original: Link | None
    signals: tuple[tuple[str, str], ...]
    likes: str


@dataclass(frozen=True, slots=True)
class RunView:
    """Posts shown, folded or left out; ``summary`` says how many where they are not shown."""

    kind: Kind
    summary: str
    posts: tuple[PostView, ...]


class PostPage:
    """The posts of one thread and how other parts of the page point to them."""

    def __init__(self, detail: ThreadDetail, anchor: str, words: Words, named: Collection[int]) -> None:
        self._findings = detail.findings
        self._anchor = anchor
        self._words = words
        self._index = {f.post.post_id: i for i, f in enumerate(detail.findings)}
        self._runs = list(runs(len(detail.findings), named)) if detail.findings else []
        self._absent = {i for run in self._runs if run.kind == "left_out" for i in range(run.start, run.end)}

    def reference(self, index: int) -> Reference:
        """The number of a post, with a link where that post is on the page."""
        text = self._words("post_reference", n=formats.number(index + 1, self._words.lang))
        return Reference(text, self._link(index))

    def index_of(self, post_id: str) -> int | None:
        """Where a post stands in the thread."""
        return self._index.get(post_id)

    def runs(self) -> Iterator[RunView]:
        """The posts in order."""
        for run in self._runs:
            indices = range(run.start, run.end)
            posts = () if run.kind == "left_out" else tuple(map(self._view, indices))
            yield RunView(run.kind, self._summary(run.kind, indices), posts)

    def _summary(self, kind: Kind, indices: Sequence[int]) -> str:
        if kind == "shown":
            return ""
        lang = self._words.lang
        ends = [formats.number(i + 1, lang) for i in (indices[0], indices[-1])]
        span = self._words("post_reference", n="–".join(dict.fromkeys(ends)))
        key = f"{kind}_one" if len(indices) == 1 else f"{kind}_many"
        return self._words(key, n=formats.number(len(indices), lang), range=span)

    def _link(self, index: int) -> str:
        return "" if index in self._absent else f"{self._anchor}p{index + 1}"

    def _view(self, index: int) -> PostView:
        finding = self._findings[index]
        return post_view(
            finding,
            self._words,
            anchor=f"{self._anchor}p{index + 1}",
            number=index + 1,
            reply=self._reply(finding.post.reply_to),
        )

    def _reply(self, reply_to: str | None) -> Reference | None:
        if reply_to is None:
            return None
        index = self._index.get(reply_to)
        if index is None:
            return Reference(self._words("replies_to", post=safe.line(reply_to, 60)), "")
        number = formats.number(index + 1, self._words.lang)
        post = self._words("post_with_author", n=number, author=_author(self._findings[index], self._words))
        return Reference(self._words("replies_to", post=post), self._link(index))


def post_view(
    finding: PostFinding, words: Words, *, anchor: str, number: int, reply: Reference | None
) -> PostView:
    """A post with everything in words and made harmless; ``reply`` names the post that it answers."""
    post, lang = finding.post, words.lang
    moment = post.created_at
    return PostView(
        anchor=anchor,
        number=formats.number(number, lang),
        author=_author(finding, words),
        time=formats.time(moment, lang) if moment else "",
        machine_time=moment.isoformat() if moment else "",
        lang=finding.lang if _LANGUAGE.fullmatch(finding.lang) else "",
        badges=tuple(_badges(finding, words)),
        company=finding.company,
        hidden=bool(post.hidden),
        reply=reply,
        quotes=_blocks(post.quotes),
        passages=_passages(finding, words),
        cut=_cut(post.text, words),
        code=_blocks(post.code),
        links=tuple(filter(None, (link_of(url, url) for url in post.links[:LINKS_AT_MOST]))),
        original=link_of(post.url, words("original")),
        signals=_signals(finding, words),
        likes=words.count("likes", post.likes, formats.number(post.likes, lang)) if post.likes else "",
    )


def _author(finding: PostFinding, words: Words) -> str:
    return safe.line(finding.post.author_id or "", 60) or words("unknown_author")


def _badges(finding: PostFinding, words: Words) -> Iterator[tuple[str, str]]:
    """Words and explanation of everything a reader must know before reading the post."""
    if finding.company and finding.company_inferred:
        yield words("company_inferred_badge"), words("company_inferred_title")
    elif finding.company:
        yield words("company_badge"), ""
    if finding.post.role == "moderator":
        yield words("moderator_badge"), ""
    if finding.post.hidden:
        yield words("hidden_badge"), ""
    if finding.post.automatic:
        yield words("automatic_badge"), ""
    if not finding.signals:
        yield words("unread_badge"), ""


def _passages(finding: PostFinding, words: Words) -> tuple[PassageView, ...]:
    # clean first: cleaning keeps every character's place, so the ranges still fit
    text = safe.block(finding.post.text[:TEXT_LIMIT])
    return tuple(
        PassageView(p.text, ", ".join(label_word(label, words) for label in p.labels))
        for p in passages(text, finding.evidence)
    )


def label_word(label: str, words: Words) -> str:
    """A signal's name in words; an unknown one as it is."""
    return words.known(f"label_{label}", safe.line(label, 40))


def _cut(text: str, words: Words) -> str:
    more = len(text) - TEXT_LIMIT
    return words("cut", n=formats.number(more, words.lang)) if more > 0 else ""


def _blocks(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        safe.block(text[:QUOTE_LIMIT]).strip() + ("…" if len(text) > QUOTE_LIMIT else "")
        for text in texts[:QUOTES_AT_MOST]
    )


def _signals(finding: PostFinding, words: Words) -> tuple[tuple[str, str], ...]:
    """The signals that say yes, strongest first."""
    present = [(label, value) for label, value in finding.signals.items() if value >= YES]
    present.sort(key=lambda pair: -pair[1])
    return tuple((label_word(label, words), formats.percent(value, words.lang)) for label, value in present)
