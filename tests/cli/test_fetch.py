"""kulanz fetch and kulanz sources, as somebody at a terminal sees them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Run

from kulanz.sources.store import Store
from kulanz.testing.recorded import RecordedServer, Reply

ATOM = {"Content-Type": "application/atom+xml"}


@pytest.fixture
def blog(workplace: Path) -> Iterator[RecordedServer]:
    """A blog on loopback that serves the sample's feed."""
    feed = Reply((workplace / "sample/blogs.atom").read_bytes(), headers=ATOM)
    with RecordedServer({"/blog.atom": feed}) as server:
        yield server


def args(url: str, *more: str) -> list[str]:
    manners = ("--contact", "a@example.org", "--allow-private", "127.0.0.1", "--rate", "100")
    return ["fetch", url, "--into", "blog", *manners, *more]


def test_a_feed_is_read_and_scanned(blog: RecordedServer, run: Run) -> None:
    first = run(*args(f"{blog.url}/blog.atom"))
    assert first.exit_code == 0, first.output
    posts = [json.loads(line) for line in Path("blog/posts.jsonl").read_text("utf-8").splitlines()]
    assert f"{len(posts)} new posts, no change" in first.stderr
    assert f"wrote blog/posts.jsonl: {len(posts)} posts" in first.stderr
    assert {post["source"] for post in posts} == {f"feed:{blog.url}/blog.atom"}
    assert run("scan", "blog").exit_code == 0


def test_the_next_run_goes_on_and_tells_what_changed(blog: RecordedServer, run: Run) -> None:
    assert run(*args(f"feed:{blog.url}/blog.atom")).exit_code == 0
    route = blog.routes["/blog.atom"]
    assert isinstance(route, Reply)
    blog.routes["/blog.atom"] = Reply(route.body.replace(b"Kontaktor", b"Another"), headers=ATOM)
    again = run(*args(f"feed:{blog.url}/blog.atom"))
    assert again.exit_code == 0
    assert "0 new posts" in again.stderr
    assert "edited" in again.stderr


def test_a_bare_address_is_recognised_once(blog: RecordedServer, run: Run) -> None:
    address = f"{blog.url}/blog.atom"
    assert run(*args(address)).exit_code == 0
    asked = len(blog.requests)
    blog.routes["/blog.atom"] = Reply(b"<html><title>We are busy</title></html>")
    assert "expected a feed" in run(*args(address, "--no-reread")).stderr
    assert len(blog.requests) == asked + 1
    with Store(Path("blog")) as store:
        assert [health.name for health in store.sources()] == [f"feed:{address}"]


def test_who_asks_is_said(blog: RecordedServer, run: Run) -> None:
    run(*args(f"feed:{blog.url}/blog.atom"))
    assert "a@example.org" in blog.requests[0].headers["user-agent"]


def test_a_private_address_is_refused(blog: RecordedServer, run: Run) -> None:
    given = [
        each for each in args(f"feed:{blog.url}/blog.atom") if each not in {"--allow-private", "127.0.0.1"}
    ]
    result = run(*given)
    assert result.exit_code == 1
    assert "not a public address: allow it explicitly (--allow-private" in result.stderr
    assert blog.requests == []


def test_a_source_that_is_gone_stops_until_it_is_retried(blog: RecordedServer, run: Run) -> None:
    feed = blog.routes.pop("/blog.atom")
    source = f"feed:{blog.url}/blog.atom"
    assert run(*args(source)).exit_code == 1
    asked = len(blog.requests)
    stopped = run(*args(source))
    assert stopped.exit_code == 1
    assert "is stopped since" in stopped.stderr
    assert "--retry" in stopped.stderr
    assert len(blog.requests) == asked
    shown = run("sources", "blog")
    assert shown.exit_code == 0
    assert "stopped" in shown.stdout
    assert "404" in shown.stdout
    blog.routes["/blog.atom"] = feed
    assert run(*args(source, "--retry")).exit_code == 0
    assert "state         active" in run("sources", "blog").stdout


def test_a_key_in_an_address_is_not_handed_on(blog: RecordedServer, run: Run) -> None:
    address = f"feed:{blog.url}/blog.atom?token=hush"
    told = [run(*args(address)), run("sources", "blog"), run("scan", "blog")]
    route = blog.routes.pop("/blog.atom")
    told += [run(*args(address)), run(*args(address)), run("sources", "blog")]
    blog.routes["/blog.atom"] = route
    assert not any("hush" in each.output for each in told)
    assert "?token=***" in told[-1].stdout
    assert "hush" not in Path("blog/posts.jsonl").read_text("utf-8")


def test_how_a_source_is_doing(blog: RecordedServer, run: Run) -> None:
    run(*args(f"feed:{blog.url}/blog.atom", "--no-reread"))
    shown = run("sources", "blog").stdout.splitlines()
    assert shown[0] == f"feed:{blog.url}/blog.atom"
    facts = dict(line.split(maxsplit=1) for line in shown[1:] if not line.startswith("  l"))
    assert facts["errors"] == "0"
    assert facts["requests"] == f"{len(blog.requests)}, in the last run {len(blog.requests)}"
    assert int(facts["posts"]) > 5


