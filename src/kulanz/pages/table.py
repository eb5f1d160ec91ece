"""The ranked list in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kulanz.core.report import Stage, ThreadReport
from kulanz.core.spoken import Lang
from kulanz.pages import formats, safe
from kulanz.pages.rows import title_of
from kulanz.pages.words import Words

WIDE: Final = 120
TITLE_LIMIT: Final = 120
ID_LIMIT: Final = 24
STYLES: Final[dict[Stage, str]] = {
    "calm": "green",
    "complaint": "yellow",
    "issue": "bold yellow",
    "escalated": "bold red",
}
SHAPES: Final[dict[Stage, str]] = {"calm": "○", "complaint": "■", "issue": "◆", "escalated": "▲"}


def print_table(console: Console, ranked: Sequence[ThreadReport], *, top: int, lang: Lang) -> None:
    """Print the first ``top`` threads, best first.

    From 120 columns on the first reason has its own column; below that it stands under the title.
    """
    words = Words(lang)
    if not ranked:
        console.print(Text(words("empty")))
        return
    wide = console.width >= WIDE
    table = _columns(words, wide=wide)
    plain = not console.encoding.lower().startswith("utf")
    for position, report in enumerate(ranked[:top], start=1):
        table.add_row(*_cells(report, position, words, wide=wide, plain=plain))
    console.print(table)
    if top < len(ranked):
        shown, total = formats.number(top, lang), formats.number(len(ranked), lang)
        console.print(Text(words("ranked_part", shown=shown, all=total), style="dim"))


def _columns(words: Words, *, wide: bool) -> Table:
    table = Table(
        box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1), collapse_padding=True, expand=wide, show_edge=False
    )
    table.add_column(words("rank_short"), justify="right", no_wrap=True)
    table.add_column(words("score"), justify="right", no_wrap=True)
    table.add_column(words("stage"), no_wrap=True)
    table.add_column(words("affected_short"), justify="right", no_wrap=True)
    table.add_column(words("posts_short"), justify="right", no_wrap=True)
    table.add_column(words("thread"), overflow="fold", ratio=2 if wide else None)
    if wide:
        table.add_column(words("reason"), overflow="fold", ratio=3)
    return table


def _cells(report: ThreadReport, position: int, words: Words, *, wide: bool, plain: bool) -> list[Text]:
    lang, style = words.lang, STYLES[report.stage]
    shape = "" if plain else f"{SHAPES[report.stage]} "
    title = Text(safe.line(title_of(report, words), TITLE_LIMIT), style="bold")
    title.append(f" {safe.line(report.thread_id, ID_LIMIT)}", style="dim")
    reason = Text(_reason(report, words))
    cells = [
        Text(formats.number(report.rank or position, lang)),
        Text(formats.percent(report.score, lang) if report.scored else formats.MISSING, style=style),
        Text(shape + words(f"stage_{report.stage}"), style=style),
        Text(formats.number(report.affected, lang)),
        Text(formats.number(report.posts, lang)),
    ]
    if wide:
        return [*cells, title, reason]
    return [*cells, Text("\n").join((title, reason)) if reason else title]


def _reason(report: ThreadReport, words: Words) -> str:
    if not report.scored:
        return words("not_scored_cell")
    return safe.line(report.reasons[0].text) if report.reasons else ""
