"""A repository as GitHub's REST API shows it: issues, comments, events, timelines, pages and tags."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from kulanz.testing.recorded import RecordedServer, Reply, Request

START: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REPOSITORY: Final = "octo/forum"
_ROOT: Final = f"/api/v3/repos/{REPOSITORY}"
Json = dict[str, Any]


class GithubSite:
    """What people did, and the answers that follow from it. ``page`` is the most entries of a page."""

    def __init__(self, *, page: int = 100) -> None:
        self.now = START
        self.page = page
        self.tags = True
        self.issues: dict[int, Json] = {}
        self.comments: dict[int, Json] = {}
        self.events: list[Json] = []
        self.transferred: dict[int, str] = {}
        self.tokens: dict[str, str] = {}
        self._next = 1000

    def open(self, author: str, title: str, body: str, *, association: str = "NONE") -> Json:
        self._tick()
        number = len(self.issues) + 1
        issue = {
            "id": self._id(),
            "number": number,
            "url": f"https://ghe.example{_ROOT}/issues/{number}",
            "html_url": f"https://ghe.example/{REPOSITORY}/issues/{number}",
            "title": title,
            "body": body,
            "user": {"login": author, "type": "User"},
            "state": "open",
            "locked": False,
            "comments": 0,
            "created_at": self._time(),
            "updated_at": self._time(),
            "closed_at": None,
            "author_association": association,
        }
        self.issues[number] = issue
        return issue

    def comment(self, issue: Json, author: str, body: str) -> Json:
        self._tick()
        comment = {
            "id": self._id(),
            "html_url": f"{issue['html_url']}#issuecomment-{self._next}",
            "issue_url": issue["url"],
            "body": body,
            "user": {"login": author, "type": "User"},
            "created_at": self._time(),
            "updated_at": self._time(),
            "author_association": "NONE",
        }
        self.comments[comment["id"]] = comment
        issue["comments"] += 1
        issue["updated_at"] = self._time()
        return comment

    def edit(self, entry: Json, body: str) -> None:
        self._tick()
        entry["body"], entry["updated_at"] = body, self._time()

    def delete_comment(self, comment: Json) -> None:
        self._tick()
        del self.comments[comment["id"]]
        issue = self.issue_of(comment)
        issue["comments"] -= 1
        issue["updated_at"] = self._time()

    def lock(self, issue: Json, by: str, *, locked: bool = True) -> None:
        self._tick()
        issue["locked"], issue["updated_at"] = locked, self._time()
        self._event(issue, "locked" if locked else "unlocked", by)

    def delete_issue(self, issue: Json) -> None:
        del self.issues[issue["number"]]

    def transfer(self, issue: Json, target: str) -> None:
        self.transferred[issue["number"]] = target
        del self.issues[issue["number"]]

    def issue_of(self, comment: Json) -> Json:
        return self.issues[int(comment["issue_url"].rpartition("/")[2])]

    def _event(self, issue: Json, kind: str, by: str) -> None:
        event = {"id": self._id(), "event": kind, "actor": {"login": by}, "created_at": self._time()}
        self.events.append({**event, "issue": {"number": issue["number"], "url": issue["url"]}})

    def _id(self) -> int:
        self._next += 1
        return self._next

    def _tick(self) -> None:
        self.now += timedelta(seconds=1)

    def _time(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    # What it answers

    def reply_to(self, request: Request) -> Reply:
        if request.path == "/api/v3/user":
            return self._whose(request)
        if request.method == "POST":
            return self._written(request)
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        for pattern, answer in self._routes():
            if match := re.fullmatch(_ROOT + pattern, request.path):
                reply: Reply = answer(request.path, query, *match.groups())
                return self._tagged(request, reply)
        return Reply.json({"message": "Not Found"}, 404)

    def _routes(self) -> Iterator[tuple[str, Callable[..., Reply]]]:
        yield "", lambda *_: Reply.json({"full_name": REPOSITORY})
        yield "/issues", self._changed_issues
        yield "/issues/comments", self._changed_comments
        yield "/issues/events", self._events
        yield r"/issues/(\d+)", self._issue
        yield r"/issues/(\d+)/comments", self._comments
        yield r"/issues/(\d+)/timeline", self._timeline

    def _whose(self, request: Request) -> Reply:
        name = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return Reply.json({"login": name}) if name else Reply.json({"message": "Bad credentials"}, 401)

    def _written(self, request: Request) -> Reply:
        name = self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        found = re.fullmatch(_ROOT + r"/issues/(\d+)/comments", request.path)
        issue = self.issues.get(int(found[1])) if found else None
        if name is None or issue is None:
            return Reply.json({"message": "Not Found"}, 404)
        if issue["locked"]:
            return Reply.json({"message": "Unable to create comment because issue is locked."}, 403)
        body = json.loads(request.body)["body"]
        if not body.strip():
            return Reply.json({"message": "Validation Failed"}, 422)
        return Reply.json(self.comment(issue, name, body), 201)

    def _comments(self, path: str, query: dict[str, str], number: str) -> Reply:
        if int(number) not in self.issues:
            return Reply.json({"message": "Not Found"}, 404)
        own = [each for each in self.comments.values() if each["issue_url"].endswith(f"/issues/{number}")]
        return self._paged(path, query, sorted(_since(own, query), key=lambda each: each["id"]))

    def _changed_issues(self, path: str, query: dict[str, str]) -> Reply:
        return self._paged(path, query, _since(self.issues.values(), query))

    def _changed_comments(self, path: str, query: dict[str, str]) -> Reply:
        return self._paged(path, query, _since(self.comments.values(), query))

    def _events(self, path: str, query: dict[str, str]) -> Reply:
        return self._paged(path, query, self.events[::-1])

    def _issue(self, _path: str, _query: dict[str, str], number: str) -> Reply:
        if target := self.transferred.get(int(number)):
            return Reply.json(
                {"number": 1, "title": "Elsewhere", "html_url": f"https://ghe.example/{target}/issues/1"}
            )
        issue = self.issues.get(int(number))
        return Reply.json(issue) if issue else Reply.json({"message": "This issue was deleted"}, 410)

    def _timeline(self, path: str, query: dict[str, str], number: str) -> Reply:
        suffix = f"/issues/{number}"
        comments = [
            {**each, "event": "commented", "actor": each["user"]}
            for each in self.comments.values()
            if each["issue_url"].endswith(suffix)
        ]
        events = [each for each in self.events if each["issue"]["url"].endswith(suffix)]
        return self._paged(path, query, sorted(comments + events, key=lambda each: each["created_at"]))

    def _paged(self, path: str, query: dict[str, str], entries: list[Json]) -> Reply:
        page, size = int(query.get("page", "1")), min(self.page, int(query.get("per_page", "30")))
        headers = {}
        if len(entries) > page * size:
            following = urlencode({**query, "page": page + 1})
            headers["Link"] = f'<{path}?{following}>; rel="next"'
        return Reply.json(entries[(page - 1) * size : page * size], headers=headers)

    def _tagged(self, request: Request, reply: Reply) -> Reply:
        tag = f'W/"{hashlib.sha256(reply.body).hexdigest()}"'
        if not self.tags or reply.status != 200:
            return reply
        if request.headers.get("if-none-match") == tag:
            return Reply(b"", 304, {"ETag": tag})
        return Reply(reply.body, 200, {**reply.headers, "ETag": tag})


class GithubServer(RecordedServer):
    """Serves a repository on loopback, as a company's own GitHub would."""

    def __init__(self, site: GithubSite) -> None:
        super().__init__({})
        self.site = site

    @property
    def repository(self) -> str:
        return f"{self.url}/{REPOSITORY}"

    def answer(self, request: Request) -> Reply:
        self.requests.append(request)
        return self.alter(request, self.site.reply_to(request))


def _since(entries: Any, query: dict[str, str]) -> list[Json]:
    since = query.get("since", "")
    return sorted(
        (each for each in entries if each["updated_at"] >= since),
        key=lambda each: (each["updated_at"], each["id"]),
    )


def project(issues: int = 5, comments: int = 6, *, page: int = 100) -> GithubSite:
    """A repository in which people comment in turns, and one issue is locked."""
    site = GithubSite(page=page)
    opened = [
        site.open(f"kunde-{number}", f"Fehler {number}", f"Es geht nicht: {number}")
        for number in range(issues)
    ]
    for turn in range(comments):
        for number, issue in enumerate(opened):
            site.comment(issue, f"kunde-{(turn + number) % 4}", f"Antwort {turn} zu {number}")
    site.lock(opened[-1], "maintainer")
    return site
