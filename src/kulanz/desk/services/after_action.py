"""The report after an issue: made anew from the record whenever it is asked for, below what people wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, TypeVar

from kulanz.core.money import Money, total
from kulanz.core.stake import Line, rough
from kulanz.desk.models import Alert, Event, Gesture, Issue, Measure, ReportSummary, Thread
from kulanz.desk.queries import after_action as record_of
from kulanz.desk.queries.after_action import MOST
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.after_action import Amount, Answer, Label, Said, Sight, first
from kulanz.desk.rules.issue_report import (
    Answered,
    AppealLine,
    Course,
    GestureLine,
    Happened,
    HoldLine,
    IssueReport,
    MeasureLine,
    PromiseLine,
    RaisedAlarm,
    StakeLine,
    Summary,
    Work,
    for_others,
)
from kulanz.desk.rules.machines import SPENT, WITHDRAWN
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.report_checks import past_checks
from kulanz.desk.services.report_courses import Labels, Told, conversations
from kulanz.desk.services.report_summaries import words_for_others
from kulanz.desk.services.stakes import of_issue

MOST_FOLLOWED: Final = 10
"""Conversations of which a report says what followed each answer."""

_Row = TypeVar("_Row")


@dataclass(slots=True)
class _Lists:
    """Lists of a report, each cut where it is too long; ``cut`` names those that were."""

    cut: list[str] = field(default_factory=list)

    def of(self, name: str, rows: Sequence[_Row]) -> Sequence[_Row]:
        if len(rows) > MOST:
            self.cut.append(name)
        return rows[:MOST]


def report_of(*, actor: Actor, issue: Issue, now: datetime) -> IssueReport:
    """Return the report of an issue as a member may see it; whose values are shown is recorded."""
    labels, lists = Labels(), _Lists()
    title = labels.of("issue", issue.pk, issue.title)
    threads = lists.of("conversations", record_of.threads_of(issue))
    told = conversations(threads, labels)
    alarms = lists.of("alarms", record_of.alarms_in(threads))
    work = _work(issue, labels, lists) if actor.may(Right.SEE_CASES) else None
    touched = record_of.first_touch(issue, threads, cases=actor.may(Right.SEE_CASES))
    sight = _sight(touched, told, alarms, labels)
    due = sorted((each for one in told for each in one.due), key=lambda each: each.at)
    return IssueReport(
        title=title,
        state=issue.state,
        outcome=issue.outcome,
        severity=issue.severity,
        stage=issue.stage,
        owner=labels.member(issue.owner),
        opened_at=issue.opened_at,
        closed_at=issue.closed_at,
        summary=_summary(record_of.summaries_of(issue)[:1], labels),
        sight=sight,
        courses=tuple(_courses(told, lists)),
        happened=_happened(actor, issue, told, alarms, labels, lists),
        answers=_answers(actor, issue, told, labels, lists),
        work=work,
        stake=_stake(actor, issue, now),
        measures=tuple(
            _measure(each, labels) for each in lists.of("measures", record_of.measures_in(threads))
        ),
        due=tuple(lists.of("due", due)),
        raised=tuple(
            RaisedAlarm(each.raised_at, _thread_of(each, labels), each.score, each.stage, each.verdict)
            for each in alarms
        ),
        checks=tuple(past_checks(told)),
        cut=tuple(lists.cut),
    )


def report_for_others(*, actor: Actor, issue: Issue, now: datetime) -> IssueReport:
    """Return the report without what tells who it is about, with the words written for others."""
    latest = record_of.summaries_of(issue)[:1]
    words = words_for_others(issue, latest[0].shared) if latest else ""
    return for_others(report_of(actor=actor, issue=issue, now=now), words)


def _courses(told: Sequence[Told], lists: _Lists) -> Iterator[Course]:
    """Yield the conversations, with what followed each answer in the first ones."""
    for place, one in enumerate(told):
        course = one.course if place < MOST_FOLLOWED else replace(one.course, effects=())
        if len(course.effects) < len(one.answers) and "answers" not in lists.cut:
            lists.cut.append("answers")
        yield course


def _sight(touched: Event | None, told: Sequence[Told], alarms: Sequence[Alert], labels: Labels) -> Sight:
    return Sight(
        began=first([one.began for one in told]),
        onset=first([one.onset for one in told]),
        due=first([each.at for one in told for each in one.due]),
        raised=alarms[0].raised_at if alarms else None,
        seen=touched.at if touched else None,
        by=labels.member(touched.actor) if touched else None,
        answered=first([one.answers[0].at for one in told if one.answers]),
    )


def _happened(
    actor: Actor,
    issue: Issue,
    told: Sequence[Told],
    alarms: Sequence[Alert],
    labels: Labels,
    lists: _Lists,
) -> tuple[Happened, ...]:
    """Return what happened, in order of time; of cases only for whoever may see them."""
    threads = [one.thread for one in told]
    events = lists.of("events", record_of.events_of(issue, threads, cases=actor.may(Right.SEE_CASES)))
    changes = lists.of("changes", record_of.changes_in(threads))
    by_pk = {thread.pk: thread for thread in threads}
    found = [
        *(line for one in told for line in _turns(one)),
        *(Happened(each.raised_at, "alert", "raised", about=_thread_of(each, labels)) for each in alarms),
        *(happened_event(each, by_pk, labels) for each in events),
        *(
            Happened(each.found_at, "revision", each.kind, about=labels.thread(by_pk[each.thread_id]))
            for each in changes
        ),
    ]
    return tuple(sorted(found, key=lambda each: each.at))


def _turns(one: Told) -> Iterator[Happened]:
    """Yield the turns of a conversation, as its posts show them."""
    label, course = one.course.label, one.course
    turns = {
        ("thread", "began"): one.began,
        ("thread", "onset"): one.onset,
        ("alert", "due"): one.due[0].at if one.due else None,
        ("thread", "turned"): course.turned,
        ("thread", "calm"): course.calm.at if course.calm else None,
    }
    for (noun, action), at in turns.items():
        if at is not None:
            yield Happened(at, noun, action, about=label)
    if one.answers:
        yield Happened(one.answers[0].at, "thread", "answered", one.answers[0].who, label)


def happened_event(event: Event, threads: Mapping[int, Thread], labels: Labels) -> Happened:
    """Return an event as a line; ``threads`` are the conversations that it may name."""
    about = None
    if event.case is not None:
        about = labels.case(event.case)
    elif event.thread_id is not None and event.thread_id in threads:
        about = labels.thread(threads[event.thread_id])
    return Happened(event.at, event.noun, event.action, labels.member(event.actor), about)


def _answers(
    actor: Actor, issue: Issue, told: Sequence[Told], labels: Labels, lists: _Lists
) -> tuple[Answered, ...]:
    """Return who answered, in public and, for whoever may see cases, in private."""
    public: dict[Label, list[Answer]] = {}
    for answer in sorted((each for one in told for each in one.answers), key=lambda each: each.at):
        public.setdefault(answer.who, []).append(answer)
    found = [Answered(who, "public", each[0].at, len(each)) for who, each in public.items()]
    private = record_of.private_answers(issue) if actor.may(Right.SEE_CASES) else []
    found += [
        Answered(labels.of("staff", ("member", each.member), each.name), "private", each.first_at, each.count)
        for each in private
    ]
    return tuple(lists.of("people", found))


def _work(issue: Issue, labels: Labels, lists: _Lists) -> Work:
    gestures = lists.of("gestures", record_of.gestures_of(issue))
    return Work(
        promises=tuple(_promise(each, labels) for each in lists.of("promises", record_of.promises_of(issue))),
        gestures=tuple(_gesture(each, labels) for each in gestures),
        spent=tuple(_spent(gestures)),
        holds=tuple(_hold(each, labels) for each in lists.of("holds", record_of.holds_of(issue))),
    )


def _promise(row: Any, labels: Labels) -> PromiseLine:
    late = (row.settled_at - row.deadline).total_seconds() if row.settled_at and row.state == "kept" else 0.0
    by = labels.member(row.by)
    return PromiseLine(
        case=labels.case(row.case),
        by=by or Label("staff", 0, ""),
        what=Said(row.what),
        made_at=row.made_at,
        deadline=row.deadline,
        state=row.state,
        settled_at=row.settled_at,
        late_s=late if late > 0 else None,
    )


def _gesture(row: Gesture, labels: Labels) -> GestureLine:
    return GestureLine(
        case=labels.case(row.case),
        kind=row.kind,
        state=row.state,
        proposed_at=row.proposed_at,
        cost=Amount(row.cost, row.cost),
        value=Amount(row.value, row.value),
    )


def _spent(rows: Sequence[Gesture]) -> Iterator[Amount]:
    """Yield what the gestures cost that were approved and still stand, by currency."""
    stands = [row for row in rows if row.state in SPENT or (row.state == "refused" and row.carried_out_at)]
    for currency in sorted({row.currency for row in stands}):
        costs: list[Money] = [row.cost for row in stands if row.currency == currency]
        summed = total(costs, currency)
        yield Amount(summed, summed)


def _hold(row: Any, labels: Labels) -> HoldLine:
    return HoldLine(
        case=labels.case(row.case),
        state=row.state,
        proposed_at=row.proposed_at,
        held_at=row.held_at,
        ended_at=row.ended_at,
        letters=row.sent,
    )


def _measure(row: Measure, labels: Labels) -> MeasureLine:
    rule = row.rule
    return MeasureLine(
        where=labels.known["conversation", row.thread_id],
        kind=row.kind,
        state=row.state,
        rule=labels.of("rule", ("rule", rule.pk), f"{rule.rule.key}, {rule.number}") if rule else None,
        code=row.code,
        why=Said(row.why),
        done_at=row.done_at,
        over_at=row.over_at,
        appeals=tuple(AppealLine(each.state, each.made_at, each.decided_at) for each in row.appeals.all()),
    )


def _stake(actor: Actor, issue: Issue, now: datetime) -> tuple[StakeLine, ...] | None:
    if issue.state == WITHDRAWN or not actor.may(Right.SEE_VALUES):
        return None
    lines = of_issue(actor=actor, issue=issue, now=now).lines
    return tuple(StakeLine(each.code, _amount(each.line) if each.line else None) for each in lines)


def _amount(line: Line) -> Amount:
    """Return the amount of a line; an exposure in two digits, for it is no more exact."""
    if line.code != "exposure":
        return Amount(line.low, line.high)
    return Amount(*(Money(rough(each.amount), each.currency) for each in (line.low, line.high)))


def _summary(rows: Sequence[ReportSummary], labels: Labels) -> Summary:
    if not rows:
        return Summary(0, Said(""), None, None)
    return Summary(rows[0].version, Said(rows[0].text), labels.member(rows[0].by), rows[0].at)


def _thread_of(alarm: Alert, labels: Labels) -> Label:
    return labels.known["conversation", alarm.thread_id]
