"""An issue's conversations step by step: what today's radar, alarms and draft check would have said then.

Every step rests on the posts until then, in the words in which they were read first. Views, likes and what
was accepted or hidden later are left out: nobody knows what they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import msgspec

from kulanz.core.drafts.report import DraftReport
from kulanz.core.posts import Post as CorePost
from kulanz.core.report import STAGES, PostFinding, ThreadDetail, ThreadReport
from kulanz.core.spoken import LANGS, Lang
from kulanz.desk.models import Issue, Post, Thread
from kulanz.desk.queries import after_action as record_of
from kulanz.desk.queries import replaying as queries
from kulanz.desk.queries.after_action import MOST, Span
from kulanz.desk.queries.alerts import terms_of
from kulanz.desk.queries.company import staff_rules
from kulanz.desk.queries.rows import core_post
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.alarms import Reading, replay
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.issue_report import Happened
from kulanz.desk.rules.replaying import Rank, Step, in_order, rank
from kulanz.desk.rules.roles import Right
from kulanz.desk.services.after_action import happened_event
from kulanz.desk.services.analysing import analyser_for, timed
from kulanz.desk.services.draft_checks import past_report
from kulanz.desk.services.past_details import ONE_AT_A_TIME, detail_of
from kulanz.desk.services.report_courses import Labels

MOST_THREADS: Final = 20
MOST_STEPS: Final = 1_000


@dataclass(frozen=True)
class Replay:
    """The steps of an issue; ``threads`` are its conversations by id, ``posts`` counts all that they have.

    ``cut_threads`` says that there are more conversations than are replayed.
    """

    issue: Issue
    threads: Mapping[int, Thread]
    rows: Mapping[int, Sequence[Post]]
    read: Mapping[int, Sequence[CorePost]]
    reworded: frozenset[int]
    steps: tuple[Step, ...]
    posts: int
    cut_threads: bool

    @property
    def cut_posts(self) -> bool:
        return self.posts > len(self.steps)

    @cached_property
    def numbers(self) -> Mapping[tuple[int, str], int]:
        """The number of every step by conversation and key of its post."""
        return {(step.thread, self.rows[step.thread][step.place].key): step.number for step in self.steps}


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What was known at a step, and what happened until the next one.

    ``rank`` is None where the conversation stood on no radar, or posts carry no times. ``reworded`` says that
    the post has other words today. ``check`` is None for posts of others, and for those without words.
    """

    step: Step
    thread: Thread
    row: Post
    finding: PostFinding
    reworded: bool
    report: ThreadReport
    rank: Rank | None
    check: DraftReport | None
    happened: tuple[Happened, ...]
    cut: bool


def replay_of(issue: Issue) -> Replay:
    """Return the steps of an issue, in order of time."""
    every = record_of.threads_of(issue)
    threads = {thread.pk: thread for thread in every[:MOST_THREADS]}
    rows, count = queries.first_posts(list(threads.values()), at_most=MOST_STEPS)
    words = queries.first_words(list(threads.values()))
    details: dict[int, ThreadDetail] = {}
    ordered: dict[int, list[Post]] = {}
    read: dict[int, list[CorePost]] = {}
    for pk, found in rows.items():
        analyser = analyser_for(threads[pk].source, LANGS[0])
        posts = timed([_as_read_first(row, threads[pk], words.get(row.pk)) for row in found])
        details[pk] = detail_of(analyser, posts)
        # posts of the same time stand in the analysis in the order of their keys
        order = {finding.post.post_id: place for place, finding in enumerate(details[pk].findings)}
        ordered[pk] = sorted(found, key=lambda row, order=order: order[row.key])  # type: ignore[misc]
        read[pk] = sorted(posts, key=lambda post, order=order: order[post.post_id])  # type: ignore[misc]
    steps = tuple(_steps(threads, ordered, details))
    return Replay(issue, threads, ordered, read, frozenset(words), steps, count, len(every) > MOST_THREADS)


