"""The sample community as the demo tells it: nothing is known before it could be."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from kulanz.desk.demo.story import as_if_now, days_as_if_now
from kulanz.sources import read

pytestmark = pytest.mark.any_database


def test_the_views_of_a_thread_are_known_with_its_last_post_only(sample: Path, now: datetime) -> None:
    told = as_if_now(read(sample / "threads" / "4711.jsonl"), now)
    assert [post.thread_views for post in told] == [None] * 106 + [13_016]


def test_the_days_of_a_table_move_with_the_posts() -> None:
    told = "R-2026-118;12,40;2026-06-15;2026-03-27;20260615"
    assert days_as_if_now(told, date(2027, 3, 2)) == "R-2026-118;12,40;2027-03-02;2026-12-12;20260615"
