"""Read whole threads: from posts to the arrays of ``Thread``, many threads at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from kulanz.core.features import Floats, PostFeatures, Vectorizer
from kulanz.core.labels import INDEX
from kulanz.core.language import READ, settle
from kulanz.core.posts import Post
from kulanz.core.signals import SignalHead, head_inputs, probabilities
from kulanz.core.staff import VOICE_FROM, StaffRules, given_staff, inferred_staff
from kulanz.core.thread import Bools, Ints, Thread

NO_SIGNAL: Final = -5.0
_GRIEVANCES: Final = [INDEX["complaint"], INDEX["affected"]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Several threads read together. Thread i owns the rows starts[i] to starts[i + 1].

    ``logits`` are the signals as log odds, ``scored`` marks posts in German or English;
    ``company`` what speaks for the company, ``inferred`` where that was read from the text.
    ``parent`` holds rows of this reading; an opening answers its title's row or nothing.
    ``values`` is what the thread models pool: log odds and word vectors, (posts x columns).
    ``newcomer`` marks posts of people new to their thread.

    Per thread, ``readable`` says whether any post was scored, ``participants`` counts distinct
    authors (an unknown one is a new person), ``affected`` people besides the opener and the
    company whose posts say that they are affected or aggrieved.
    """

    threads: Sequence[Sequence[Post]]
    starts: Ints
    features: PostFeatures
    lang: list[str]
    logits: Floats
    scored: Bools
    company: Bools
    inferred: Bools
    parent: Ints
    values: Floats
    readable: Sequence[bool]
    newcomer: Bools
    participants: Sequence[int]
    affected: Sequence[int]

    def rows(self, number: int) -> slice:
        """The rows of a thread."""
        return slice(int(self.starts[number]), int(self.starts[number + 1]))

    def thread(self, number: int) -> Thread:
        """One of the threads, for the thread measures."""
        posts = self.threads[number]
        rows = self.rows(number)
        signals = probabilities(self.logits[rows]).astype(np.float64)
        signals[~self.scored[rows]] = np.nan
        return Thread(
            posts=posts,
            signals=signals,
            author=author_numbers(posts),
            company=self.company[rows],
            parent=np.concatenate(([-1], self.parent[rows][1:] - rows.start)),
            hours=_hours(posts),
        )


class ThreadReader:
    """Applies vectorizer and signal head to whole threads."""

    def __init__(self, vectorizer: Vectorizer, head: SignalHead, rules: StaffRules) -> None:
        self._vectorizer = vectorizer
        self._head = head
        self._rules = rules

    def read(self, threads: Sequence[Sequence[Post]]) -> Reading:
        """Read threads; every thread has posts, in time order."""
        starts = np.concatenate(([0], np.cumsum([len(posts) for posts in threads])))
        posts = [post for thread in threads for post in thread]
        titles = {i: title for i, thread in enumerate(threads) if (title := thread[0].thread_title)}
        features = self._vectorizer.transform([post.text for post in posts] + list(titles.values()))
        parent = _parents(threads, starts)
        for row, i in enumerate(titles, len(posts)):
            parent[starts[i]] = row
        given = given_staff(posts, self._rules)
        inferred = _inferred(threads, starts, given, features.voice)
        company = given | inferred
        lang = _languages(features, starts)
        logits = self._head.logits(head_inputs(features, parent, company, lang))
        scored = np.fromiter((code in READ for code in lang), bool, len(lang))
        newcomer = np.fromiter(chain.from_iterable(map(_newcomers, threads)), bool, len(posts))
        return Reading(
            threads=threads,
            starts=starts,
            features=features,
            lang=lang,
            logits=logits,
            scored=scored,
            company=company,
            inferred=inferred,
            parent=parent,
            values=_values(logits, features.vector[: len(posts)], scored),
            readable=np.logical_or.reduceat(scored, starts[:-1]).tolist(),
            newcomer=newcomer,
            participants=np.add.reduceat(newcomer.astype(np.int64), starts[:-1]).tolist(),
            affected=_affected(threads, starts, _grieved(logits) & scored & ~company),
        )


def _values(logits: Floats, vector: Floats, scored: Bools) -> Floats:
    """A post that was not scored says no to everything and has no words."""
    known = scored[:, None]
    return np.hstack([np.where(known, logits, np.float32(NO_SIGNAL)), vector * known])


def _languages(features: PostFeatures, starts: Ints) -> list[str]:
    count = int(starts[-1])
    threads = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return list(settle(features.lang[:count], threads, features.lengths[:count]))


def _inferred(threads: Sequence[Sequence[Post]], starts: Ints, given: Bools, voice: Floats) -> Bools:
    inferred = np.zeros(len(given), bool)
    spoken = np.flatnonzero(voice[: len(given)] > VOICE_FROM)
    for number in np.unique(_thread_of(spoken, starts)).tolist():
        rows = slice(*starts[number : number + 2].tolist())
        inferred[rows] = inferred_staff(threads[number], given[rows], voice[rows])
    return inferred


def _thread_of(rows: Ints, starts: Ints) -> Ints:
    return np.searchsorted(starts, rows, side="right") - 1


def _grieved(logits: Floats) -> Bools:
    grieved: Bools = logits[:, _GRIEVANCES].max(axis=1) >= 0
    return grieved


def _affected(threads: Sequence[Sequence[Post]], starts: Ints, grieved: Bools) -> list[int]:
    """People with grieved posts in each thread besides its opener; an unknown author is a new person."""
    people: list[set[str | int]] = [set() for _ in threads]
    rows = np.flatnonzero(grieved)
    numbers = _thread_of(rows, starts)
    for row, number, place in zip(
        rows.tolist(), numbers.tolist(), (rows - starts[numbers]).tolist(), strict=True
    ):
        author, opener = threads[number][place].author_id, threads[number][0].author_id
        if place and (author is None or author != opener):
            people[number].add(row if author is None else author)
    return list(map(len, people))


def _parents(threads: Sequence[Sequence[Post]], starts: Ints) -> Ints:
    """The row each post answers: the post it names, else the one before; -1 for openings."""
    parent = np.arange(-1, int(starts[-1]) - 1)
    parent[starts[:-1]] = -1
    for posts, start in zip(threads, starts.tolist(), strict=False):
        for row, named in _named_parents(posts):
            parent[start + row] = start + named
    return parent


def _named_parents(posts: Sequence[Post]) -> Iterator[tuple[int, int]]:
    rows: dict[str, int] = {}
    for row, post in enumerate(posts):
        if post.reply_to is not None and post.reply_to in rows:
            yield row, rows[post.reply_to]
        rows[post.post_id] = row


def _newcomers(posts: Sequence[Post]) -> Iterator[bool]:
    """Which posts are by people new to the thread; an unknown author is a new person."""
    seen: set[str] = set()
    for post in posts:
        author = post.author_id
        yield author is None or author not in seen
        if author is not None:
            seen.add(author)


def author_numbers(posts: Sequence[Post]) -> Ints:
    """Authors numbered from 0 in order of appearance; an unknown author is a new person."""
    numbers: dict[object, int] = {}
    found = (numbers.setdefault(post.author_id or (row,), len(numbers)) for row, post in enumerate(posts))
    return np.fromiter(found, np.int64, len(posts))


def _hours(posts: Sequence[Post]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    times = np.array([post.created_at.timestamp() if post.created_at else np.nan for post in posts])
    hours: np.ndarray[tuple[int], np.dtype[np.float64]] = (times - times[0]) / 3600
    return hours
