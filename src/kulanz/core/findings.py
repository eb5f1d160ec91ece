"""From an examination to what is told: reports, post findings, series and events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import isfinite
from typing import Final

import numpy as np

from kulanz.core.examination import Examination
from kulanz.core.forecast import beliefs
from kulanz.core.labels import LABELS
from kulanz.core.measures import Role
from kulanz.core.posts import Post
from kulanz.core.prefixes import PrefixModel, so_far
from kulanz.core.reading import Reading
from kulanz.core.reasons import reasons
from kulanz.core.report import STAGES, PostFinding, Reason, Stage, ThreadReport
from kulanz.core.sentences import sentence
from kulanz.core.signals import probabilities
from kulanz.core.stages import onset
from kulanz.core.thread import Floats

DIGITS: Final = 4
YES: Final = 0.5


def calm_report(reading: Reading, number: int, score: float, belief: float, lang: str) -> ThreadReport:
    """The report of a thread that needed no closer look."""
    if not reading.readable[number]:
        return _unread_report(reading, number, lang)
    return _report(
        reading,
        number,
        score=score,
        stage="calm",
        affected=reading.affected[number],
        reasons=(),
        signals={"belief": round(belief, DIGITS)},
    )


def _unread_report(reading: Reading, number: int, lang: str) -> ThreadReport:
    return _report(
        reading,
        number,
        score=0.0,
        stage="calm",
        affected=reading.affected[number],
        reasons=(Reason("not_scored", sentence("not_scored", lang, {})),),
        signals={},
        scored=False,
    )


def full_report(reading: Reading, number: int, found: Examination, lang: str) -> ThreadReport:
    """The report of an examined thread, with measures and reasons."""
    if not reading.readable[number]:
        return _unread_report(reading, number, lang)
    first = onset(found.stage)
    stage = STAGES[int(found.stage[-1])]
    return _report(
        reading,
        number,
        score=float(found.score[-1]),
        stage=stage,
        onset_post=None if first is None else found.thread.posts[first].post_id,
        affected=int(found.measures.reactions.affected[-1]),
        reasons=reasons(found.fired, found.thread, lang) if first is not None or stage != "calm" else (),
        signals=_thread_signals(found),
    )


def _report(  # noqa: PLR0913 - one argument a field
    reading: Reading,
    number: int,
    *,
    score: float,
    stage: Stage,
    affected: int,
    reasons: tuple[Reason, ...],
    signals: dict[str, float | None],
    onset_post: str | None = None,
    scored: bool = True,
) -> ThreadReport:
    posts = reading.threads[number]
    first = posts[0]
    views = [post.thread_views for post in posts if post.thread_views is not None]
    return ThreadReport(
        thread_id=first.thread_id,
        rank=0,
        score=round(score, DIGITS),
        stage=stage,
        onset_post=onset_post,
        affected=affected,
        reasons=reasons,
        signals=signals,
        scored=scored,
        source=first.source,
        title=first.thread_title,
        url=first.thread_url,
        posts=len(posts),
        participants=reading.participants[number],
        views=max(views, default=None),
        opened_at=first.created_at,
        last_at=posts[-1].created_at,
        closed_at=_closed(posts),
    )


def _closed(posts: Sequence[Post]) -> datetime | None:
    return next((post.thread_closed_at for post in reversed(posts) if post.thread_closed_at), None)


def _thread_signals(found: Examination) -> dict[str, float | None]:
    means = found.thread.signals[found.thread.scored].mean(axis=0).tolist()
    signals: dict[str, float | None] = {
        label: round(mean, DIGITS) for label, mean in zip(LABELS, means, strict=True)
    }
    return signals | {name: _number(values[-1]) for name, values in _signal_series(found).items()}


def _signal_series(found: Examination) -> dict[str, Floats]:
    """Every thread signal, by its name, after every post."""
    measures, company = found.measures, found.measures.company
    series: dict[str, Floats] = {
        "complaint_level": found.complaint,
        "belief": found.belief,
        "fronts": measures.fronts.index,
        "drift": measures.reactions.drift,
        "audience": measures.addressees.audience_share,
        "first_answer_hours": company.first_answer_hours,
        "waiting_hours": company.waiting_hours,
        "unanswered": company.unanswered,
        "policy_replies": company.policy,
        "dismissive_replies": company.dismissive,
        "posts_per_hour": measures.reach.posts_per_hour,
        "views_ratio": measures.reach.views_ratio,
        "burst": measures.reach.burst,
        "amplifiers": measures.spread.amplifiers,
    }
    return series | {f"mix_{role.name.lower()}": measures.reactions.share(role) for role in Role}


def _number(value: float) -> float | None:
    number = float(value)
    return round(number, DIGITS) if isfinite(number) else None


def all_series(found: Examination) -> dict[str, tuple[float | None, ...]]:
    """Thread signals, and what is drawn beside them, after every post; None where not defined."""
    measures = found.measures
    series: dict[str, Floats] = {
        "score": found.score,
        "stage": found.stage.astype(np.float64),
        "calming": measures.fronts.calming,
        "affected": measures.reactions.affected,
        "participants": measures.reach.people,
        **_signal_series(found),
    }
    return {name: tuple(_number(value) for value in values) for name, values in series.items()}


def events(found: Examination) -> tuple[tuple[int, str], ...]:
    """What happened in the thread, in order: (post index, code)."""
    listed: list[tuple[int, str]] = [(index, "first_answer") for index in found.measures.company.answers[:1]]
    turned, first = found.measures.fronts.turned_at, onset(found.stage)
    if turned is not None:
        listed.append((turned, "turned"))
    if first is not None:
        listed.append((first, "onset"))
    listed += [(int(index), "burst") for index in np.flatnonzero(found.measures.reach.burst >= 1)[:1]]
    closed = _closed(found.thread.posts)
    if closed is not None:
        listed.append((len(found.thread) - 1, "closed"))
    return tuple(sorted(listed))


def post_findings(reading: Reading) -> Iterator[PostFinding]:
    """Language and signals of every post of a reading."""
    values = probabilities(reading.logits).astype(np.float64).round(DIGITS).tolist()
    posts = (post for thread in reading.threads for post in thread)
    for row, post in enumerate(posts):
        yield PostFinding(
            post=post,
            lang=reading.lang[row],
            signals=dict(zip(LABELS, values[row], strict=True)) if reading.scored[row] else {},
            company=bool(reading.company[row]),
            company_inferred=bool(reading.inferred[row]),
        )


def beliefs_of(reading: Reading, model: PrefixModel) -> Iterator[tuple[Post, float | None]]:
    """The derailment belief after every post; None while no post so far could be read."""
    first = np.repeat(reading.starts[:-1], np.diff(reading.starts))
    read = (so_far(reading.scored, first) > 0).tolist()
    belief = beliefs(reading, model).astype(np.float64).round(DIGITS).tolist()
    posts = (post for thread in reading.threads for post in thread)
    yield from (
        (post, value if known else None) for post, value, known in zip(posts, belief, read, strict=True)
    )
