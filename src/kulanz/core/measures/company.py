"""What the company does in a thread: how soon a human answers, what is left open, and in which tone."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

from kulanz.core.measures.columns import Columns, floats, indices, running_count
from kulanz.core.thread import Floats

SAME_TEXT: Final = 0.8
COMPARED: Final = 8
READ: Final = 2000

_CARE: Final = ("person", "empathy", "action", "apology")
_FORMAL: Final = ("handover", "policy")


@dataclass(frozen=True, slots=True)
class Company:
    """What the company does.

    A question is a post of a person that asks or complains, unless it only asks the member it
    answers. A human answer is a company post that is neither automatic nor canned; it closes the
    open questions of the person it answers; when it answers nobody in particular it closes all of them,
    unless it is dismissive.
    Canned is a post that hands over or cites policy without person, empathy, action or apology, in
    words of which four fifths are those of one of the eight company posts before.

    ``first_answer_hours``, ``first_answer_posts``: from the first post of a person to the first
    human answer, NaN until there is one. ``waiting_hours``: how long the oldest open question has
    been open, 0 when none is; NaN without times. ``unanswered``: number of open questions.
    ``policy``, ``dismissive``, ``canned``: how many such company posts so far; ``policy_posts`` and
    so on their indices. ``answers``: indices of the human answers, ``open_questions`` of the
    questions open after the last post.
    """

    first_answer_hours: Floats
    first_answer_posts: Floats
    waiting_hours: Floats
    unanswered: Floats
    policy: Floats
    dismissive: Floats
    canned: Floats
    answers: tuple[int, ...]
    open_questions: tuple[int, ...]
    policy_posts: tuple[int, ...]
    dismissive_posts: tuple[int, ...]
    canned_posts: tuple[int, ...]
    apology_posts: tuple[int, ...]
    person_posts: tuple[int, ...]
    action_posts: tuple[int, ...]


def company(c: Columns) -> Company:
    """Measure what the company does."""
    canned = _canned(c)
    said = {label: _said(c, label) for label in ("policy", "dismissive", "apology", "person", "action")}
    answers = [
        staff and not same and not post.automatic
        for staff, same, post in zip(c.company, canned, c.posts, strict=True)
    ]
    hours, posts = _first_answer(c, answers)
    waiting, unanswered, still_open = _questions(c, answers)
    return Company(
        first_answer_hours=hours,
        first_answer_posts=posts,
        waiting_hours=waiting,
        unanswered=unanswered,
        policy=running_count(said["policy"]),
        dismissive=running_count(said["dismissive"]),
        canned=running_count(canned),
        answers=indices(answers),
        open_questions=still_open,
        canned_posts=indices(canned),
        **{f"{label}_posts": indices(flags) for label, flags in said.items()},
    )


def _said(c: Columns, label: str) -> list[bool]:
    return [staff and yes for staff, yes in zip(c.company, c.yes[label], strict=True)]


def _canned(c: Columns) -> list[bool]:
    care, formal = c.any_of(_CARE), c.any_of(_FORMAL)
    earlier: deque[frozenset[str]] = deque(maxlen=COMPARED)
    canned = [False] * len(c)
    for i in indices(c.company):
        words = frozenset(c.posts[i].text[:READ].lower().split())
        canned[i] = formal[i] and not care[i] and any(_nearly_same(words, other) for other in earlier)
        earlier.append(words)
    return canned


def _nearly_same(words: frozenset[str], other: frozenset[str]) -> bool:
    if min(len(words), len(other)) < SAME_TEXT * max(len(words), len(other)):
        return False
    return len(words & other) >= SAME_TEXT * len(words | other)


def _first_answer(c: Columns, answers: list[bool]) -> tuple[Floats, Floats]:
    """The first human answer after the first post of a person, as two series."""
    first = next((i for i, staff in enumerate(c.company) if not staff), len(c))
    answer = next((i for i in range(first, len(c)) if answers[i]), len(c))
    before, after = [math.nan] * answer, len(c) - answer
    hours = c.hours[answer] - c.hours[first] if after else math.nan
    return floats(before + [hours] * after), floats(before + [float(answer - first)] * after)


class _OpenQuestions:
    """The questions nobody of the company has answered, in order."""

    def __init__(self) -> None:
        self._of: dict[int, list[int]] = {}
        self._open: set[int] = set()
        self._order: deque[int] = deque()

    def __len__(self) -> int:
        return len(self._open)

    def ask(self, post: int, author: int) -> None:
        self._of.setdefault(author, []).append(post)
        self._open.add(post)
        self._order.append(post)

    def answer(self, author: int) -> None:
        self._open.difference_update(self._of.pop(author, ()))

    def answer_all(self) -> None:
        self._of.clear()
        self._open.clear()

    def oldest(self) -> int | None:
        while self._order and self._order[0] not in self._open:
            self._order.popleft()
        return self._order[0] if self._order else None

    def posts(self) -> tuple[int, ...]:
        return tuple(sorted(self._open))


def _questions(c: Columns, answers: list[bool]) -> tuple[Floats, Floats, tuple[int, ...]]:
    questions = _OpenQuestions()
    waiting, count = [], []
    for i, answers_now in enumerate(answers):
        if answers_now:
            _close(c, i, questions)
        elif _asks(c, i):
            questions.ask(i, c.author[i])
        oldest = questions.oldest()
        since = c.hours[i] if oldest is None else c.hours[oldest]
        waiting.append(c.hours[i] - since)
        count.append(len(questions))
    return floats(waiting), floats(count), questions.posts()


def _close(c: Columns, i: int, questions: _OpenQuestions) -> None:
    parent = c.parent[i]
    if c.posts[i].reply_to is not None and parent >= 0 and not c.company[parent]:
        questions.answer(c.author[parent])
    elif not c.yes["dismissive"][i]:
        questions.answer_all()


def _asks(c: Columns, i: int) -> bool:
    if c.company[i] or c.yes["complaint"][i]:
        return not c.company[i]
    if not c.yes["question"][i]:
        return False
    parent = c.parent[i]
    to_member = parent >= 0 and not c.company[parent] and c.author[parent] != c.author[i]
    return not (to_member and c.posts[i].reply_to is not None)
