"""A draft and its thread in, a report out: what the editor, the command and the API all run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from kulanz.core.drafts.draft import GOOD, Draft
from kulanz.core.drafts.earlier import contradictions, open_promises
from kulanz.core.drafts.limits import beyond
from kulanz.core.drafts.model import LEARNT_BAD, LEARNT_GOOD, DraftModel, PassageReader, Passages, heat_of
from kulanz.core.drafts.personal import revealed
from kulanz.core.drafts.pieces import pieces
from kulanz.core.drafts.position import ARGUING, comparison, effect, position
from kulanz.core.drafts.questions import open_questions
from kulanz.core.drafts.report import Comparison, DraftFinding, DraftReport, Effect, OpenQuestion
from kulanz.core.drafts.talk import DraftError, Talk, talk_of
from kulanz.core.drafts.wording import DATA, FINDINGS
from kulanz.core.examination import Examination, Models, examine, scores
from kulanz.core.features import Vectorizer
from kulanz.core.language import READ, Language
from kulanz.core.measures import Baseline
from kulanz.core.posts import Post
from kulanz.core.reading import ThreadReader
from kulanz.core.staff import StaffRules

MOST_READ: Final = 150
"""Of a longer thread the first post and so many of the last are read."""

MOST_CHARACTERS: Final = 20_000
"""Of a draft; nobody reads a longer answer."""

YES: Final = 0.5
DRAFT_ID: Final = "draft"
_ONLY_AFTER_COMPLAINTS: Final = ("apology", "empathy")
_GRIEVANCES: Final = ("complaint", "affected", "anger")


class _Look(NamedTuple):
    """A thread as it stands, and the forecast with the draft in it."""

    found: Examination
    after: float


class DraftCheck:
    """Checks drafts. Keeps a token cache: make one and use it for all drafts.

    ``lang`` is the language of the texts (de or en), ``staff`` says who speaks for the company.
    """

    def __init__(
        self, models: Models, drafts: DraftModel, *, staff: StaffRules | None = None, lang: str = "en"
    ) -> None:
        self._models = models
        self._drafts = drafts
        self._staff = staff or StaffRules()
        self._lang = lang
        self._vectorizer = Vectorizer(models.grams, models.vectors)
        self._threads = ThreadReader(self._vectorizer, models.head, self._staff)
        self._passages = PassageReader(self._vectorizer, models.head)

    def check(self, draft: Draft, thread: Sequence[Post]) -> DraftReport:
        """Check a draft against its thread, whose posts are in time order; a thread may be empty.

        Raise DraftError for a draft without words or with more than MOST_CHARACTERS, and for ``reply_to``
        that is no post of the thread.
        """
        if len(draft.text) > MOST_CHARACTERS:
            raise DraftError(
                f"expected at most {MOST_CHARACTERS:,} characters, got {len(draft.text):,}: is this a draft?"
            )
        if not pieces(draft.text):
            raise DraftError("expected a draft with words, got none: write something first")
        posts = list(thread) if len(thread) <= MOST_READ else [thread[0], *thread[-MOST_READ:]]
        look = self._look(draft, posts) if posts else None
        talk = talk_of(draft, posts, look.found.thread.company.tolist() if look else [])
        lang = self._language(draft.text, talk.customer)
        if lang is None:
            return self._unscored(draft, talk, look)
        return self._scored(draft, talk, look, lang)

    def _look(self, draft: Draft, posts: list[Post]) -> _Look:
        """Read the thread without the draft and with it, both at once."""
        last = posts[-1]
        answer = Post(
            thread_id=last.thread_id,
            post_id=DRAFT_ID,
            author_id=draft.author or DRAFT_ID,
            created_at=last.created_at,
            text=draft.text,
            reply_to=draft.reply_to,
            role="staff",
        )
        reading = self._threads.read([posts, [*posts, answer]])
        given = scores(reading, self._models)
        found = examine(reading, 0, given, self._models.stages, Baseline(), self._staff.names)
        return _Look(found, float(given.belief[-1]))

    def _language(self, text: str, customer: str) -> Language | None:
        own, theirs = self._vectorizer.transform([text, customer]).lang
        if own in READ:
            return own
        return theirs if own == "und" and theirs in READ else None

    def _unscored(self, draft: Draft, talk: Talk, look: _Look | None) -> DraftReport:
        return DraftReport(
            lang="other",
            scored=False,
            findings=tuple(self._personal(draft, talk)),
            questions=(),
            position=position(draft, look.found if look else None, argues=False, lang=self._lang),
            comparison=None,
            effect=None,
        )

    def _scored(self, draft: Draft, talk: Talk, look: _Look | None, lang: Language) -> DraftReport:
        passages = self._passages.read(pieces(draft.text), lang, talk.customer, talk.names)
        asked = tuple(open_questions(talk, passages, self._passages, self._drafts.answers, lang))
        bad = [*self._bad(passages), *self._limit(draft, passages)]
        good = _honest(self._good(passages, asked, complained=look is None or _complained(look.found)), bad)
        findings = [*self._personal(draft, talk), *bad, *self._earlier(draft, talk, lang), *good]
        argues = any(one.code in ARGUING for one in bad)
        return DraftReport(
            lang=lang,
            scored=True,
            findings=tuple(sorted(findings, key=_place)),
            questions=asked,
            position=position(draft, look.found if look else None, argues=argues, lang=self._lang),
            comparison=self._comparison(draft, talk, lang) if talk.asked else None,
            effect=self._effect(look) if look else None,
        )

    def _found(self, code: str, start: int, end: int, detail: str | None = None) -> DraftFinding:
        why, better = FINDINGS[self._lang][code]
        return DraftFinding(
            code=code, kind="found", start=start, end=end, why=why, better=better, detail=detail
        )

    def _missing(self, code: str, detail: str | None = None, posts: tuple[str, ...] = ()) -> DraftFinding:
        why, better = FINDINGS[self._lang][code]
        return DraftFinding(code=code, kind="missing", why=why, better=better, detail=detail, posts=posts)

    def _personal(self, draft: Draft, talk: Talk) -> Iterator[DraftFinding]:
        if not draft.public:
            return
        why, better = FINDINGS[self._lang]["personal_data"]
        for start, end, kind in revealed(draft.text, talk.known(draft)):
            yield DraftFinding(
                code="personal_data",
                kind="found",
                start=start,
                end=end,
                why=why,
                better=better,
                detail=DATA[self._lang][kind],
                blocks=True,
            )

    def _bad(self, passages: Passages) -> Iterator[DraftFinding]:
        chances = self._drafts.bad(passages)
        for piece, row in zip(passages.pieces, chances.tolist(), strict=True):
            for code, chance in zip(LEARNT_BAD, row, strict=True):
                if chance >= YES:
                    yield self._found(code, piece.start, piece.end)

    def _limit(self, draft: Draft, passages: Passages) -> Iterator[DraftFinding]:
        if draft.most is not None:
            for piece, detail in beyond(draft.most, passages.pieces, self._lang):
                yield self._found("overpromises", piece.start, piece.end, detail)

    def _earlier(self, draft: Draft, talk: Talk, lang: str) -> Iterator[DraftFinding]:
        why, better = FINDINGS[self._lang]["contradicts"]
        for start, end, text, post_id in contradictions(draft.text, talk.staff):
            yield DraftFinding(
                code="contradicts",
                kind="found",
                start=start,
                end=end,
                why=why,
                better=better,
                detail=text,
                posts=(post_id,),
            )
        for text, post_id in open_promises(draft.text, talk.staff, lang):
            yield self._missing("promise_open", text, (post_id,))

    def _good(
        self, passages: Passages, asked: Sequence[OpenQuestion], *, complained: bool
    ) -> Iterator[DraftFinding]:
        chances = self._drafts.whole.probabilities(passages.whole()[None])[0].tolist()
        present = {code: chance >= YES for code, chance in zip(LEARNT_GOOD, chances, strict=True)}
        if asked:
            present["answers"] = all(question.answered for question in asked)
        for code in GOOD:
            if present.get(code):
                start, end = passages.strongest(code)
                yield DraftFinding(code=code, kind="present", start=start, end=end)
            elif code in present and (complained or code not in _ONLY_AFTER_COMPLAINTS):
                yield self._missing(code)

    def _comparison(self, draft: Draft, talk: Talk, lang: Language) -> Comparison:
        heat = self._vectorizer.transform([draft.text, talk.customer], lang).heat
        return comparison(draft.text, talk.customer, (heat_of(heat[0]), heat_of(heat[1])), self._lang)

    def _effect(self, look: _Look) -> Effect:
        return effect(float(look.found.belief[-1]), look.after, self._lang)


def _honest(good: Iterable[DraftFinding], bad: Sequence[DraftFinding]) -> Iterator[DraftFinding]:
    """Leave out an apology that is found to be none."""
    false = {(one.start, one.end) for one in bad if one.code == "false_apology"}
    return (one for one in good if one.code != "apology" or (one.start, one.end) not in false)


def _complained(found: Examination) -> bool:
    grieved = any((found.thread.signal(label) >= YES).any() for label in _GRIEVANCES)
    return grieved or not found.thread.scored.any()


def _place(finding: DraftFinding) -> tuple[int, int]:
    """What blocks first, then what was found, missing and present, each in the order of the text."""
    order = ("found", "missing", "present").index(finding.kind)
    return (-1 if finding.blocks else order, finding.start or 0)
