"""``kulanz observe``: what guests see of what was fetched."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from running import Run

from kulanz.core.posts import Post
from kulanz.sources.errors import Problems
from kulanz.sources.sightings import Page, Sighting
from kulanz.sources.store import Store
from kulanz.testing.recorded import RecordedServer, Reply

HTML = {"content-type": "text/html; charset=utf-8"}
NOW = datetime(2026, 6, 11, tzinfo=UTC)
KEPT = "Your collection agency wrote to me again although I paid in March."
TOUCHED = "I will tell everybody here how this company treats its customers."


def page(*texts: str) -> Reply:
    html = "".join(f"<div class='post'><p>{text}</p></div>" for text in texts)
    return Reply(body=f"<html><body>{html}</body></html>".encode(), headers=HTML)


def fetched(folder: Path, url: str) -> None:
    """A folder as a fetch leaves it: one thread with two posts."""
    posts = tuple(
        Sighting(
            post=Post(
                thread_id="7",
                post_id=str(number),
                author_id="a",
                created_at=NOW,
                text=text,
                thread_url=f"{url}/t/7",
            )
        )
        for number, text in enumerate((KEPT, TOUCHED), start=1)
    )
    with Store(folder) as store:
        source = store.source("forum")
        run = source.begin(NOW)
        source.keep(Page(posts=posts), run=run, lane=None, grace=timedelta(), problems=Problems(), now=NOW)


def observed(run: Run, folder: Path, *more: str) -> Any:
    return run(
        "observe",
        str(folder),
        "--contact",
        "a@example.com",
        "--allow-private",
        "127.0.0.1",
        "--rate",
        "100",
        *more,
    )


def test_what_guests_see_is_compared(run: Run, tmp_path: Path) -> None:
    with RecordedServer({"/t/7": page(KEPT, "This post was edited by a moderator.")}) as server:
        fetched(tmp_path, server.url)
        result = observed(run, tmp_path, "--output", "differences.jsonl")
    assert result.exit_code == 0
    assert "missing post 2" in result.stdout
    lines = [json.loads(line) for line in Path("differences.jsonl").read_text("utf-8").splitlines()]
    assert [(line["kind"], line["post_id"]) for line in lines] == [("missing", "2")]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (page(KEPT, TOUCHED), "guests see the same (2 posts)"),
        (Reply(status=403, body=b"", headers=HTML), "withheld (status 403)"),
        (page("Please switch on JavaScript."), "not compared"),
    ],
)
def test_agreement_refusal_and_drawn_pages_are_told(
    run: Run, tmp_path: Path, answer: Reply, told: str
) -> None:
    with RecordedServer({"/t/7": answer}) as server:
        fetched(tmp_path, server.url)
        assert told in observed(run, tmp_path).stdout


def test_a_folder_without_a_store_is_told(run: Run, tmp_path: Path) -> None:
    result = observed(run, tmp_path)
    assert result.exit_code == 2
    assert "expected a folder filled by kulanz fetch" in result.stderr
