"""The GitHub connector against a repository on loopback, and against recorded answers of GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from github_site import REPOSITORY, GithubServer, project
from kulanz.sources.connectors.github import CONNECTOR
from kulanz.sources.connectors.github.api import GithubApi
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.fetching import Fetch
from kulanz.sources.revisions import Revision
from kulanz.sources.store.store import Store
from kulanz.testing.connectors import HttpConnectorSuite
from kulanz.testing.reading import Notebook, Reading
from kulanz.testing.recorded import Alter, RecordedServer, Reply, Request, Route, unaltered

RECORDED = Path(__file__).parents[2] / "data/github"


class TestGithub(HttpConnectorSuite):
    name = "github"
    secrets = {"token": "ghp_not_a_real_one"}  # noqa: RUF012 - as the suite declares it
    fewest_posts = 30

    def routes(self) -> Mapping[str, Route]:
        raise NotImplementedError("the repository answers by itself")

    @contextmanager
    def serving(self, alter: Alter = unaltered) -> Iterator[str]:
        with GithubServer(project(page=10)) as server:
            server.alter = alter
            yield server.repository


class Repository:
    """A repository that is fetched into a store again and again."""

    def __init__(self, server: GithubServer, store: Store) -> None:
        self.site, self.server = server.site, server
        self.store = store.source("repository")
        self.reading = Reading(make=CONNECTOR, address=server.repository, now=lambda: self.site.now)
        self._told = 0

    def fetch(self, reread: int | None = None) -> list[Revision]:
        """Fetch; return the changes that were found."""
        run = Fetch(
            store=self.store,
            connector=self.reading.connector(self.store),
            http=self.reading.http,
            now=lambda: self.site.now,
            random=Random(1),
            problems=self.reading.problems,
            reread_budget=reread,
        ).run()
        assert run.error is None
        found = self.store.revisions()[self._told :]
        self._told += len(found)
        return found

    def asked(self) -> list[Request]:
        before = len(self.server.requests)
        self.fetch()
        return self.server.requests[before:]


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with GithubServer(project(page=10)) as server, Store(tmp_path) as store:
        fetched = Repository(server, store)
        assert [each.kind for each in fetched.fetch()] == ["locked"]
        yield fetched


def test_everything_is_read_though_pages_are_small(repository: Repository) -> None:
    kept = {
        post
        for number in repository.site.issues
        for post in repository.store.post_ids(f"{REPOSITORY}#{number}")
    }
    assert len(kept) == len(repository.site.issues) + len(repository.site.comments)


def test_many_changes_in_one_second_are_all_read(tmp_path: Path) -> None:
    site = project(2, 2, page=3)
    for entry in [*site.issues.values(), *site.comments.values()]:
        entry["updated_at"] = "2026-03-02T09:00:00Z"
    with GithubServer(site) as server, Store(tmp_path) as store:
        fetched = Repository(server, store)
        fetched.fetch()
        kept = [fetched.store.post_ids(f"{REPOSITORY}#{number}") for number in (1, 2)]
    assert [len(each) for each in kept] == [3, 3]


def test_what_changes_during_a_read_pushes_nothing_off_a_page(tmp_path: Path) -> None:
    with GithubServer(project(3, 10, page=5)) as server:
        site, notes = server.site, Notebook()
        reading = Reading(make=CONNECTOR, address=server.repository, now=lambda: site.now)
        comments = list(site.comments.values())
        for count, _ in enumerate(reading.pages(notes, "history")):
            if count < len(comments):
                site.edit(comments[count], f"Bearbeitet {count}")
        reading.read_all(notes)
        assert len(notes.posts) == len(site.issues) + len(site.comments)


def test_a_repository_without_changes_costs_three_answers_without_a_body(repository: Repository) -> None:
    repository.fetch()
    repository.fetch()
    asked = repository.asked()
    assert len(asked) == 3
    assert all(request.headers.get("if-none-match") for request in asked)


def test_an_edit_has_its_time_and_no_editor(repository: Repository) -> None:
    comment = next(iter(repository.site.comments.values()))
    repository.site.edit(comment, "Doch, jetzt geht es.")
    [found] = repository.fetch()
    assert (found.kind, found.by, found.changed_at) == ("edited", None, repository.site.now)


def test_an_edited_issue_is_found(repository: Repository) -> None:
    repository.site.edit(repository.site.issues[2], "Es geht wieder nicht.")
    [found] = repository.fetch()
    assert (found.kind, found.post_id) == ("edited", f"{REPOSITORY}#2")


def test_a_deleted_comment_is_found_by_the_count(repository: Repository) -> None:
    comment = next(iter(repository.site.comments.values()))
    repository.site.delete_comment(comment)
    [found] = repository.fetch()
    assert (found.kind, found.post_id) == ("removed", f"{REPOSITORY}#1/{comment['id']}")


def test_a_lock_is_told_once_with_time_and_account(repository: Repository) -> None:
    issue = repository.site.issues[1]
    repository.site.lock(issue, "chef")
    [found] = repository.fetch()
    assert (found.kind, found.by, found.changed_at) == ("locked", "chef", repository.site.now)
    assert repository.fetch(reread=100) == []
    repository.site.lock(issue, "chef", locked=False)
    assert [each.kind for each in repository.fetch()] == ["unlocked"]


def test_deleted_and_transferred_issues_are_gone(repository: Repository) -> None:
    repository.site.delete_issue(repository.site.issues[1])
    repository.site.transfer(repository.site.issues[2], "octo/elsewhere")
    repository.site.now += timedelta(days=40)
    found = {each.thread_id: each.kind for each in repository.fetch(reread=100)}
    assert found[f"{REPOSITORY}#1"] == "removed"
    assert found[f"{REPOSITORY}#2"] in {"removed", "moved"}


def test_a_renamed_repository_is_said_and_nothing_is_gone(repository: Repository) -> None:
    repository.site.transfer(repository.site.issues[2], "octo/new-name")
    full_name = {f"/api/v3/repos/{REPOSITORY}": Reply.json({"full_name": "octo/new-name"})}
    repository.server.alter = lambda request, reply: full_name.get(request.path, reply)
    with pytest.raises(PermanentError, match="is now called octo/new-name"):
        list(repository.reading.connector(repository.store).reread([f"{REPOSITORY}#2"]))


def test_discussions_are_not_taken_for_gone(repository: Repository) -> None:
    assert list(repository.reading.connector(repository.store).reread([f"{REPOSITORY}/discussions/4"])) == []


def test_a_spent_limit_is_waited_for_not_taken_for_a_refusal(repository: Repository) -> None:
    reset = int(repository.site.now.timestamp()) + 3000
    limited = Reply.json(
        {"message": "API rate limit exceeded"},
        403,
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)},
    )
    repository.server.alter = lambda _request, _reply: limited
    with pytest.raises(TemporaryError) as caught:
        repository.reading.read_all()
    assert caught.value.retry_after == pytest.approx(3000, abs=2)


def test_the_token_goes_into_a_header_only() -> None:
    with GithubServer(project(1, 1)) as server:
        Reading(make=CONNECTOR, address=server.repository, secrets={"token": "t0ken"}).read_all()
        assert {request.headers.get("authorization") for request in server.requests} == {"Bearer t0ken"}


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("octo/forum", "https://api.github.com"),
        ("https://github.com/octo/forum", "https://api.github.com"),
        ("https://github.com/octo/forum.git", "https://api.github.com"),
        ("https://ghe.example/octo/forum/", "https://ghe.example/api/v3"),
    ],
)
def test_addresses(address: str, base: str) -> None:
    connector = Reading(make=CONNECTOR, address=address).connector(Notebook())
    assert isinstance(connector, CONNECTOR)
    assert (connector._api.base, connector._api.repository) == (base, "octo/forum")
    assert isinstance(connector._api, GithubApi)


@pytest.mark.parametrize(
    "address", ["octo", "https://github.com/", "ftp://x/octo/forum", "octo/forum/issues/1", "../.."]
)
def test_what_is_no_repository_is_refused(address: str) -> None:
    with pytest.raises(PermanentError, match="expected a repository"):
        Reading(make=CONNECTOR, address=address).connector(Notebook())


def test_recorded_answers_of_github_are_read() -> None:
    issues = [each for each in _recorded("issues.json") if "title" in each]
    routes: dict[str, Route] = {
        "/api/v3/repos/o/r/issues": Reply.json(issues),
        "/api/v3/repos/o/r/issues/comments": Reply.json(_recorded("comments.json")),
        "/api/v3/repos/o/r/issues/events": Reply.json([]),
    }
    with RecordedServer(routes) as server:
        reading = Reading(make=CONNECTOR, address=f"{server.url}/o/r")
        notes = reading.read_all()
    assert len(notes.posts) == len(issues) + len(_recorded("comments.json"))
    assert reading.problems.total == 0


def _recorded(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((RECORDED / name).read_text(encoding="utf-8"))
    return found