def test_a_source_that_asks_to_wait_rests(blog: RecordedServer, run: Run) -> None:
    feed = blog.routes["/blog.atom"]
    blog.routes["/blog.atom"] = Reply(b"later", 503, {"Retry-After": "3600"})
    source = f"feed:{blog.url}/blog.atom"
    assert run(*args(source)).exit_code == 1
    asked = len(blog.requests)
    blog.routes["/blog.atom"] = feed
    resting = run(*args(source))
    assert resting.exit_code == 1
    assert "rests until" in resting.stderr
    assert len(blog.requests) == asked
    assert "resting" in run("sources", "blog").stdout


@pytest.fixture
def paged() -> Iterator[RecordedServer]:
    """A feed that goes on over nine documents."""
    entry = "<entry><id>urn:{0}</id><title>{0}</title><updated>2026-01-01T00:00:00Z</updated></entry>"
    older = '<link rel="next" href="/{0}"/>'
    routes = {
        f"/{n}": Reply(
            (
                '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id>'
                f"{older.format(n + 1)}{entry.format(n)}</feed>"
            ).encode(),
            headers=ATOM,
        )
        for n in range(9)
    }
    with RecordedServer(routes) as server:
        yield server


def test_a_spent_budget_ends_a_run_well(paged: RecordedServer, run: Run) -> None:
    result = run(*args(f"feed:{paged.url}/0", "--budget", "3"))
    assert result.exit_code == 0, result.output
    assert "3 requests were allowed" in result.stderr
    assert len(paged.requests) == 3


def test_what_was_read_before_an_interruption_is_there(
    paged: RecordedServer, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_seconds: float) -> None:
        if len(paged.requests) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr("kulanz.cli.fetching.time.sleep", interrupted)
    assert run(*args(f"feed:{paged.url}/0", "--rate", "1")).exit_code == 130
    assert Path("blog/posts.jsonl").read_text("utf-8").count("\n") >= 1


def test_following_ends_when_it_is_interrupted(
    blog: RecordedServer, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if seconds > 1 and sum(each > 1 for each in pauses) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("kulanz.cli.fetching.time.sleep", pause)
    result = run(*args(f"feed:{blog.url}/blog.atom", "--follow", "300"))
    assert result.exit_code == 130
    assert result.stderr.count("no change") == 2
    assert result.stderr.count("wrote blog/posts.jsonl") == 1
    assert max(pauses) == pytest.approx(300)


def test_following_writes_what_a_killed_run_had_kept(
    blog: RecordedServer, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f"feed:{blog.url}/blog.atom"
    run(*args(source, "--no-reread"))
    Path("blog/posts.jsonl").unlink()

    def interrupt(seconds: float) -> None:
        if seconds > 1:
            raise KeyboardInterrupt

    monkeypatch.setattr("kulanz.cli.fetching.time.sleep", interrupt)
    assert "0 new posts" in run(*args(source, "--follow", "300", "--no-reread")).stderr
    assert Path("blog/posts.jsonl").is_file()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["nothing:https://x"], "unknown connector 'nothing'"),
        (["forum.example.org"], "expected NAME:ADDRESS or a URL"),
        (["feed:https://x", "--key-file", "magic=sample/README.md"], "feed knows no key 'magic'"),
        (["feed:https://x", "--key-file", "magic"], "expected NAME=FILE"),
        (["feed:https://x", "--key-file", "magic=nowhere"], "is not there"),
        (["feed:https://x", "--rate", "0"], "--rate"),
        (["feed:https://x", "--lane", "nowhere"], "has no lane 'nowhere'"),
    ],
)
def test_wrong_usage(given: list[str], said: str, run: Run) -> None:
    result = run(*args(*given))
    assert result.exit_code == 2, result.output
    assert said in result.stderr


def test_a_contact_is_needed(run: Run) -> None:
    result = run("fetch", "feed:https://x", "--into", "blog")
    assert result.exit_code == 2
    assert "--contact" in result.stderr


@pytest.mark.parametrize("contact", ["", "nobody", "müller@example.org", "a@example.org\nx: y"])
def test_a_contact_that_nobody_can_use_is_refused(contact: str, run: Run) -> None:
    result = run("fetch", "feed:https://x", "--into", "blog", "--contact", contact)
    assert result.exit_code == 2
    assert "expected an address of mail or web such as you@example.com" in result.stderr


def test_no_two_at_once(blog: RecordedServer, run: Run, workplace: Path) -> None:
    source = f"feed:{blog.url}/blog.atom"
    with Store(workplace / "blog") as store, store.sole_reader(source):
        result = run(*args(source))
    assert result.exit_code == 1
    assert "another kulanz fetch" in result.stderr


def test_a_folder_without_a_store(run: Run) -> None:
    result = run("sources", "sample")
    assert result.exit_code == 2
    assert "expected a folder filled by kulanz fetch" in result.stderr
