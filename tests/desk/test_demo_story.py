"""The sample community as the demo tells it: nothing is known before it could be."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kulanz.desk.demo.story import as_if_now
from kulanz.sources import read


def test_the_views_of_a_thread_are_known_with_its_last_post_only(sample: Path, now: datetime) -> None:
    told = as_if_now(read(sample / "threads" / "4711.jsonl"), now)
    assert [post.thread_views for post in told] == [None] * 106 + [13_016]
