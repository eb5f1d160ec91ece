"""Reads GitHub issues, pull requests, comments and timelines as the REST API returns them.

Understood are a single issue or discussion, ``{"issue": ..., "comments": [...], "timeline": [...]}``, a
webhook body, lists of issues, comments or timeline events, a search result, and JSON Lines
of any of these. What belongs together is joined by repository and number.

OWNER, MEMBER and COLLABORATOR (``author_association``) speak for the project and get the
role ``staff``; all others get none. Apps and bots are automatic. +1 and heart count as likes. The answer of
a discussion is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from kulanz.core.posts import Post, Role
from kulanz.sources.counts import countable
from kulanz.sources.errors import Problems
from kulanz.sources.formats import ReadOptions
from kulanz.sources.html import plain_to_text
from kulanz.sources.items import Item, document
from kulanz.sources.lines import numbered_lines
from kulanz.sources.times import parse_time

_ADDRESS = re.compile(
    r"https?://[^/]+/(?:api/v3/)?(?:repos/)?([^/]+/[^/]+)/(issues|pulls?|discussions)/(\d+)"
)
_MARKS: Final = (b'"author_association"', b'"issue_url"', b'"timeline_url"')
_EVENT_MARKS: Final = (b'"event"', b'"actor"', b'"commit_id"')
_STAFF: Final = frozenset(("OWNER", "MEMBER", "COLLABORATOR"))
_REMEDY: Final = "expected GitHub issues, comments or timeline events as the REST API returns them"

_Json = Mapping[str, Any]


class GithubReader:
    """Reads issue JSON and JSON Lines; a JSON document is read whole, lines one at a time."""

    name = "github"

    def accepts(self, head: bytes, name: str) -> bool:  # noqa: ARG002 (the Reader protocol)
        """Whether this is JSON with field names that only GitHub's API has together."""
        if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
            return False
        return any(mark in head for mark in _MARKS) or all(mark in head for mark in _EVENT_MARKS)

    def read(self, item: Item, problems: Problems, options: ReadOptions) -> Iterator[Post]:
        """Yield a post per issue body and comment; report objects that are neither."""
        for line, bundle in _bundles(item, problems, options):
            for part in _parts(bundle):
                posts = list(posts_of(part))
                if not posts and not _is_bare_timeline(part):
                    problems.add(item.name, line, "no issue or comment found", _REMEDY)
                yield from posts


READER: Final = GithubReader()


def _bundles(item: Item, problems: Problems, options: ReadOptions) -> Iterator[tuple[int | None, Any]]:
    """Yield the document, or where the first line is one by itself, every line's."""
    limit = options.limits.max_line_bytes
    first = item.stream.readline(limit + 1)
    if (value := _decode(first)) is not None:
        yield 1, value
        yield from _lines(item, problems, limit)
        return
    value = _decode(first + document(item, options.limits))
    if value is None:
        problems.add(item.name, None, "is neither a JSON document nor JSON Lines", _REMEDY)
    else:
        yield None, value


def _lines(item: Item, problems: Problems, limit: int) -> Iterator[tuple[int, Any]]:
    for number, line in numbered_lines(item, problems, limit):
        if (value := _decode(line)) is not None:
            yield number + 1, value
        elif line.strip():
            problems.add(item.name, number + 1, "is not valid JSON", _REMEDY)


def _decode(data: bytes) -> Any:
    """Return the JSON value, None where there is none."""
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _parts(bundle: Any) -> Iterator[_Json]:
    """Bring every accepted shape to objects with ``issue``, ``comments``, ``timeline``."""
    if isinstance(bundle, dict) and isinstance(bundle.get("items"), list):
        bundle = bundle["items"]
    if not isinstance(bundle, list):
        yield _part(bundle)
        return
    objects = [entry for entry in bundle if isinstance(entry, dict)]
    loose = [entry for entry in objects if not _is_issue(entry) and "issue" not in entry]
    yield from (_part(entry) for entry in objects if _is_issue(entry) or "issue" in entry)
    if loose or not objects:
        yield {
            "comments": [e for e in loose if "event" not in e],
            "timeline": [e for e in loose if "event" in e],
        }


def _part(entry: Any) -> _Json:
    if not isinstance(entry, dict):
        return {}
    if _is_issue(entry):
        return {"issue": entry}
    if "event" in entry:
        return {"timeline": [entry]}
    if "issue" not in entry and isinstance(entry.get("discussion"), dict):
        entry = {**entry, "issue": entry["discussion"]}
    if "issue" in entry or "comments" in entry or "timeline" in entry:
        single = [entry["comment"]] if isinstance(entry.get("comment"), dict) else []
        return {**entry, "comments": _objects(entry.get("comments")) + single}
    return {"comments": [entry]}


