"""``kulanz spread`` on the sample community."""

from __future__ import annotations

import json
from pathlib import Path

from running import Run

BOTH = ("sample/threads", "sample/blogs.atom")


def test_the_blogs_around_the_great_case(run: Run, workplace: Path) -> None:
    result = run("spread", "4711", *BOTH, "--output", "tree.jsonl", "--picture", "tree.html", "--quiet")
    assert result.exit_code == 0
    assert "9 other places took the matter up." in result.stdout
    places = [json.loads(line) for line in Path("tree.jsonl").read_text("utf-8").splitlines()]
    by_host = {place["node_id"].split("/")[2]: place for place in places[1:]}
    assert places[0]["reach"] == 13016
    assert len(by_host) == 9
    assert "rhabarber" not in "".join(by_host)
    named = by_host["recht-einfach.example"]
    assert (named["how"], named["parent"].split("/")[2]) == ("via", "notizblock.example")
    assert "Mahnung, Inkasso" in Path("tree.html").read_text("utf-8")


def test_as_of_leaves_out_what_came_later(run: Run) -> None:
    result = run("spread", "4711", *BOTH, "--as-of", "2026-06-12T00:00:00Z", "--quiet")
    assert "1 other place took the matter up." in result.stdout


def test_a_thread_that_is_not_there(run: Run) -> None:
    result = run("spread", "12345", *BOTH)
    assert result.exit_code == 1
    assert "no thread '12345'" in result.stderr


def test_standard_input_can_be_read_only_once(run: Run) -> None:
    result = run("spread", "4711", "-")
    assert result.exit_code == 2
    assert "three times" in result.stderr
