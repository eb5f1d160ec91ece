"""The draft check against the labels of readers: precision and recall per finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kulanz.core.drafts.draft import BAD, GOOD
from kulanz.core.drafts.labelled import LabelledDraft
from kulanz.core.drafts.report import DraftReport

WEAK_BELOW: Final = 0.6
"""A finding whose F1 is below this is called weak."""


@dataclass(frozen=True, slots=True)
class FindingFigures:
    """How well one finding is found: ``support`` times readers named it, ``said`` times the check did."""

    code: str
    support: int
    said: int
    precision: float | None
    recall: float | None
    f1: float | None

    @property
    def weak(self) -> bool:
        return self.f1 is None or self.f1 < WEAK_BELOW


@dataclass(frozen=True, slots=True)
class DraftsEvaluation:
    """Figures of GOOD (by draft), of BAD (passages that overlap), and of what blocks (public drafts).

    ``clean`` drafts have no bad passage by their labels; ``alarmed`` of them got a finding all the same.
    """

    drafts: int
    clean: int
    alarmed: int
    good: tuple[FindingFigures, ...]
    bad: tuple[FindingFigures, ...]
    blocks: FindingFigures

    @property
    def macro_f1_good(self) -> float:
        return _mean(self.good)

    @property
    def macro_f1_bad(self) -> float:
        return _mean(self.bad)


def evaluate_drafts(pairs: Sequence[tuple[LabelledDraft, DraftReport]]) -> DraftsEvaluation:
    """Compare reports with labels. Drafts without an open question count as answering all of them."""
    clean = [report for labelled, report in pairs if not labelled.labels.passages]
    return DraftsEvaluation(
        drafts=len(pairs),
        clean=len(clean),
        alarmed=sum(any(one.kind == "found" for one in report.findings) for report in clean),
        good=tuple(_good(code, pairs) for code in GOOD),
        bad=tuple(_bad(code, pairs) for code in BAD),
        blocks=_blocks(pairs),
    )


def _good(code: str, pairs: Iterable[tuple[LabelledDraft, DraftReport]]) -> FindingFigures:
    found = []
    for labelled, report in pairs:
        said = {one.code: one.kind == "present" for one in report.findings if one.code in GOOD}
        found.append((code in labelled.labels.present, said.get(code, code == "answers")))
    return _of_pairs(code, found)


def _blocks(pairs: Iterable[tuple[LabelledDraft, DraftReport]]) -> FindingFigures:
    return _of_pairs(
        "blocks",
        [
            (any(each.code == "personal_data" for each in labelled.labels.passages), bool(report.blocking))
            for labelled, report in pairs
            if labelled.public
        ],
    )


def _of_pairs(code: str, found: Sequence[tuple[bool, bool]]) -> FindingFigures:
    both = sum(wanted and said for wanted, said in found)
    return _figures(code, sum(wanted for wanted, _ in found), sum(said for _, said in found), both, both)


def _bad(code: str, pairs: Iterable[tuple[LabelledDraft, DraftReport]]) -> FindingFigures:
    support = predicted = right = recalled = 0
    for labelled, report in pairs:
        wanted = [(start, end) for name, start, end in labelled.spans() if name == code]
        said = [
            (one.start, one.end)
            for one in report.findings
            if one.code == code and one.start is not None and one.end is not None
        ]
        support += len(wanted)
        predicted += len(said)
        right += sum(any(_overlap(one, other) for other in wanted) for one in said)
        recalled += sum(any(_overlap(one, other) for other in said) for one in wanted)
    return _figures(code, support, predicted, right, recalled)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return min(one[1], other[1]) > max(one[0], other[0])


def _figures(code: str, support: int, said: int, right: int, recalled: int) -> FindingFigures:
    precision = right / said if said else None
    recall = recalled / support if support else None
    both = (precision or 0.0) + (recall or 0.0)
    f1 = 2 * (precision or 0.0) * (recall or 0.0) / both if both else (0.0 if support else None)
    return FindingFigures(code, support, said, precision, recall, f1)


def _mean(figures: Sequence[FindingFigures]) -> float:
    values = [one.f1 for one in figures if one.f1 is not None]
    return sum(values) / len(values) if values else 0.0


def as_table(evaluation: DraftsEvaluation) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| finding | support | said | precision | recall | F1 | |", "|---|---|---|---|---|---|---|"]
    for one in (*evaluation.good, *evaluation.bad, evaluation.blocks):
        shares = (_share(value) for value in (one.precision, one.recall, one.f1))
        cells = (f"`{one.code}`", str(one.support), str(one.said), *shares, "weak" if one.weak else "")
        lines.append("| " + " | ".join(cells) + " |")
    lines.append("")
    lines.append(
        f"{evaluation.drafts} drafts; macro F1 {_share(evaluation.macro_f1_good)} of what a good answer has, "
        f"{_share(evaluation.macro_f1_bad)} of what makes things worse; "
        f"{evaluation.alarmed} of {evaluation.clean} drafts without a bad passage got a finding."
    )
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.2f}".removeprefix("0") if value < 1 else "1.00"
