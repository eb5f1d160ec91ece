"""Posts over calendar time, those of the company apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kulanz.core.report import ThreadDetail
from kulanz.pages import formats
from kulanz.pages.charts.drawing import LABEL_GAP, LEFT, RIGHT, Chart, Frame, Label, Shape, Tick, nice_step
from kulanz.pages.words import Words

BARS_AT_MOST: Final = 60
TICKS: Final = 4
YEAR: Final = 330


@dataclass(frozen=True, slots=True)
class Step:
    """A span of days: its first day, its posts and those among them that speak for the company."""

    first: date
    posts: int
    company: int


def steps_of(detail: ThreadDetail) -> tuple[int, tuple[Step, ...]]:
    """Days a step, and the steps from the first post to the last; at most 60."""
    posts: Counter[date] = Counter()
    company: Counter[date] = Counter()
    for finding in detail.findings:
        if finding.post.created_at is not None:
            day = formats.in_zone(finding.post.created_at).date()
            posts[day] += 1
            company[day] += finding.company
    if not posts:
        return 1, ()
    first, last = min(posts), max(posts)
    width = nice_step(((last - first).days + 1) / BARS_AT_MOST)
    every = Counter({(day - first).days // width: 0 for day in posts})
    own = every.copy()
    for day, n in posts.items():
        every[(day - first).days // width] += n
        own[(day - first).days // width] += company[day]
    count = (last - first).days // width + 1
    return width, tuple(Step(first + timedelta(i * width), every[i], own[i]) for i in range(count))


def days_chart(detail: ThreadDetail, words: Words) -> Chart:
    """Bars over time; the lower part of a bar is the company's."""
    width, steps = steps_of(detail)
    frame = Frame()
    top = max((step.posts for step in steps), default=1)
    return Chart(
        key="days",
        title=words("chart_days") if width == 1 else words("chart_span", days=str(width)),
        unit=words("chart_days_unit"),
        desc=_desc(steps, words),
        frame=frame,
        x_ticks=_day_ticks(steps, frame, words),
        y_ticks=_count_ticks(top, frame, words),
        shapes=_bars(steps, _ceiling(top), frame),
        labels=_labels(steps, frame, words),
    )


def _ceiling(top: int) -> int:
    step = nice_step(top / TICKS)
    return step * -(-top // step)


def _count_ticks(top: int, frame: Frame, words: Words) -> tuple[Tick, ...]:
    ceiling = _ceiling(top)
    values = range(0, ceiling + 1, nice_step(top / TICKS))
    return tuple(Tick(formats.number(value, words.lang), frame.y(value / ceiling)) for value in values)


def _day_ticks(steps: tuple[Step, ...], frame: Frame, words: Words) -> tuple[Tick, ...]:
    if not steps:
        return ()
    every = nice_step(len(steps) / TICKS)
    long = steps[-1].first - steps[0].first > timedelta(YEAR)
    written = formats.month if long else formats.short_day
    return tuple(
        Tick(written(step.first, words.lang), frame.x((i + 0.5) / len(steps)))
        for i, step in enumerate(steps)
        if i % every == 0
    )


def _bars(steps: tuple[Step, ...], ceiling: int, frame: Frame) -> tuple[Shape, ...]:
    wide = (RIGHT - LEFT) / max(len(steps), 5)
    people, company = [], []
    for i, step in enumerate(steps):
        x = frame.x((i + 0.5) / len(steps)) - wide * 0.38
        base, split, head = (frame.y(n / ceiling) for n in (0, step.company, step.posts))
        company.append(_bar(x, base, split, wide * 0.76))
        people.append(_bar(x, split, head, wide * 0.76))
    shapes = (Shape("bar people", "".join(people)), Shape("bar company", "".join(company)))
    return tuple(shape for shape in shapes if shape.path)


def _bar(x: float, low: float, high: float, wide: float) -> str:
    return f"M{x:.1f} {low}V{high}h{wide:.1f}V{low}Z" if low > high else ""


def _labels(steps: tuple[Step, ...], frame: Frame, words: Words) -> tuple[Label, ...]:
    total, company = (sum(step.posts for step in steps), sum(step.company for step in steps))
    counts = {"people": total - company, "company": company}
    named = [(kind, n) for kind, n in counts.items() if n]
    return tuple(
        Label(
            f"{words(f'bar_{kind}')} {formats.number(n, words.lang)}",
            frame.top + 8 + i * LABEL_GAP,
            swatch=f"bar {kind}",
        )
        for i, (kind, n) in enumerate(named)
    )


def _desc(steps: tuple[Step, ...], words: Words) -> str:
    if not steps:
        return words("no_times")
    top = max(steps, key=lambda step: step.posts)
    total = sum(step.posts for step in steps)
    return words(
        "days_desc",
        posts=words.count("posts", total, formats.number(total, words.lang)),
        first=formats.day(steps[0].first, words.lang),
        last=formats.day(steps[-1].first, words.lang),
        top=formats.number(top.posts, words.lang),
        at=formats.short_day(top.first, words.lang),
        company=formats.number(sum(step.company for step in steps), words.lang),
    )
