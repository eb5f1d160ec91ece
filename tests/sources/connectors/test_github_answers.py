"""Answers in public at the repository on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import pytest

from github_site import REPOSITORY, GithubServer, GithubSite, project
from kulanz.sources.errors import PermanentError
from kulanz.sources.public_answers import PublicAnswer
from kulanz.testing.public_answers import PublicAnswersSuite
from kulanz.testing.recorded import Reply, Request
from relay import too_many

TOKEN = "ghp_0123456789abcdef"  # noqa: S105 - of the tests


class Project:
    """An issue of a customer's, as the suite sees one."""

    account = "care-desk"
    limited = 429

    def __init__(self, server: GithubServer, site: GithubSite) -> None:
        self.server, self.site = server, site
        self.address = server.repository
        self.issue = site.open("kunde-1", "Charged twice", "Please correct the second charge.")
        self.thread = f"{REPOSITORY}#{self.issue['number']}"

    def comment(self, text: str) -> str:
        return str(self.site.comment(self.issue, "kunde-2", text)["id"])

    def posts(self) -> list[tuple[str, str]]:
        own = [each for each in self.site.comments.values() if each["issue_url"] == self.issue["url"]]
        return [(each["user"]["login"], each["body"]) for each in own]

    def lose_answer(self) -> None:
        self.server.lose()

    def lock(self) -> None:
        self.site.lock(self.issue, "maintainer")

    def ask_to_wait(self, seconds: int) -> None:
        handed_on = self.site.reply_to

        def refuse(request: Request) -> Reply:
            if request.method != "POST":
                return handed_on(request)
            self.site.reply_to = handed_on
            return replace(too_many(seconds), status=self.limited)

        self.site.reply_to = refuse


class TestPublicAnswersOfGithub(PublicAnswersSuite):
    name = "github"
    secrets: ClassVar = {"token": TOKEN}

    @contextmanager
    def serving(self) -> Iterator[Project]:
        self.site = project(2, 3)
        self.site.tokens = {TOKEN: "care-desk"}
        with GithubServer(self.site) as server:
            yield Project(server, self.site)

    def now(self) -> datetime:
        return self.site.now

    def test_too_much_in_a_short_time_is_a_403_too(self, square: Project, answer: PublicAnswer) -> None:
        square.limited = 403
        self.test_a_platform_that_asks_to_wait_gets_it_later(square, answer)

    def test_discussions_are_left_to_people(self, square: Project, answer: PublicAnswer) -> None:
        discussion = replace(answer, thread=f"{REPOSITORY}/discussions/3")
        with pytest.raises(PermanentError, match="by hand"):
            self.connector_for(square).answer(discussion)
