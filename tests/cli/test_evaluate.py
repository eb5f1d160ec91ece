"""``kulanz evaluate``: running the models itself, or reading what they wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Run

THREADS = ("sample/threads", "--labels", "sample/labels/threads.jsonl")
POSTS = ("sample/threads", "--labels", "sample/labels/posts.jsonl")


def test_threads(run: Run) -> None:
    result = run("evaluate", "threads", *THREADS, "--baseline", "posts", "--k", "3", "--json")
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert figures["threads"] == 60
    assert [ranking["name"] for ranking in figures["rankings"]] == ["kulanz", "posts"]
    assert figures["alert_lead"] is not None


def test_a_file_gives_the_figures_of_the_run(run: Run) -> None:
    run("scan", "sample/threads", "--output", "threads.jsonl")
    run("posts", "sample/threads", "--output", "posts.jsonl")
    for command, given in (("threads", THREADS), ("posts", POSTS)):
        here = json.loads(run("evaluate", command, *given, "--json").stdout)
        file = json.loads(run("evaluate", command, *given, "--against", f"{command}.jsonl", "--json").stdout)
        assert {**here, "alert_lead": None} == {**file, "alert_lead": None}


def test_tables(run: Run) -> None:
    result = run("evaluate", "posts", *POSTS)
    assert result.exit_code == 0
    assert "### Macro F1 by language" in result.stdout


@pytest.fixture
def talks(workplace: Path) -> tuple[str, ...]:
    """Conversations of which half derail, in which a post is marked as the first toxic one."""
    posts, labels = [], []
    for number in range(12):
        toxic = number % 2
        texts = ("Why was I charged twice?", "Read the terms.", "You are idiots." if toxic else "Thank you.")
        for index, text in enumerate(texts):
            marked = {"toxic": 1} if toxic and index == 2 else {}
            post = {"thread_id": str(number), "post_id": f"{number}-{index}", "author_id": "ab"[index % 2]}
            posts.append({**post, "created_at": None, "text": text, **marked})
        labels.append({"thread_id": str(number), "toxic": toxic})
    for name, rows in (("talks.jsonl", posts), ("labels.jsonl", labels)):
        (workplace / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return ("talks.jsonl", "--labels", "labels.jsonl")


def test_forecasts_are_cut_before_the_marked_post(run: Run, talks: tuple[str, ...]) -> None:
    figures = json.loads(run("evaluate", "forecast", *talks, "--json").stdout)
    assert figures["unplaced"] == 0
    assert figures["systems"][0]["conversations"] == 12
    assert figures["systems"][0]["derailing"] == 6


def test_forecast_baselines(run: Run, talks: tuple[str, ...]) -> None:
    pytest.importorskip("sklearn")
    result = run("evaluate", "forecast", *talks, "--baseline", "tfidf")
    assert result.exit_code == 0
    assert "| tfidf |" in result.stdout