def _is_issue(entry: _Json) -> bool:
    return "title" in entry and "number" in entry


def _is_bare_timeline(part: _Json) -> bool:
    return bool(part.get("timeline")) and not part.get("issue") and not part.get("comments")


def _objects(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def posts_of(part: Mapping[str, Any]) -> Iterator[Post]:
    """Yield the posts of ``{"issue": ..., "comments": [...], "timeline": [...]}``, any of it missing.

    A discussion takes the place of an issue. What is neither an issue nor a comment is passed over.
    """
    issue = part.get("issue")
    issue = issue if isinstance(issue, dict) else {}
    events = _objects(part.get("timeline")) + _objects(part.get("events"))
    closed_at = _closed_at(issue, events)
    opened = thread_id_of(issue)
    if opened is not None and _time(issue.get("created_at")):
        yield _post(opened, opened, issue, issue, closed_at)
    comments = _objects(part.get("comments")) + [e for e in events if e.get("event") == "commented"]
    for comment in _each_once(comments):
        thread = opened or thread_id_of(comment)
        if thread is not None and "id" in comment and _time(comment.get("created_at")):
            yield _post(thread, f"{thread}/{comment['id']}", comment, issue, closed_at)


def _each_once(comments: Iterable[_Json]) -> Iterator[_Json]:
    """A comment stands both among the comments and in the timeline."""
    seen: set[str] = set()
    for comment in comments:
        key = str(comment.get("id"))
        if key not in seen:
            seen.add(key)
            yield comment


def _post(thread: str, post_id: str, source: _Json, issue: _Json, closed_at: datetime | None) -> Post:
    words = plain_to_text(_text(source, "body") or "")
    parent = source.get("in_reply_to_id") or source.get("parent_id")
    return Post(
        thread_id=thread,
        post_id=post_id,
        author_id=_author(source),
        created_at=_time(source.get("created_at")),
        text=words.text,
        reply_to=None if parent is None else f"{thread}/{parent}",
        role=_role(source),
        likes=countable(_likes(source)),
        accepted=_accepted(source, issue),
        url=_text(source, "html_url"),
        hidden=True if source.get("minimized") else None,
        automatic=_is_automatic(source),
        quotes=words.quotes,
        code=words.code,
        links=words.links,
        mentions=words.mentions,
        thread_title=_text(issue, "title"),
        thread_url=_text(issue, "html_url"),
        thread_closed_at=closed_at,
    )


def thread_id_of(entry: Mapping[str, Any]) -> str | None:
    """Return ``owner/repository#number``, or ``owner/repository/discussions/number``."""
    for key in ("issue_url", "pull_request_url", "html_url", "url"):
        if found := _ADDRESS.match(_text(entry, key) or ""):
            return f"{found[1]}{'/discussions/' if found[2] == 'discussions' else '#'}{found[3]}"
    return None


def _closed_at(issue: _Json, events: list[dict[str, Any]]) -> datetime | None:
    """When the thread was locked, else closed; unlocking and reopening undo that."""
    times: dict[str, datetime | None] = {"locked": None, "closed": _time(issue.get("closed_at"))}
    undo = {"unlocked": "locked", "reopened": "closed"}
    for event in sorted(events, key=lambda event: _text(event, "created_at") or ""):
        kind = event.get("event")
        if kind in ("locked", "closed"):
            times[kind] = _time(event.get("created_at"))
        elif isinstance(kind, str) and kind in undo:
            times[undo[kind]] = None
    return times["locked"] or times["closed"]


def _user(entry: _Json) -> _Json:
    user = entry.get("user") or entry.get("actor")
    return user if isinstance(user, dict) else {}


def _author(entry: _Json) -> str | None:
    return _text(_user(entry), "login")


def _role(entry: _Json) -> Role | None:
    return "staff" if _text(entry, "author_association") in _STAFF else None


def _is_automatic(entry: _Json) -> bool | None:
    bot = _user(entry).get("type") == "Bot" or (_author(entry) or "").endswith("[bot]")
    return True if bot or entry.get("performed_via_github_app") else None


def _likes(entry: _Json) -> int | None:
    reactions = entry.get("reactions")
    if not isinstance(reactions, dict):
        return None
    counts = [reactions.get("+1"), reactions.get("heart")]
    return sum(count for count in counts if isinstance(count, int))


def _accepted(entry: _Json, discussion: _Json) -> bool | None:
    """Whether a comment is the answer of a discussion; None where the discussion does not tell."""
    if entry is discussion or "answer_html_url" not in discussion:
        return None
    answer = _text(discussion, "answer_html_url")
    return answer is not None and answer == _text(entry, "html_url")


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_time(value)
    except ValueError:
        return None


def _text(entry: _Json, key: str) -> str | None:
    value = entry.get(key)
    return value if isinstance(value, str) and value else None
