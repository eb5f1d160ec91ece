"""How long the check of a draft takes that somebody is writing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import Final

from kulanz.api import make_draft_check
from kulanz.core.drafts.draft import Draft
from kulanz.core.posts import sort_key
from kulanz.sources import read
from kulanz.sources.sample_community import sample_folder

AT_MOST: Final = 0.2
CHARACTERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Drafting:
    """Seconds from the text to its report, the median of the runs, and the posts of the thread."""

    posts: int
    seconds: float


def measured(runs: int, *, posts: int) -> Drafting:
    """Check a draft after so many posts of the great case; every run has another text."""
    thread = sorted(read([sample_folder() / "threads/4711.jsonl"]), key=sort_key)[:posts]
    texts = [(sample_folder() / f"drafts/4711-{name}.txt").read_text("utf-8") for name in ("good", "bad")]
    check = make_draft_check(company=("Kontaktor",), lang="de")
    seconds = []
    for number in range(runs + 1):
        draft = Draft(text=f"{number}. {' '.join(texts * 3)}"[:CHARACTERS])
        start = time.perf_counter()
        check.check(draft, thread)
        seconds.append(time.perf_counter() - start)
    return Drafting(len(thread), median(seconds[1:]))
