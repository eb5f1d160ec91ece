"""Drafts are checked while they are written, and once more when they go out; findings can be called wrong.

The check never changes a draft. It keeps one from going out only for personal data in public, unless a member
called that finding wrong, and where a second person has to approve first.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import get_language

from kulanz.api import make_draft_check
from kulanz.core.drafts.draft import Draft
from kulanz.core.drafts.legal import legal_words
from kulanz.core.drafts.limits import beyond
from kulanz.core.drafts.pieces import pieces
from kulanz.core.drafts.position import FOUR_EYES_FROM
from kulanz.core.drafts.report import DraftFinding, DraftReport
from kulanz.core.drafts.wording import NAMES
from kulanz.core.language import READ
from kulanz.core.money import Money
from kulanz.core.posts import Post as CorePost
from kulanz.core.spoken import Lang, lang_for
from kulanz.core.staff import StaffRules
from kulanz.desk.models import Case, DraftVerdict, Reply, ShownFinding
from kulanz.desk.models.drafts import KINDS
from kulanz.desk.queries.approving import approval_rules, approvers_but, gives_more, writers_of
from kulanz.desk.queries.company import staff_rules
from kulanz.desk.queries.drafts import Place, own_limit, talk_at, wrong_at
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.approvals import Reason, Traits, reasons
from kulanz.desk.rules.blanks import gaps, refuse_gaps
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.events import record
from kulanz.desk.services.sealing import derived_keys

if TYPE_CHECKING:
    from kulanz.core.drafts.check import DraftCheck

LONGEST: Final = 20_000
"""Characters of a reply; nobody reads a longer answer."""

PUBLIC: Final = "public"
PHONE: Final = "phone"
_THREAT: Final = "threatens"
_MARK_KEY: Final = "draft finding"
_MARK: Final = 32
_LANGUAGES: Final = (*READ, "other")
_ONE_AT_A_TIME: Final = Lock()
"""Models are read once, and the cache of tokens is not made for several threads at once."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding as the desk shows it.

    ``mark`` names its passage at this place without the words; ``verdict`` is the id of the one that calls it
    wrong, None without one.
    """

    finding: DraftFinding
    name: str
    passage: str
    language: str
    mark: str
    verdict: int | None

    @property
    def key(self) -> str:
        """What a form sends to call it wrong."""
        return f"{self.finding.code}.{self.finding.kind}.{self.language}.{self.mark}"

    @property
    def blocks(self) -> bool:
        """Whether it keeps the draft from going out in public."""
        return self.finding.blocks and self.verdict is None


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check says of a draft; ``report`` is as it came, ``judged`` its findings with the verdicts.

    ``gaps`` are blanks of a template that nobody has filled in, ``asks`` the rules that ask for a second
    person, and ``approvers`` who that could be.
    """

    text: str
    report: DraftReport
    judged: tuple[Judged, ...]
    gaps: tuple[str, ...] = ()
    asks: tuple[Reason, ...] = ()
    approvers: tuple[str, ...] = ()

    @property
    def blocking(self) -> tuple[Judged, ...]:
        return tuple(each for each in self.judged if each.blocks)

    @property
    def found(self) -> tuple[Judged, ...]:
        return self._of_kind("found")

    @property
    def missing(self) -> tuple[Judged, ...]:
        return self._of_kind("missing")

    @property
    def present(self) -> tuple[Judged, ...]:
        return self._of_kind("present")

    def _of_kind(self, kind: str) -> tuple[Judged, ...]:
        return tuple(each for each in self.judged if each.finding.kind == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Which finding somebody calls wrong: ``mark`` is that of ``Judged``."""

    code: str
    kind: str
    language: str
    mark: str


def check(  # noqa: PLR0913 - words are whose, to whom, by which way, and seen by whom
    *,
    actor: Actor,
    place: Place,
    text: str,
    public: bool,
    author: str = "",
    approved: bool = False,
    spoken: bool = False,
    writers: Collection[int] = (),
) -> Checked | None:
    """Check words that somebody is about to send; None where there are none to check.

    Nobody has to approve what was ``approved``, or ``spoken`` by telephone; ``writers`` do not approve it.
    Raise RuleError for more than ``LONGEST`` characters.
    """
    actor.need(Right.SEE_CASES)
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise RuleError(
            "draft: expected at most %(most)s characters, got %(got)s", most=LONGEST, got=len(text)
        )
    if not pieces(text):
        return None
    lang = lang_for(get_language())
    talk = talk_at(place)
    company = staff_rules(talk.source)
    draft = Draft(
        text=text,
        public=public,
        reply_to=talk.reply_to,
        author=author or actor.name,
        most=own_limit(actor),
        approved=approved,
    )
    with _ONE_AT_A_TIME:
        report = _checker(company, lang).check(draft, talk.posts)
    judged = tuple(_judged(report, text, place, lang))
    asks = () if approved or spoken else _asks(report, judged, text, place, public=public)
    others = approvers_but(writers or (actor.member_id,)) if asks else ()
    return Checked(text, report, judged, gaps(text), asks, tuple(map(str, others)))


def check_past(
    company: StaffRules, answer: CorePost, earlier: Sequence[CorePost]
) -> tuple[tuple[str, ...], bool] | None:
    """Return what ``past_report`` finds in an answer, and whether a second person would be asked."""
    report = past_report(company, answer, earlier, "en")
    if report is None:
        return None
    found = dict.fromkeys(each.code for each in report.findings if each.kind == "found")
    return tuple(found), report.position.needs_approval


def past_report(
    company: StaffRules, answer: CorePost, earlier: Sequence[CorePost], lang: Lang
) -> DraftReport | None:
    """Check a public answer of the past as a draft; ``earlier`` are the posts before it.

    None where there are no words to check, or more than ``LONGEST``.
    """
    if not pieces(answer.text) or len(answer.text) > LONGEST:
        return None
    known = {post.post_id for post in earlier}
    reply_to = answer.reply_to if answer.reply_to in known else None
    draft = Draft(text=answer.text, reply_to=reply_to, author=answer.author_id)
    with _ONE_AT_A_TIME:
        return _checker(company, lang).check(draft, earlier)


def check_reply(*, actor: Actor, reply: Reply, text: str | None = None) -> Checked | None:
    """Check a reply as it is kept, or with other words."""
    approved = reply.approver_id is not None and text is None
    words = reply.text if text is None else text
    signs = reply.case.contact if reply.case and reply.case.contact else reply.author
    return check(
        actor=actor,
        place=place_of(reply),
        text=words,
        public=reply.channel == PUBLIC,
        author=str(signs),
        approved=approved,
        spoken=reply.channel == PHONE,
        writers=writers_of(reply),
    )


def place_of(reply: Reply) -> Place:
    """Return the case or the thread that a reply is written to."""
    place = reply.case or reply.thread
    if place is None:
        raise RuleError("a reply needs a case, or a conversation that it is written to in public")
    return place


def refuse(checked: Checked | None, reply: Reply) -> None:
    """Raise RuleError for gaps, and for what must not go out in public, or not before it is approved."""
    refuse_gaps(reply.subject, reply.text)
    if checked is None:
        return
    if reply.channel == PUBLIC and checked.blocking:
        first = checked.blocking[0].finding
        raise RuleError(
            "Personal data in a public answer: %(found)s. %(why)s %(better)s If it is none, mark the finding"
            " as wrong.",
            found=", ".join(dict.fromkeys(each.finding.detail or each.name for each in checked.blocking)),
            why=first.why,
            better=first.better,
        )
    if checked.asks:
        raise RuleError(
            "Somebody else has to approve this answer first: ask for approval. Why: %(reasons)s. Who may:"
            " %(who)s.",
            reasons=", ".join(checked.asks),
            who=", ".join(checked.approvers) or "–",
        )


def keep_shown(checked: Checked | None, reply: Reply) -> None:
    """Keep which findings a reply had when it went out, or was shown to others, in place of earlier ones."""
    ShownFinding.objects.filter(reply=reply).delete()
    if checked is not None:
        ShownFinding.objects.bulk_create(
            ShownFinding(
                reply=reply,
                code=each.finding.code,
                kind=each.finding.kind,
                language=each.language,
                verdict_id=each.verdict,
            )
            for each in checked.judged
        )


def overruled(checked: Checked | None) -> int:
    """Return how many findings that would have kept a draft back were called wrong."""
    return sum(each.finding.blocks and not each.blocks for each in checked.judged) if checked else 0


def mark_wrong(*, actor: Actor, place: Place, verdict: Verdict, now: datetime) -> DraftVerdict:
    """Call a finding wrong in all drafts to a place; twice is once."""
    actor.need(Right.WORK_CASES)
    _known(verdict)
    named = {"code": verdict.code, "kind": verdict.kind, "mark": verdict.mark}
    with transaction.atomic():
        row, is_new = DraftVerdict.objects.get_or_create(
            **_at(place),
            **named,
            defaults={"language": verdict.language, "by_id": actor.member_id, "at": now},
        )
        if is_new:
            record(actor, "mark_wrong", row, now=now, data={"finding": verdict.code})
    return row


def unmark(*, actor: Actor, place: Place, verdict: Verdict, now: datetime) -> None:
    """Take back that a finding is wrong; nothing happens where nobody called it so."""
    actor.need(Right.WORK_CASES)
    _known(verdict)
    with transaction.atomic():
        rows = DraftVerdict.objects.filter(
            **_at(place), code=verdict.code, kind=verdict.kind, mark=verdict.mark
        )
        for row in rows.select_for_update():
            record(actor, "unmark", row, now=now, data={"finding": row.code})
            row.delete()


def _asks(
    report: DraftReport, judged: Sequence[Judged], text: str, place: Place, *, public: bool
) -> tuple[Reason, ...]:
    """Which of the company's rules ask for a second person."""
    rules, stands = approval_rules(), report.position
    threat = any(each.finding.code == _THREAT and each.verdict is None for each in judged)
    traits = Traits(
        public=public,
        hardened=stands.hardened,
        third=stands.code == "four_eyes" or (stands.hardened and stands.number >= FOUR_EYES_FROM),
        amount=rules.above is not None and _gives_more(rules.above, text, place),
        legal=threat or bool(legal_words(text)),
    )
    return reasons(rules, traits)


def _gives_more(most: Money, text: str, place: Place) -> bool:
    said = next(beyond(most, pieces(text), "en"), None) is not None
    return said or (isinstance(place, Case) and gives_more(place, most))


def _at(place: Place) -> dict[str, Place | None]:
    return {"case": place, "thread": None} if isinstance(place, Case) else {"case": None, "thread": place}


def _known(verdict: Verdict) -> None:
    """Raise RuleError for a verdict on what the check never finds."""
    hexadecimal = set(verdict.mark) <= set("0123456789abcdef")
    if (
        verdict.code not in NAMES["en"]
        or verdict.kind not in KINDS
        or verdict.language not in _LANGUAGES
        or len(verdict.mark) != _MARK
        or not hexadecimal
    ):
        raise RuleError("finding: expected code, kind, language and mark of one that the check told of")


@lru_cache(maxsize=4)
def _checker(company: StaffRules, lang: Lang) -> DraftCheck:
    """The check with its models, read on first use and shared by all requests of a process."""
    return make_draft_check(company=company, lang=lang)


def _judged(report: DraftReport, text: str, place: Place, lang: Lang) -> Iterator[Judged]:
    wrong = wrong_at(place)
    for finding in report.findings:
        passage = text[finding.start : finding.end] if finding.start is not None else ""
        mark, verdict = _verdict(finding, passage or finding.detail or "", place, wrong)
        yield Judged(finding, NAMES[lang][finding.code], passage, report.lang, mark, verdict)


def _verdict(
    finding: DraftFinding, words: str, place: Place, wrong: Mapping[tuple[str, str, str], int]
) -> tuple[str, int | None]:
    """Return a finding's mark and the verdict on it; one made with the old key still holds."""
    kind = "case" if isinstance(place, Case) else "thread"
    told = f"{kind} {place.pk}\n{finding.code}\n{finding.kind}\n{words}".encode()
    marks = [hmac.new(key, told, "sha256").hexdigest()[:_MARK] for key in derived_keys(_MARK_KEY)]
    for mark in marks:
        if (verdict := wrong.get((finding.code, finding.kind, mark))) is not None:
            return mark, verdict
    return marks[0], None
