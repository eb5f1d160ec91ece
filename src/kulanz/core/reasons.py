"""Why a thread ranks where it does: rules that name the posts they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kulanz.core.measures import Addressee, Measures
from kulanz.core.measures.reach import POSTS_WINDOW
from kulanz.core.report import Reason
from kulanz.core.sentences import sentence
from kulanz.core.thread import Bools, Thread

Rule = Callable[[Thread, Measures], Iterator["Fired"]]

YES: Final = 0.5
# leaving and threatening are rare and often read into a post: a reason needs more than "yes"
SURE: Final = 0.8
MANY_HOURS: Final = 24.0
SLOW_ANSWER: Final = 48.0
CROWD: Final = 3
UNANSWERED: Final = ("unanswered", "waiting")
"""Codes of the reason that questions are open: not for an hour yet, or longer."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired: how strongly (0..1), on which posts, and with which numbers.

    ``first`` is the index of the post at which it first fired: a rule looks only backwards.
    """

    code: str
    strength: float
    posts: tuple[int, ...]
    numbers: dict[str, float]

    @property
    def first(self) -> int:
        return self.posts[0] if self.code not in _FIRES_LAST else self.posts[-1]


_FIRES_LAST: Final = frozenset({"shared"})


def fired(thread: Thread, measures: Measures) -> list[Fired]:
    """All rules that fire on a thread, strongest first."""
    found = [one for rule in _RULES for one in rule(thread, measures)]
    return sorted(found, key=lambda one: (-one.strength, one.code))


def reasons(found: Iterable[Fired], thread: Thread, lang: str) -> tuple[Reason, ...]:
    """Fired rules as sentences in the user's language."""
    return tuple(
        Reason(
            one.code, sentence(one.code, lang, one.numbers), tuple(thread.posts[i].post_id for i in one.posts)
        )
        for one in found
    )


def _where(mask: Bools) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())


def _people_of(thread: Thread, posts: Sequence[int]) -> int:
    return len(set(thread.author[list(posts)].tolist()))


def _said(code: str, label: str, base: float, full: float, sure: float = YES) -> Rule:
    """Rule: people other than the company show a signal; stronger the more of them do."""

    def rule(thread: Thread, _: Measures) -> Iterator[Fired]:
        shown = thread.signal(label) >= sure
        if shown.any() and (posts := _where(shown & ~thread.company)):
            people = _people_of(thread, posts)
            strength = min(1.0, base + (1 - base) * (people - 1) / full)
            yield Fired(code, strength, posts, {"people": people})

    return rule


def _shared(thread: Thread, measures: Measures) -> Iterator[Fired]:
    people = measures.reactions.people_affected
    if people:
        grieved = _grievances(thread)
        posts = tuple(int(np.argmax(grieved & (thread.author == person))) for person in people)
        yield Fired(
            "shared", min(1.0, 0.45 + 0.08 * len(people)), tuple(sorted(posts)), {"people": len(people)}
        )


def _grievances(thread: Thread) -> Bools:
    hurt = np.maximum(thread.signal("affected"), thread.signal("complaint")) >= YES
    with_anger = (thread.signal("sympathy") >= YES) & (thread.signal("anger") >= YES)
    return (hurt | with_anger) & ~thread.company


def _unanswered(thread: Thread, measures: Measures) -> Iterator[Fired]:
    posts = measures.company.open_questions
    if not posts or not _grievances(thread).any():
        return
    hours = float(measures.company.waiting_hours[-1])
    waited = hours if np.isfinite(hours) else 0.0
    strength = min(0.85, 0.3 + 0.05 * len(posts) + 0.15 * (waited >= MANY_HOURS))
    yield Fired(code_of_open_questions(waited), strength, posts, {"posts": len(posts), "hours": waited})


def code_of_open_questions(hours: float) -> str:
    """Return the code of the reason that questions are open, the oldest for some hours."""
    return UNANSWERED[hours >= 1]


def _slow(_: Thread, measures: Measures) -> Iterator[Fired]:
    hours = measures.company.first_answer_hours[-1]
    if hours >= SLOW_ANSWER:
        yield Fired("slow_answer", 0.45, measures.company.answers[:1], {"hours": float(hours)})


def _tone(code: str, attribute: str, strength: float) -> Rule:
    """Rule: the company answers in a tone that makes things worse."""

    def rule(thread: Thread, measures: Measures) -> Iterator[Fired]:
        posts: tuple[int, ...] = getattr(measures.company, attribute)
        if posts and _grievances(thread).any():
            yield Fired(code, min(1.0, strength + 0.1 * (len(posts) - 1)), posts, {"posts": len(posts)})

    return rule


def _fronts(_: Thread, measures: Measures) -> Iterator[Fired]:
    turned = measures.fronts.turned_at
    if turned is not None:
        index = float(measures.fronts.index[-1])
        yield Fired("fronts", min(1.0, 0.6 + index), (turned,), {"index": index})


def _audience(_: Thread, measures: Measures) -> Iterator[Fired]:
    share = float(measures.addressees.audience_share[-1])
    if share >= YES and len(posts := measures.addressees.to(Addressee.AUDIENCE)) >= CROWD:
        yield Fired("audience", 0.35 + 0.2 * share, posts, {"share": 100 * share})


def _burst(_: Thread, measures: Measures) -> Iterator[Fired]:
    posts = _where(measures.reach.burst >= 1)
    if posts:
        most = round(POSTS_WINDOW * float(np.nanmax(measures.reach.posts_per_hour)))
        yield Fired("burst", 0.3 + 0.1 * float(measures.reach.burst.max()), posts, {"most": most})


def _seen(thread: Thread, measures: Measures) -> Iterator[Fired]:
    ratio = float(measures.reach.views_ratio[-1])
    if ratio >= CROWD and _grievances(thread).any():
        numbers = {"views": float(measures.reach.views[-1]), "ratio": ratio}
        yield Fired("seen", min(0.6, 0.25 + 0.02 * ratio), (0,), numbers)


def _amplified(_: Thread, measures: Measures) -> Iterator[Fired]:
    posts = measures.spread.amplifier_posts
    if posts:
        yield Fired("amplified", min(1.0, 0.6 + 0.1 * len(posts)), posts, {"posts": len(posts)})


def _rescued(thread: Thread, measures: Measures) -> Iterator[Fired]:
    helpful = set(measures.company.action_posts) | set(measures.company.person_posts)
    posts = tuple(sorted(helpful | set(measures.company.apology_posts)))
    if helpful and _grievances(thread).any():
        yield Fired("helped", 0.1, posts, {"posts": len(posts)})


_RULES: Final[tuple[Rule, ...]] = (
    _shared,
    _said("complaint", "complaint", 0.25, 10),
    _said("anger", "anger", 0.5, 5),
    _said("distrust", "distrust", 0.6, 4),
    _said("leaving", "leave", 0.6, 4, SURE),
    _said("threat", "threat", 0.75, 3, SURE),
    _unanswered,
    _slow,
    _tone("dismissive", "dismissive_posts", 0.65),
    _tone("policy", "policy_posts", 0.45),
    _tone("canned", "canned_posts", 0.5),
    _fronts,
    _audience,
    _burst,
    _seen,
    _amplified,
    _rescued,
)
