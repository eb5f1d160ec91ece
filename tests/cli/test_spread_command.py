"""``kulanz spread`` on the sample community."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from running import Run

from kulanz.core.posts import Post
from kulanz.sources.errors import Problems
from kulanz.sources.sightings import Page, Sighting
from kulanz.sources.store import Store

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
    assert result.exit_code == 2
    assert "no thread '12345'" in result.stderr


def fetched(folder: Path, *sources: str) -> None:
    """Fill a folder with sources that each have a thread 12."""
    with Store(folder) as store:
        for name in sources:
            post = Post(
                thread_id="12",
                post_id="1",
                author_id="a",
                created_at=datetime(2026, 6, 9, tzinfo=UTC),
                text="Guten Tag",
                thread_url=f"https://{name}.example/t/12",
            )
            page = Page(posts=(Sighting(post=post),))
            store.source(name).keep(
                page, run=1, lane=None, grace=timedelta(0), problems=Problems(), now=datetime.now(UTC)
            )
        store.export()


def test_a_thread_of_a_folder_with_several_sources(run: Run) -> None:
    fetched(Path("two"), "misago", "feed")
    for name in ("misago#12", "https://misago.example/t/12/"):
        result = run("spread", name, "two", "--output", "-")
        assert json.loads(result.stdout)["node_id"] == "misago#12"
    several = run("spread", "12", "two")
    assert several.exit_code == 2
    assert "several are called so: feed#12, misago#12" in several.stderr


def test_an_id_that_only_one_of_several_sources_has(run: Run) -> None:
    fetched(Path("two"), "misago")
    with Store(Path("two")) as store:
        store.source("feed")
        store.export()
    assert json.loads(run("spread", "12", "two", "--output", "-").stdout)["node_id"] == "misago#12"


def test_standard_input_can_be_read_only_once(run: Run) -> None:
    result = run("spread", "4711", "-")
    assert result.exit_code == 2
    assert "three times" in result.stderr
