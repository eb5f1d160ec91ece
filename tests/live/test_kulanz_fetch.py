"""kulanz fetch on real servers: told by their pages, read, read again, and scanned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kulanz.cli import main
from servers.frame import Site

PLATFORMS = ("misago", "nodebb", "wordpress")


def kulanz(*args: str) -> Result:
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_bare_url_is_recognised_read_and_scanned(
    platform: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    site: Site = request.getfixturevalue(platform)
    text = "Why was I charged twice? I want my money back."
    site.open("Charged twice", text, by=site.member)
    folder = tmp_path / "forum"
    fetch = (
        *("fetch", site.url, "--into", str(folder), "--contact", "tests@example.org"),
        *("--allow-private", "127.0.0.1", "--rate", "50"),
    )
    kulanz(*fetch)
    posts = [json.loads(line) for line in (folder / "posts.jsonl").read_text("utf-8").splitlines()]
    assert [post["thread_title"] for post in posts if post["text"] == text] == ["Charged twice"]
    assert {post["source"] for post in posts} == {f"{platform}:{site.url}"}
    assert "0 new posts" in kulanz(*fetch).stderr
    kulanz("scan", str(folder), "--output", str(tmp_path / "threads.jsonl"))
    assert (tmp_path / "threads.jsonl").read_text("utf-8").strip()
    assert "active" in kulanz("sources", str(folder)).stdout
