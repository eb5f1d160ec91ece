"""Drafts before they are sent: what the check says of one, and which findings are wrong."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from ninja import Schema
from pydantic import Field

from kulanz.desk.api.schemas.cases import Channel
from kulanz.desk.api.schemas.common import Body
from kulanz.desk.services.draft_checks import LONGEST, Checked, Judged

Kind = Literal["present", "missing", "found"]
Text = Annotated[str, Field(max_length=LONGEST)]


class DraftFindingOut(Schema):
    """One finding. ``start`` and ``end`` bound its ``passage`` in characters of the text.

    ``blocks`` holds for what keeps it from being sent in public. ``mark`` and ``language`` name it where it
    is called wrong; ``wrong`` tells that somebody did.
    """

    code: str
    name: str
    kind: Kind
    start: int | None
    end: int | None
    passage: str
    why: str
    better: str
    detail: str | None
    posts: list[str]
    blocks: bool
    language: str
    mark: str
    wrong: bool


class DraftQuestionOut(Schema):
    """What the customer asks. ``post_id`` is the post's key, or "message" and the id of a private message."""

    post_id: str
    text: str
    answered: bool


class DraftPositionOut(Schema):
    number: int
    code: str
    argues: bool
    hardened: bool
    needs_approval: bool
    advice: str


class DraftComparisonOut(Schema):
    """Length and tone; ``heat`` is how sharp a text sounds, 0 to 1."""

    draft_words: int
    customer_words: int
    draft_heat: float | None
    customer_heat: float | None
    remarks: list[str]


class DraftEffectOut(Schema):
    """The forecast of a dispute without the draft, and with it as a range; no certainty."""

    before: float
    low: float
    high: float
    code: str
    text: str


class DraftReportOut(Schema):
    """What the check says. ``lang`` is that of the draft; one in another language is not ``scored``.

    ``gaps`` are blanks of a template that are still to be filled in, ``asks`` the rules of approval that ask
    for a second person (public, hardened, third, amount, legal), ``approvers`` who that could be.
    """

    lang: str
    scored: bool
    may_be_sent: bool
    gaps: list[str]
    asks: list[str]
    approvers: list[str]
    findings: list[DraftFindingOut]
    questions: list[DraftQuestionOut]
    position: DraftPositionOut | None
    comparison: DraftComparisonOut | None
    effect: DraftEffectOut | None


class CaseDraftIn(Body):
    """``channel`` public means that others read it, too."""

    text: Text
    channel: Channel = "email"


class PublicDraftIn(Body):
    text: Text


class ReplyDraftIn(Body):
    """``text`` replaces the words that are kept; without it they are checked."""

    text: Text | None = None


class FindingRateOut(Schema):
    """``precision`` is the share of those shown that nobody called wrong."""

    code: str
    kind: Kind
    language: str
    shown: int
    wrong: int
    precision: float


class VerdictIn(Body):
    """A finding as the check told of it; ``wrong`` false takes the verdict back."""

    code: Annotated[str, Field(max_length=20)]
    kind: Kind
    language: Literal["de", "en", "other"]
    mark: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    wrong: bool = True


def shown(checked: Checked | None) -> dict[str, Any]:
    """Return the shape of ``DraftReportOut``; words without a letter have no findings."""
    if checked is None:
        nothing = {"position": None, "comparison": None, "effect": None}
        return {
            "lang": "other",
            "scored": False,
            "may_be_sent": True,
            "gaps": [],
            "asks": [],
            "approvers": [],
            "findings": [],
            "questions": [],
            **nothing,
        }
    report = checked.report
    both = report.comparison
    return {
        "lang": report.lang,
        "scored": report.scored,
        "may_be_sent": not checked.blocking and not checked.gaps and not checked.asks,
        "gaps": checked.gaps,
        "asks": checked.asks,
        "approvers": checked.approvers,
        "findings": [_finding(each) for each in checked.judged],
        "questions": report.questions,
        "position": msgspec.structs.replace(report.position, needs_approval=bool(checked.asks)),
        "comparison": both
        and {**msgspec.structs.asdict(both), "remarks": [words for _code, words in both.remarks]},
        "effect": report.effect,
    }


def _finding(each: Judged) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(each.finding),
        "name": each.name,
        "passage": each.passage,
        "blocks": each.blocks,
        "language": each.language,
        "mark": each.mark,
        "wrong": each.verdict is not None,
    }
