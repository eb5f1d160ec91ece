"""A draft's report in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kulanz.core.drafts.draft import Draft
from kulanz.core.drafts.report import DraftFinding, DraftReport
from kulanz.core.drafts.wording import NAMES
from kulanz.core.spoken import Lang
from kulanz.pages import safe

_PASSAGE: Final = 200
_TEXTS: Final = {
    "en": {
        "blocks": "BLOCKS", "found": "found", "missing": "missing", "present": "good",
        "finding": "finding", "told": "passage, why it matters, and what to do instead",
        "answered": "answered", "open": "open", "asked": "The customer asks",
        "other": "Neither German nor English: only personal data was looked for.",
        "approve": "A second person has to approve this draft.",
        "opinion": "Findings can be wrong; the text is yours.",
        "quoted": "“{words}”",
    },
    "de": {
        "blocks": "SPERRT", "found": "gefunden", "missing": "fehlt", "present": "gut",
        "finding": "Befund", "told": "Stelle, warum es zählt, und was besser wäre",
        "answered": "beantwortet", "open": "offen", "asked": "Gefragt ist",
        "other": "Weder Deutsch noch Englisch: Nur persönliche Daten wurden gesucht.",
        "approve": "Eine zweite Person muss diesen Entwurf freigeben.",
        "opinion": "Befunde können falsch sein; der Text ist Ihrer.",
        "quoted": "„{words}“",
    },
}  # fmt: skip


def print_report(report: DraftReport, draft: Draft, lang: Lang) -> None:
    """Print findings with passage, reason and direction, then what concerns the whole draft."""
    console = Console(file=sys.stdout)
    if report.findings:
        console.print(_findings(report, draft.text, lang))
        console.print()
    for line in _lines(report, lang):
        console.print(line)


def _findings(report: DraftReport, text: str, lang: Lang) -> Table:
    texts = _TEXTS[lang]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1), show_lines=False)
    table.add_column("", no_wrap=True)
    table.add_column(texts["finding"], max_width=24)
    table.add_column(texts["told"], overflow="fold")
    for finding in report.findings:
        style = "bold red" if finding.blocks else "bold" if finding.kind == "found" else ""
        state = Text(texts["blocks" if finding.blocks else finding.kind], style=style)
        table.add_row(state, Text(NAMES[lang][finding.code], style=style), _told(finding, text, lang))
    return table


def _told(finding: DraftFinding, text: str, lang: Lang) -> Text:
    parts = []
    if finding.start is not None:
        words = safe.line(text[finding.start : finding.end], _PASSAGE)
        parts.append(_TEXTS[lang]["quoted"].format(words=words))
    if finding.detail is not None:
        parts.append(f"({safe.line(finding.detail, _PASSAGE)})")
    if finding.why:
        parts.append(f"{finding.why} {finding.better}")
    return Text(" ".join(parts))


def _lines(report: DraftReport, lang: Lang) -> Iterator[Text]:
    texts = _TEXTS[lang]
    for question in report.questions:
        state = texts["answered" if question.answered else "open"]
        yield Text(f"{texts['asked']} ({state}): {safe.line(question.text, _PASSAGE)}")
    if not report.scored:
        yield Text(texts["other"])
    yield Text(report.position.advice)
    if report.position.needs_approval:
        yield Text(texts["approve"], style="bold red")
    if report.comparison is not None:
        yield from (Text(sentence) for _, sentence in report.comparison.remarks)
    if report.effect is not None:
        yield Text(report.effect.text)
    yield Text(texts["opinion"], style="dim")
