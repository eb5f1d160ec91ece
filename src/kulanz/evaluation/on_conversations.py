"""What ``kulanz forecast`` believed against what became of the conversations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from kulanz.core.posts import Post
from kulanz.evaluation.coverage import Coverage, coverage, threads_of
from kulanz.evaluation.forecast import Conversation, ForecastFigures, forecast_figures
from kulanz.evaluation.shapes import Belief, DerailmentLabel

Exclusion = Literal["unplaced", "at_once"]


@dataclass(frozen=True, slots=True)
class ForecastEvaluation:
    """Figures of Kulanz first, then of the baselines, over the same conversations.

    Left out and counted are derailing conversations where nothing says which post was the
    first toxic one (``unplaced``: beliefs would have seen it) and those toxic from the first
    post (``toxic_at_once``: nothing to forecast from).
    """

    coverage: Coverage
    unplaced: int
    toxic_at_once: int
    systems: tuple[ForecastFigures, ...]


def evaluate_forecast(
    beliefs: Iterable[Belief],
    labels: Iterable[DerailmentLabel],
    *,
    threshold: float = 0.5,
    baselines: Mapping[str, Iterable[Belief]] | None = None,
) -> ForecastEvaluation:
    """Measure beliefs, given in time order within each thread, against labels.

    Where labels do not name the first toxic post, pass them through ``placed`` first.
    """
    given = {label.thread_id: label for label in labels}
    found = by_thread(beliefs)
    kept, excluded = conversations(found, given)
    named = {name: by_thread(lines) for name, lines in (baselines or {}).items()}
    others = [
        forecast_figures(conversations(lines, given)[0], threshold, name) for name, lines in named.items()
    ]
    return ForecastEvaluation(
        coverage=coverage(given, found),
        unplaced=excluded.count("unplaced"),
        toxic_at_once=excluded.count("at_once"),
        systems=(forecast_figures(kept, threshold), *others),
    )


def conversations(
    beliefs: Mapping[str, Sequence[Belief]], labels: Mapping[str, DerailmentLabel]
) -> tuple[list[Conversation], list[Exclusion]]:
    """Return the conversations that can be measured, cut before the event, and what was left out."""
    cut = [_cut(label, beliefs[name]) for name, label in labels.items() if name in beliefs]
    kept = [one for one in cut if isinstance(one, Conversation)]
    return kept, [one for one in cut if not isinstance(one, Conversation)]


def by_thread(beliefs: Iterable[Belief]) -> dict[str, list[Belief]]:
    """Group belief lines by thread, in the order given."""
    threads: dict[str, list[Belief]] = {}
    for belief in beliefs:
        threads.setdefault(belief.thread_id, []).append(belief)
    return threads


def placed(labels: Iterable[DerailmentLabel], posts: Iterable[Post]) -> list[DerailmentLabel]:
    """Name the first toxic post of labels that lack it, from marks on the posts themselves.

    Marks are the fields "toxic" (1) and "tone" (any), read with ``ReadOptions(keep_extra=True)``.
    """
    given = list(labels)
    open_ids = {label.thread_id for label in given if _needs_place(label)}
    threads = threads_of(post for post in posts if post.thread_id in open_ids)
    marked = {name: _first_marked(thread) for name, thread in threads.items()}
    return [
        msgspec.structs.replace(label, first_toxic_post=marked.get(label.thread_id))
        if label.thread_id in open_ids
        else label
        for label in given
    ]


def event_indexes(
    labels: Iterable[DerailmentLabel], threads: Mapping[str, Sequence[Post]]
) -> dict[str, int | None]:
    """Return where each thread derailed, None where it did not: what ``tfidf_beliefs`` asks for.

    Threads without posts are left out, and derailing ones whose first toxic post is unknown.
    """
    events: dict[str, int | None] = {}
    for label in labels:
        posts = threads.get(label.thread_id, ())
        index = _event_index(label, [post.post_id for post in posts])
        if posts and index is not None:
            events[label.thread_id] = index if label.verdict else None
    return events


def _needs_place(label: DerailmentLabel) -> bool:
    return bool(label.verdict) and label.first_toxic_post is None and not label.follows_end


def _first_marked(thread: Sequence[Post]) -> str | None:
    return next((post.post_id for post in thread if _is_marked(post)), None)


def _is_marked(post: Post) -> bool:
    extra = post.extra
    return not isinstance(extra, msgspec.UnsetType) and bool(extra.get("toxic") or extra.get("tone"))


def _cut(label: DerailmentLabel, lines: Sequence[Belief]) -> Conversation | Exclusion:
    end = _event_index(label, [line.post_id for line in lines])
    if end is None:
        return "unplaced"
    if end == 0:
        return "at_once"
    beliefs = tuple(line.belief for line in lines[:end])
    return Conversation(label.thread_id, derails=bool(label.verdict), beliefs=beliefs)


def _event_index(label: DerailmentLabel, post_ids: Sequence[str]) -> int | None:
    """Index of the event; the end where it follows the last post or nothing derailed."""
    if not label.verdict or label.follows_end:
        return len(post_ids)
    place = label.first_toxic_post
    return post_ids.index(place) if place in post_ids else None
