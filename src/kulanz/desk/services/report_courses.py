"""An issue’s conversations for its report: what they showed after every post, and who answered in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from kulanz.core.labels import COMPANY_LABELS
from kulanz.core.report import STAGES, ThreadDetail
from kulanz.core.spoken import LANGS
from kulanz.desk.models import Member, Post, Thread
from kulanz.desk.queries import after_action as record_of
from kulanz.desk.queries.after_action import MOST
from kulanz.desk.queries.alerts import terms_of
from kulanz.desk.queries.rows import core_post
from kulanz.desk.rules.after_action import (
    Answer,
    DueAlarm,
    Label,
    Moment,
    Step,
    calm,
    due_alarms,
    effects,
    onset,
    peak,
    tension,
)
from kulanz.desk.rules.alarms import Terms
from kulanz.desk.rules.findings import YES, heat, unpacked
from kulanz.desk.rules.issue_report import Course
from kulanz.desk.services.analysing import SCORER, analyser_for
from kulanz.desk.services.past_details import detail_of
from kulanz.pages.charts.drawing import PLOTTED_AT_MOST, sample

READ_ANEW: Final = 20
"""Conversations that are analysed again for one report, where the desk has changed since they were."""


@dataclass(slots=True)
class Labels:
    """Numbers for who and what a report names, in the order in which it does.

    ``writers`` are members whose answers stand in public, by conversation and key of the post.
    """

    writers: Mapping[tuple[int, str], Member] = field(default_factory=dict)
    known: dict[tuple[str, Any], Label] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def of(self, kind: str, key: Any, text: str) -> Label:
        if (kind, key) not in self.known:
            self.last[kind] = self.last.get(kind, 0) + 1
            self.known[kind, key] = Label(kind, self.last[kind], text, key if isinstance(key, int) else None)
        return self.known[kind, key]

    def member(self, member: Member | None) -> Label | None:
        return None if member is None else self.of("staff", ("member", member.pk), str(member))

    def company(self, post: Post) -> Label:
        """Who answered for the company: the member who wrote it, else the account under which it stands."""
        key = post.account.key if post.account else ""
        return self.member(self.writers.get((post.thread_id, post.key))) or self.of(
            "staff", ("account", post.account_id), key
        )

    def case(self, case: Any) -> Label:
        return self.of("case", case.pk, str(case))

    def thread(self, thread: Thread) -> Label:
        return self.of("conversation", thread.pk, str(thread))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A conversation with what was found in it; ``began`` is its first post with a time."""

    thread: Thread
    course: Course
    steps: tuple[Step, ...]
    answers: tuple[Answer, ...]
    due: tuple[DueAlarm, ...]
    began: datetime | None
    onset: Moment | None


def conversations(threads: Sequence[Thread], labels: Labels) -> list[Told]:
    """Return what is found in conversations; those that an older version read are analysed anew."""
    posts, packed = record_of.posts_in(threads), record_of.findings_in(threads)
    labels.writers = record_of.writers_in(threads)
    policies = record_of.policies_by_source({thread.source for thread in threads})
    anew = _read_anew([each for each in threads if _is_stale(each, posts[each.pk])][:READ_ANEW])
    found = []
    for thread in threads:
        terms = [
            (labels.of("policy", each.pk, each.name), terms_of(each)) for each in policies[thread.source_id]
        ]
        detail = anew.get(thread.pk) or _kept(thread, posts[thread.pk], packed)
        found.append(_told(thread, posts[thread.pk], detail, terms, labels))
    return found


def _is_stale(thread: Thread, posts: Sequence[Post]) -> bool:
    """Whether the last analysis was by another version than today's, or knew other posts."""
    return bool(posts) and (thread.scorer != SCORER or thread.stale_since is not None)


def _read_anew(threads: Sequence[Thread]) -> Mapping[int, ThreadDetail]:
    found: dict[int, ThreadDetail] = {}
    posts = record_of.posts_in(threads, texts=True) if threads else {}
    for _, group in groupby(sorted(threads, key=lambda each: each.source_id), lambda each: each.source_id):
        same = list(group)
        analyser = analyser_for(same[0].source, LANGS[0])
        for thread in same:
            read = [core_post(post, thread) for post in posts[thread.pk]]
            if all(post.created_at is not None for post in read):
                found[thread.pk] = detail_of(analyser, read)
    return found


def _kept(thread: Thread, posts: Sequence[Post], packed: Mapping[int, bytes]) -> ThreadDetail | None:
    if thread.pk not in packed or len(thread.series.get("score", ())) != len(posts):
        return None
    return unpacked(packed[thread.pk], thread.series)


def _told(
    thread: Thread,
    posts: Sequence[Post],
    detail: ThreadDetail | None,
    policies: Sequence[tuple[Label, Terms]],
    labels: Labels,
) -> Told:
    label, times = labels.thread(thread), [post.created_at for post in posts if post.created_at is not None]
    steps = tuple(_steps(detail, times)) if detail is not None and len(times) == len(posts) else ()
    answers = tuple(_public(detail, posts, labels)) if steps and detail is not None else ()
    turned = next((place for place, code in detail.events if code == "turned"), None) if detail else None
    course = Course(
        label=label,
        source=labels.of("source", thread.source_id, thread.source.name),
        posts=len(posts),
        people=len({post.account_id for post in posts}),
        views=thread.views,
        steps=tuple(steps[place] for place in sample(len(steps), PLOTTED_AT_MOST)) if steps else (),
        turned=steps[turned].at if steps and turned is not None else None,
        peak=peak(steps),
        calm=calm(steps, answers),
        effects=effects(steps, answers)[:MOST],
    )
    return Told(
        thread=thread,
        course=course,
        steps=steps,
        answers=answers,
        due=due_alarms(steps, label, policies),
        began=min(times, default=None),
        onset=onset(steps),
    )


def _steps(detail: ThreadDetail, times: Sequence[datetime]) -> Iterator[Step]:
    tense = tension(detail.series.get("anger") or heat(detail.findings))
    rows = zip(times, detail.series["score"], detail.series["stage"], tense, strict=True)
    for at, score, stage, angry in rows:
        yield Step(at, score or 0.0, STAGES[int(stage or 0)], angry)


def _public(detail: ThreadDetail, posts: Sequence[Post], labels: Labels) -> Iterator[Answer]:
    for place, (finding, post) in enumerate(zip(detail.findings, posts, strict=True)):
        if finding.company and post.created_at is not None:
            shows = tuple(name for name in COMPANY_LABELS if finding.signals.get(name, 0.0) >= YES)
            yield Answer(place, post.created_at, labels.company(post), shows)