def then_at(*, actor: Actor, replay: Replay, number: int, lang: Lang) -> Then:
    """Return what was known at a step, with reasons and findings in a language.

    Raise RuleError where there is no such step.
    """
    if not 1 <= number <= len(replay.steps):
        raise RuleError("step: expected 1 to %(last)s, got %(got)s", last=len(replay.steps), got=number)
    step = replay.steps[number - 1]
    thread, posts = replay.threads[step.thread], replay.read[step.thread][: step.place + 1]
    analyser = analyser_for(thread.source, lang)
    with ONE_AT_A_TIME:
        detail = analyser.detail(posts, shown=(posts[-1].post_id,))
    row = replay.rows[step.thread][step.place]
    happened, cut = _happened(actor, replay, number)
    company = staff_rules(thread.source_id)
    return Then(
        step=step,
        thread=thread,
        row=row,
        finding=detail.findings[-1],
        reworded=row.pk in replay.reworded,
        report=detail.report,
        rank=_rank(thread, step),
        check=past_report(company, posts[-1], posts[:-1], lang) if step.company else None,
        happened=happened,
        cut=cut,
    )


def _as_read_first(row: Post, thread: Thread, words: str | None) -> CorePost:
    post = core_post(row, thread)
    if words is not None:
        post = msgspec.structs.replace(post, text=words, code=())
    return msgspec.structs.replace(
        post, likes=None, accepted=None, hidden=None, thread_views=None, thread_closed_at=None
    )


def _steps(
    threads: Mapping[int, Thread], rows: Mapping[int, Sequence[Post]], details: Mapping[int, ThreadDetail]
) -> Iterator[Step]:
    alarms = _alarms(threads, rows, details)
    times = {pk: [row.created_at for row in found] for pk, found in rows.items()}
    for number, (pk, place) in enumerate(in_order(times), start=1):
        row, detail = rows[pk][place], details[pk]
        yield Step(
            number=number,
            thread=pk,
            place=place,
            post=row.pk,
            at=row.created_at,
            author=row.account.key if row.account else "",
            company=detail.findings[place].company,
            score=detail.series["score"][place] or 0.0,
            stage=_stage(detail, place),
            belief=detail.series["belief"][place],
            alarms=tuple(alarms.get((pk, place), ())),
            events=tuple(code for at, code in detail.events if at == place),
        )


def _alarms(
    threads: Mapping[int, Thread], rows: Mapping[int, Sequence[Post]], details: Mapping[int, ThreadDetail]
) -> dict[tuple[int, int], list[str]]:
    """Return which policies of today raise an alarm, by conversation and place of the post."""
    policies = record_of.policies_by_source({threads[pk].source for pk in rows})
    found: dict[tuple[int, int], list[str]] = {}
    for pk in rows:
        readings = list(_readings(rows[pk], details[pk]))
        for policy in policies[threads[pk].source_id]:
            for reading in replay(terms_of(policy), readings):
                found.setdefault((pk, reading.posts - 1), []).append(policy.name)
    return found


def _readings(rows: Sequence[Post], detail: ThreadDetail) -> Iterator[Reading]:
    for place, row in enumerate(rows):
        if row.created_at is not None:
            score = detail.series["score"][place] or 0.0
            yield Reading(row.created_at, score, _stage(detail, place), place + 1)


def _stage(detail: ThreadDetail, place: int) -> str:
    return STAGES[int(detail.series["stage"][place] or 0)]


def _rank(thread: Thread, step: Step) -> Rank | None:
    if step.at is None or step.stage == STAGES[0]:
        return None
    return rank(step.score, queries.rivals_then(thread, step.at))


def _happened(actor: Actor, replay: Replay, number: int) -> tuple[tuple[Happened, ...], bool]:
    """Return what was done from a step to the next one, before the first step too, and whether it was cut."""
    times = [step.at for step in replay.steps]
    begin = times[number - 1] if number > 1 else None
    if None in times[number - 1 : number + 1]:
        return (), False
    within = Span(begin, times[number] if number < len(times) else None)
    labels, threads = Labels(), list(replay.threads.values())
    cases = actor.may(Right.SEE_CASES)
    events = record_of.events_of(replay.issue, threads, cases=cases, within=within)
    found = [
        *(
            Happened(each.raised_at, "alert", "raised", about=labels.thread(replay.threads[each.thread_id]))
            for each in record_of.alarms_in(threads, within)
        ),
        *(happened_event(each, replay.threads, labels) for each in events),
        *(
            Happened(
                each.found_at, "revision", each.kind, about=labels.thread(replay.threads[each.thread_id])
            )
            for each in record_of.changes_in(threads, within)
        ),
    ]
    found.sort(key=lambda each: each.at)
    return tuple(found[:MOST]), len(found) > MOST
