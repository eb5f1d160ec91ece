"""How many times as fast a whole scan is as VADER's sentiment alone, on the same posts in one run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from kulanz import models
from kulanz.batch import Phase, ThreadAnalyser, scan
from kulanz.core.analysis import Analyser
from kulanz.core.measures import Baseline
from kulanz.sources import read

AT_LEAST: Final = 5.0


@dataclass(frozen=True, slots=True)
class Speed:
    """Microseconds of processor time a post, and how many times as fast the scan is.

    Each is the median of the runs, the ratio that of the ratios.
    """

    posts: int
    scan: float
    vader: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds of processor time a post."""

    posts: int
    scan: float
    vader: float


class Opponent:
    """VADER on every ``step``-th text, a share of them whenever the scan tells its progress."""

    def __init__(self, texts: Sequence[str], step: int) -> None:
        self._texts = texts[::step]
        self._rate = SentimentIntensityAnalyzer().polarity_scores
        self._done = 0
        self.seconds = 0.0

    def __call__(self, phase: Phase, done: int, total: int | None) -> None:
        """Catch up with the scan."""
        if phase == "analysing" and total:
            self._rate_until(len(self._texts) * done // total)

    def _rate_until(self, end: int) -> None:
        start = time.process_time()
        for text in self._texts[self._done : end]:
            self._rate(text)
        self._done = max(self._done, end)
        self.seconds += time.process_time() - start

    @property
    def seconds_per_text(self) -> float:
        """Processor time a text."""
        return self.seconds / max(self._done, 1)


def measured(path: Path, runs: int, step: int) -> Speed:
    """Scan a file several times, in turns with VADER."""
    texts = [post.text for post in read([path])]
    models.load()
    found = [_run(path, Opponent(texts, step)) for _ in range(runs)]
    return Speed(
        posts=found[0].posts,
        scan=1e6 * median(run.scan for run in found),
        vader=1e6 * median(run.vader for run in found),
        ratio=median(run.vader / run.scan for run in found),
    )


def _run(path: Path, vader: Opponent) -> Run:
    start = time.process_time()
    with scan([path], _analyser, progress=vader) as result:
        for _ in result:
            pass  # ranked and read back, as for writing them
        seconds = time.process_time() - start - vader.seconds
        return Run(result.tally.posts, seconds / result.tally.posts, vader.seconds_per_text)


def _analyser(baseline: Baseline) -> ThreadAnalyser:
    return Analyser(models.load(), baseline=baseline)
