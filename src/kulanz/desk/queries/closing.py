"""What is asked once a case is settled: how satisfied its customer is, and whether a note may be public."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q

from kulanz.desk.models import Case, ClosingNote, Person, Reply, Satisfaction, Thread
from kulanz.desk.queries.calendars import usual_zone
from kulanz.desk.rules.monthly import LEAST
from kulanz.desk.rules.months import last_months, month_of
from kulanz.desk.rules.status_pages import CHANGEABLE, LEVELS

MONTHS: Final = 12
_SETTLED: Final = ("resolved", "closed")


@dataclass(frozen=True, slots=True)
class MonthlyAnswers:
    """How many customers answered in a month, by step."""

    month: date
    counts: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def is_small(self) -> bool:
        """Whether so few answered that a page does not show who may have said what."""
        return self.total < LEAST


def satisfaction_of(case: Case) -> Satisfaction | None:
    return Satisfaction.objects.filter(case=case).first()


def closing_note_of(case: Case) -> ClosingNote | None:
    return ClosingNote.objects.filter(case=case).select_related("by", "reply", "case__contact").first()


def asked_about(case: Case, now: datetime) -> bool:
    """Whether a customer is asked how satisfied they are: once a case is settled, and once.

    Nobody is asked who wants no questions. What was said can be changed for a week.
    """
    if not is_settled(case) or wants_no_questions(case):
        return False
    said = satisfaction_of(case)
    return said is None or now < said.answered_at + CHANGEABLE


def wants_no_questions(case: Case) -> bool:
    """Whether the customer of a case asked not to be asked, under this or a merged profile."""
    theirs = Q(pk=case.person_id) | Q(merged_into=case.person_id)
    return Person.objects.filter(theirs, no_contact=True).exists()


def is_settled(case: Case) -> bool:
    return case.state in _SETTLED


def was_posted(note: ClosingNote) -> bool:
    return note.reply is not None and note.reply.state == "sent"


def goes_out(note: ClosingNote) -> bool:
    """Whether a note was posted, or is on its way."""
    return note.reply is not None and note.reply.state in ("sending", "sent")


def lacks_agreement(reply: Reply) -> bool:
    """Whether a reply is a closing note to whose very words the customer has not said yes.

    A yes rests while the case is open again: whoever writes that it is not settled has not said so in public.
    Neither changes until the transaction ends.
    """
    case = Case.objects.select_for_update(of=("self",)).filter(closing_note__reply=reply).first()
    note = ClosingNote.objects.filter(reply=reply, case=case).select_related("case").first()
    if note is None:
        return False
    return note.answer != "yes" or note.agreed_text != reply.text or not is_settled(note.case)


def threads_of(case: Case) -> list[Thread]:
    """Return the conversations of a case's issue, where a closing note can stand."""
    if case.issue_id is None:
        return []
    return list(Thread.objects.filter(links__issue=case.issue_id).order_by("pk").distinct())


def answers_by_month(now: datetime) -> list[MonthlyAnswers]:
    """Return what customers said in each of the last months, by the clock of the company, newest first.

    Nothing leads from the numbers to a member.
    """
    zone = usual_zone()
    months = last_months(now, zone, MONTHS)
    begin = month_of(now, zone)[0].replace(year=months[0].year, month=months[0].month)
    rows = Satisfaction.objects.filter(answered_at__gte=begin).values_list("answered_at", "level")
    counted = Counter((at.astimezone(ZoneInfo(zone)).date().replace(day=1), level) for at, level in rows)
    return [
        MonthlyAnswers(month, {level: counted[month, level] for level in LEVELS}) for month in months[::-1]
    ]
