"""Conversation in, findings out: the one class that scans, pages and Spark all run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, islice, pairwise
from operator import attrgetter, lt
from typing import Final

from msgspec.structs import replace

from kulanz.core.errors import OrderError
from kulanz.core.evidence import passages
from kulanz.core.examination import Examination, Models, Scores, examine, scores, were_issues
from kulanz.core.features import Vectorizer
from kulanz.core.findings import (
    all_series,
    beliefs_of,
    calm_report,
    events,
    full_report,
    post_findings,
)
from kulanz.core.measures import Baseline
from kulanz.core.posts import Post, natural
from kulanz.core.reading import Reading, ThreadReader
from kulanz.core.report import PostFinding, ThreadDetail, ThreadReport
from kulanz.core.staff import StaffRules

BATCH_POSTS: Final = 4000
_thread_id: Final = attrgetter("thread_id")
_created_at: Final = attrgetter("created_at")


class Analyser:
    """Analyses threads. Keeps a token cache: make one and use it for all threads.

    ``lang`` is the language of the reasons (de or en), ``staff`` says who speaks for the
    company, ``baseline`` what is usual at the source.
    """

    def __init__(
        self,
        models: Models,
        *,
        staff: StaffRules | None = None,
        lang: str = "en",
        baseline: Baseline | None = None,
    ) -> None:
        self._models = models
        self._staff = staff or StaffRules()
        self._lang = lang
        self._baseline = baseline or Baseline()
        self._vectorizer = Vectorizer(models.grams, models.vectors)
        self._reader = ThreadReader(self._vectorizer, models.head, self._staff)

    def reports(self, posts: Iterable[Post]) -> Iterator[ThreadReport]:
        """One report a thread, not yet ranked.

        ``posts`` ascend by thread_id and, within a thread, by created_at; otherwise
        OrderError, since a thread that came in two parts would be judged by halves.
        """
        for batch in batches(threads_of(posts)):
            reading = self._reader.read(batch)
            given = scores(reading, self._models)
            last = reading.starts[1:] - 1
            score, belief = given.score[last].tolist(), given.belief[last].tolist()
            for number, deserving in enumerate(self._deserving(reading, given)):
                if deserving:
                    yield full_report(reading, number, self._examine(reading, number, given), self._lang)
                else:
                    yield calm_report(reading, number, score[number], belief[number], self._lang)

    def detail(self, posts: Sequence[Post], *, shown: Collection[str] = ()) -> ThreadDetail:
        """Everything about one thread: posts with evidence, series, events.

        Evidence is looked for in the posts that reasons name, and in those of ``shown`` (ids).
        """
        reading = self._reader.read(list(threads_of(posts)))
        if len(reading.threads) != 1:
            raise OrderError(f"expected the posts of one thread, got {len(reading.threads)} threads")
        found = self._examine(reading, 0, scores(reading, self._models))
        report = full_report(reading, 0, found, self._lang)
        named = {post_id for reason in report.reasons for post_id in reason.posts} | set(shown)
        findings = (self._with_evidence(finding, named) for finding in post_findings(reading))
        return ThreadDetail(report, tuple(findings), all_series(found), events(found))

    def examine(self, posts: Sequence[Post]) -> Examination:
        """One thread's series, measures and fired rules, for replay and measurement."""
        reading = self._reader.read(list(threads_of(posts)))
        return self._examine(reading, 0, scores(reading, self._models))

    def post_findings(self, posts: Iterable[Post]) -> Iterator[PostFinding]:
        """Language and signals of every post; ``posts`` in the order of ``reports``."""
        for batch in batches(threads_of(posts)):
            yield from post_findings(self._reader.read(batch))

    def beliefs(self, posts: Iterable[Post]) -> Iterator[tuple[Post, float | None]]:
        """Per post, the probability from it and the earlier ones that the thread derails."""
        for batch in batches(threads_of(posts)):
            yield from beliefs_of(self._reader.read(batch), self._models.forecast)

    def _examine(self, reading: Reading, number: int, given: Scores) -> Examination:
        return examine(reading, number, given, self._models.stages, self._baseline, self._staff.names)

    def _deserving(self, reading: Reading, given: Scores) -> list[bool]:
        """Threads that are a complaint or an issue as they stand, or were an issue before."""
        rules, last = self._models.stages, reading.starts[1:] - 1
        now = (given.score[last] >= rules.issue_from) | (given.complaint[last] >= rules.complaint_from)
        deserving: list[bool] = (now | were_issues(reading, given, rules)).tolist()
        return deserving

    def _with_evidence(self, finding: PostFinding, named: set[str]) -> PostFinding:
        if finding.post.post_id not in named:
            return finding
        found = passages(finding.post.text, finding.signals, self._vectorizer)
        return replace(finding, evidence=found)


def threads_of(posts: Iterable[Post]) -> Iterator[list[Post]]:
    """Group posts by thread; raise OrderError where (thread_id, created_at) goes backwards."""
    last: Post | None = None
    for _, group in groupby(posts, _thread_id):
        thread = list(group)
        if last is not None:
            _check_threads(last, thread[0])
        last = thread[-1]
        yield in_order(thread)


def _check_threads(last: Post, following: Post) -> None:
    if following.thread_id < last.thread_id:
        raise OrderError(
            f"expected threads in ascending order of thread_id, got {following.thread_id!r} after "
            f"{last.thread_id!r}: sort by (thread_id, created_at) before the analysis"
        )


def in_order(thread: list[Post]) -> list[Post]:
    """Posts of equal time in the order of their ids, so that ties do not matter."""
    times = list(map(_created_at, thread))
    if None not in times and all(map(lt, times, islice(times, 1, None))):
        return thread
    for before, after in pairwise(thread):
        check_times(before, after)
    if None in times:
        return thread
    return sorted(thread, key=lambda post: (post.created_at, natural(post.post_id)))


def check_times(before: Post, after: Post) -> None:
    """Raise OrderError where time goes backwards from one post of a thread to the next."""
    if before.created_at is None or after.created_at is None:
        return
    if after.created_at < before.created_at:
        raise OrderError(
            f"thread {after.thread_id!r}: expected posts in order of created_at, got {after.post_id!r} "
            f"of {after.created_at} after {before.created_at}: sort by (thread_id, created_at)"
        )


def batches(threads: Iterable[list[Post]]) -> Iterator[list[list[Post]]]:
    """Threads in lists of about BATCH_POSTS posts: numpy likes company."""
    batch: list[list[Post]] = []
    size = 0
    for thread in threads:
        batch.append(thread)
        size += len(thread)
        if size >= BATCH_POSTS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
