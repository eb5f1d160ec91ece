"""An analyser with the interface of the real one that only counts; and posts to give it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from kulanz.core.errors import OrderError
from kulanz.core.measures.baseline import Baseline
from kulanz.core.posts import Post
from kulanz.core.report import PostFinding, Reason, ThreadDetail, ThreadReport


class FakeAnalyser:
    """Reports which posts it saw in which order; refuses threads that do not come in order."""

    def __init__(self, baseline: Baseline) -> None:
        self.baseline = baseline

    def reports(self, posts: Iterable[Post]) -> Iterator[ThreadReport]:
        before = ""
        for thread_id, found in groupby(posts, key=lambda post: post.thread_id):
            if before and thread_id <= before:
                raise OrderError(thread_id)
            before = thread_id
            yield self._report(thread_id, list(found))

    def detail(self, posts: Sequence[Post]) -> ThreadDetail:
        report = self._report(posts[0].thread_id, posts)
        return ThreadDetail(report, tuple(PostFinding(post, "en", {}) for post in posts), {})

    def _report(self, thread_id: str, posts: Sequence[Post]) -> ThreadReport:
        return ThreadReport(
            thread_id=thread_id,
            rank=0,
            score=min(len(posts) / 10, 1.0),
            stage="calm" if len(posts) < 3 else "issue",
            onset_post=None,
            affected=0,
            reasons=(Reason("seen", "", tuple(post.post_id for post in posts)),),
            signals={"usual": self.baseline.posts_per_thread[2], "views": posts[0].thread_views},
            scored=posts[0].lang != "xx",
            posts=len(posts),
            closed_at=posts[0].thread_closed_at,
        )


class FailingAnalyser(FakeAnalyser):
    """Fails at every thread."""

    def _report(self, thread_id: str, posts: Sequence[Post]) -> ThreadReport:
        raise OrderError(f"{thread_id} {len(posts)}")


class InterruptedAnalyser(FakeAnalyser):
    """Meets Ctrl-C at every thread."""

    def _report(self, thread_id: str, posts: Sequence[Post]) -> ThreadReport:
        raise KeyboardInterrupt


class DyingAnalyser(FakeAnalyser):
    """Ends its process, as the kernel does when memory runs out."""

    def _report(self, thread_id: str, posts: Sequence[Post]) -> ThreadReport:
        os._exit(9)


def telling_analyser(baseline: Baseline, *, folder: Path) -> FakeAnalyser:
    """Make an analyser, and tell so by a file that is named after the process."""
    with (folder / f"{os.getpid()}").open("a") as told:
        told.write("made\n")
    return FakeAnalyser(baseline)


def line(thread_id: object, post_id: object, minute: int | None = 0, **fields: Any) -> dict[str, Any]:
    """Return one post as the fields of Kulanz JSONL, at a minute of the first of May."""
    time = None if minute is None else f"2024-05-01T{minute // 60:02}:{minute % 60:02}:00Z"
    known = {"thread_id": thread_id, "post_id": post_id, "author_id": "a", "created_at": time, "text": "t"}
    return known | fields


def write(path: Path, posts: Iterable[dict[str, Any]]) -> Path:
    """Write Kulanz JSONL."""
    path.write_text("".join(json.dumps(post) + "\n" for post in posts), encoding="utf-8")
    return path


def seen(reports: Iterable[ThreadReport]) -> dict[str, tuple[str, ...]]:
    """Return the post ids of each thread, in the order in which they were analysed."""
    return {report.thread_id: report.reasons[0].posts for report in reports}
