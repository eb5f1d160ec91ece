"""A ranked thread in the words and numbers of a page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from kulanz.core.report import Stage, ThreadReport
from kulanz.pages import formats, safe
from kulanz.pages.words import Words

REASON_LIMIT = 400
STRONGEST = 2


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign http or https address and the words that name it."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ranked list; ``anchor`` names the thread's part of the page, "" if it has none."""

    anchor: str
    rank: str
    title: str
    link: Link | None
    source: str
    stage: Stage
    stage_word: str
    scored: bool
    score: str
    score_width: int
    affected: str
    posts: str
    people: str
    views: str
    reasons: tuple[str, ...]


def row_of(report: ThreadReport, position: int, words: Words, *, detailed: bool) -> Row:
    """The line of the thread at ``position`` (from 1) of the list."""
    lang = words.lang
    return Row(
        anchor=f"t{position}" if detailed else "",
        rank=formats.number(report.rank or position, lang),
        title=title_of(report, words),
        link=link_of(report.url),
        source=safe.line(report.source or ""),
        stage=report.stage,
        stage_word=words(f"stage_{report.stage}"),
        scored=report.scored,
        score=formats.percent(report.score, lang),
        score_width=round(min(1.0, max(0.0, report.score)) * 100),
        affected=formats.number(report.affected, lang),
        posts=formats.number(report.posts, lang),
        people=formats.number(report.participants, lang),
        views=formats.number(report.views, lang),
        reasons=tuple(safe.line(reason.text, REASON_LIMIT) for reason in report.reasons[:STRONGEST]),
    )


def title_of(report: ThreadReport, words: Words) -> str:
    """The title, or the thread's id where it has none."""
    return safe.line(report.title or "") or words("untitled", id=safe.line(report.thread_id))


def link_of(url: str | None, text: str | None = None) -> Link | None:
    """A link named by its host unless a text is given; None where the address is not for the web."""
    address = safe.web_address(url)
    if address is None:
        return None
    return Link(address, safe.line(text or urlsplit(address).hostname or address, 80))
