"""What the check says about a draft."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal["present", "missing", "found"]


class DraftFinding(Struct, frozen=True, kw_only=True):
    """One finding.

    ``kind`` is "present" or "missing" for what a good answer has, "found" for what makes things
    worse. ``start`` and ``end`` bound the passage in characters of the draft; both are None where
    something is missing. ``why`` says why it matters, ``better`` what to do instead; both are empty for
    what is present. ``detail`` names the kind of personal data or the earlier words that are contradicted,
    ``posts`` the posts it rests on. ``blocks`` holds for personal data in public only.
    """

    code: str
    kind: Kind
    start: int | None = None
    end: int | None = None
    why: str = ""
    better: str = ""
    detail: str | None = None
    posts: tuple[str, ...] = ()
    blocks: bool = False


class OpenQuestion(Struct, frozen=True, kw_only=True):
    """A question of the customer that no earlier answer settled, and whether the draft does.

    ``start`` and ``end`` bound the question in its post, ``answer`` the passage of the draft that answers it.
    """

    post_id: str
    start: int
    end: int
    text: str
    answered: bool
    answer: tuple[int, int] | None = None


class Position(Struct, frozen=True, kw_only=True):
    """Where in the conversation the draft would stand.

    ``number`` counts the company's public answers, this one included; 0 for a private draft.
    ``code`` is first, later, second_argument, four_eyes or hardened. ``needs_approval`` says that a second
    person has to see it first.
    """

    number: int
    code: str
    argues: bool
    hardened: bool
    needs_approval: bool
    advice: str


class Comparison(Struct, frozen=True, kw_only=True):
    """The draft's length and tone beside the customer's.

    ``heat`` is how uncivil a text reads, 0..1, None where nothing could be read. ``remarks`` are
    (code, sentence): longer, shorter, sharper, address.
    """

    draft_words: int
    customer_words: int
    draft_heat: float | None
    customer_heat: float | None
    remarks: tuple[tuple[str, str], ...] = ()


class Effect(Struct, frozen=True, kw_only=True):
    """Forecast that the thread derails, 0..1: without the draft, and with it as a range, low to high.

    ``code`` is calmer, sharper or unclear; unclear where the range holds the forecast without the draft.
    """

    before: float
    low: float
    high: float
    code: str
    text: str


class DraftReport(Struct, frozen=True, kw_only=True):
    """All that the check says. ``scored`` is False where the draft is in neither German nor English.

    Then only personal data is looked for, and questions, comparison and effect are left out.
    """

    lang: str
    scored: bool
    findings: tuple[DraftFinding, ...]
    questions: tuple[OpenQuestion, ...]
    position: Position
    comparison: Comparison | None
    effect: Effect | None

    @property
    def blocking(self) -> tuple[DraftFinding, ...]:
        """The findings that keep the draft from being sent in public."""
        return tuple(finding for finding in self.findings if finding.blocks)

    @property
    def may_be_sent(self) -> bool:
        """Whether neither personal data nor a missing approval is in the way."""
        return not self.blocking and not self.position.needs_approval
