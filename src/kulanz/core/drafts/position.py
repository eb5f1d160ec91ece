"""Where a draft would stand in its thread, how it compares with the customer's text, and what it may do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kulanz.core.drafts.draft import Draft
from kulanz.core.drafts.report import Comparison, Effect, Position
from kulanz.core.drafts.wording import EFFECT, POSITION, REMARKS
from kulanz.core.examination import Examination
from kulanz.core.report import STAGES

FOUR_EYES_FROM: Final = 3
ARGUING: Final = frozenset(
    ("quotes_terms", "argues_right", "lists_facts", "blames", "condescends", "passive_defence", "threatens",
     "audience")
)  # fmt: skip
LONGER: Final = 3.0
MANY_WORDS: Final = 150
SHORTER: Final = 6.0
SOME_WORDS: Final = 60
SHARPER: Final = 0.3
# Half the range of a forecast: it moves no further within the three posts after four of five answers
# (docs/drafts.md says where that was measured).
HALF_RANGE: Final = 0.05
_FORMAL: Final = re.compile(r"(?<=[\w,;] )(?:Sie|Ihnen|Ihre?[nmrs]?)(?!\w)")
_FAMILIAR: Final = re.compile(
    r"(?<!\w)(?:du|dir|dich|deine?[nmrs]?|euch|eure?[nmrs]?|ihr habt|ihr seid)(?!\w)", re.IGNORECASE
)


def position(draft: Draft, found: Examination | None, *, argues: bool, lang: str) -> Position:
    """Say where the draft would stand. ``found`` is the thread without it, None where there is none."""
    hardened = found is not None and _hardened(found)
    if not draft.public:
        return Position(
            number=0,
            code="private",
            argues=argues,
            hardened=hardened,
            needs_approval=False,
            advice=POSITION[lang]["private"],
        )
    answers = _answers(found)
    number = len(answers) + 1
    argued = len(_argued(found, answers)) + argues
    code = _code(number, argued, hardened=hardened, argues=argues)
    return Position(
        number=number,
        code=code,
        argues=argues,
        hardened=hardened,
        needs_approval=not draft.approved and (hardened or code == "four_eyes"),
        advice=POSITION[lang][code].format(number=number),
    )


def _hardened(found: Examination) -> bool:
    """The fronts have turned, or the thread is escalated."""
    return found.measures.fronts.turned_at is not None or STAGES[int(found.stage[-1])] == "escalated"


def _answers(found: Examination | None) -> list[int]:
    """The company's posts after the first post of somebody else."""
    if found is None:
        return []
    company = found.thread.company.tolist()
    first = company.index(False) if False in company else len(company)
    return [
        number
        for number, post in enumerate(found.thread.posts)
        if number > first and company[number] and not post.automatic
    ]


def _argued(found: Examination | None, answers: Sequence[int]) -> set[int]:
    if found is None:
        return set()
    company = found.measures.company
    return set(answers) & {*company.policy_posts, *company.dismissive_posts}


def _code(number: int, argued: int, *, hardened: bool, argues: bool) -> str:
    if hardened:
        return "hardened"
    if number >= FOUR_EYES_FROM and argued:
        return "four_eyes"
    if number > 1:
        return "second_argument" if argues and argued > 1 else "later"
    return "first"


def comparison(draft: str, customer: str, heats: tuple[float | None, float | None], lang: str) -> Comparison:
    """Compare lengths, heat (of the draft, of the customer) and how they address each other."""
    words, theirs = len(draft.split()), len(customer.split())
    heat, other = heats
    remarks = []
    if words > MANY_WORDS and words > LONGER * theirs:
        remarks.append(("longer", {"ratio": round(words / max(theirs, 1))}))
    if theirs > SOME_WORDS and SHORTER * words < theirs:
        remarks.append(("shorter", {}))
    if heat is not None and other is not None and heat > other + SHARPER:
        remarks.append(("sharper", {}))
    if (
        _familiar(draft) is not None
        and _familiar(draft) is (not _familiar(customer))
        and _familiar(customer) is not None
    ):
        remarks.append(("address", {}))
    told = tuple((code, REMARKS[lang][code].format(**numbers)) for code, numbers in remarks)
    return Comparison(
        draft_words=words, customer_words=theirs, draft_heat=heat, customer_heat=other, remarks=told
    )


def _familiar(text: str) -> bool | None:
    """Whether a German text says "du" and not "Sie"; None where it says neither, or both."""
    familiar, formal = _FAMILIAR.search(text) is not None, _FORMAL.search(text) is not None
    return None if familiar == formal else familiar


def effect(before: float, after: float, lang: str) -> Effect:
    """Say what the forecast does: ``before`` and ``after`` are beliefs without and with the draft."""
    low, high = max(0.0, after - HALF_RANGE), min(1.0, after + HALF_RANGE)
    code = "calmer" if high < before else "sharper" if low > before else "unclear"
    shown = {name: round(100 * value) for name, value in (("before", before), ("low", low), ("high", high))}
    return Effect(
        before=round(before, 4),
        low=round(low, 4),
        high=round(high, 4),
        code=code,
        text=EFFECT[lang][code].format(**shown),
    )
