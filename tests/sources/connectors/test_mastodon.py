from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kulanz.sources.connectors import connector_named
from kulanz.sources.connectors.mastodon.places import parse_place
from kulanz.sources.connectors.mastodon.statuses import depths, read_status, read_statuses, sighting
from kulanz.sources.errors import PermanentError, Problems, TemporaryError
from kulanz.testing.connectors import HttpConnectorSuite
from kulanz.testing.reading import Notebook, Reading
from kulanz.testing.recorded import RecordedServer, Reply, Request, Route

DATA = Path(__file__).parents[2] / "data" / "mastodon"
KEYS = {"token": "0123456789abcdef"}
EDITED = "117440831413709748"


def recorded(name: str) -> Any:
    return msgspec.json.decode((DATA / name).read_bytes())


class Instance:
    """A server's memory: statuses in the shape that Takahe sent, served as the API serves them."""

    def __init__(self) -> None:
        self.statuses: dict[int, dict[str, Any]] = {}
        self.histories: dict[int, list[dict[str, Any]]] = {}
        self._shape = recorded("takahe_public.json")[0]

    def post(self, number: int, text: str, parent: int | None = None, **fields: Any) -> None:
        status = {"id": str(number), "content": f"<p>{text}</p>", "replies_count": 0, **fields}
        when = f"2026-06-01T10:{number % 60:02}:00.000Z"
        parent_id = None if parent is None else str(parent)
        self.statuses[number] = {**self._shape, "created_at": when, "in_reply_to_id": parent_id, **status}
        if parent is not None:
            self.statuses[parent]["replies_count"] += 1

    def edit(self, number: int, text: str, second: int) -> None:
        status = self.statuses[number]
        when = f"2026-06-01T12:00:{second:02}.000Z"
        first = {
            "content": status["content"],
            "created_at": status["created_at"],
            "account": status["account"],
        }
        versions = self.histories.setdefault(number, [first])
        status.update(content=f"<p>{text}</p>", edited_at=when)
        versions.append({**first, "content": status["content"], "created_at": when})

    def delete(self, number: int) -> None:
        del self.statuses[number]

    def routes(self) -> Mapping[str, Route]:
        return {
            f"GET /api/v1/{path}": self.timeline for path in ("timelines/tag/bug", "accounts/7/statuses")
        } | {
            "GET /api/v1/accounts/lookup?acct=alice": Reply.json({"id": "7", "acct": "alice"}),
            **{f"GET /api/v1/statuses/{number}": self.one(number) for number in range(100)},
            **{f"GET /api/v1/statuses/{number}/context": self.context(number) for number in range(100)},
            **{f"GET /api/v1/statuses/{number}/history": self.history(number) for number in range(100)},
        }

    def timeline(self, request: Request) -> Reply:
        query = {
            name: int(values[0]) for name, values in parse_qs(request.query).items() if values[0].isdigit()
        }
        numbers = sorted(self.statuses, reverse=True)
        numbers = [each for each in numbers if each < query.get("max_id", 1000)]
        if "min_id" in query:
            numbers = [each for each in numbers if each > query["min_id"]][-query["limit"] :]
        return Reply.json([self.statuses[each] for each in numbers[: query["limit"]]])

    def one(self, number: int) -> Route:
        return lambda _: self._or_404(number, lambda: self.statuses[number])

    def history(self, number: int) -> Route:
        return lambda _: self._or_404(number, lambda: self.histories.get(number, []))

    def context(self, number: int) -> Route:
        return lambda _: self._or_404(
            number,
            lambda: {"ancestors": list(self._above(number))[::-1], "descendants": list(self._below(number))},
        )

    def _or_404(self, number: int, content: Any) -> Reply:
        return (
            Reply.json(content())
            if number in self.statuses
            else Reply.json({"error": "Record not found"}, 404)
        )

    def _above(self, number: int) -> Iterator[dict[str, Any]]:
        parent = self.statuses[number]["in_reply_to_id"]
        if parent is not None and int(parent) in self.statuses:
            yield self.statuses[int(parent)]
            yield from self._above(int(parent))

    def _below(self, number: int) -> Iterator[dict[str, Any]]:
        for each in [status for status in self.statuses.values() if status["in_reply_to_id"] == str(number)]:
            yield each
            yield from self._below(int(each["id"]))


@pytest.fixture
def instance() -> Instance:
    return Instance()


@pytest.fixture
def server(instance: Instance) -> Iterator[RecordedServer]:
    with RecordedServer(instance.routes()) as server:
        yield server


def reading(server: RecordedServer, path: str = "/tags/bug", **secrets: str) -> Reading:
    return Reading(make=connector_named("mastodon").make, address=server.url + path, secrets=secrets)


class TestMastodon(HttpConnectorSuite):
    name = "mastodon"
    path = "/tags/bug"
    fewest_posts = 60

    def routes(self) -> Mapping[str, Route]:
        instance = Instance()
        for number in range(1, 61):
            instance.post(number, f"Beitrag {number}", number - 1 if number % 6 == 3 else None)
        instance.edit(30, "geändert", 1)
        return instance.routes()


class TestTakahe(HttpConnectorSuite):
    name = "mastodon"
    path = "/@alice/posts/647226770316987392"
    fewest_posts = 2

    def routes(self) -> Mapping[str, Route]:
        root = recorded("takahe_public.json")[0]
        return {
            f"/api/v1/statuses/{root['id']}": Reply.json(root),
            f"/api/v1/statuses/{root['id']}/context": Reply.json(recorded("takahe_context.json")),
        }


class TestRecordings(HttpConnectorSuite):
    name = "mastodon"
    recorded_at = "http://localhost:3000"
    path = "/tags/hoot"
    complete = False
    secrets: ClassVar[Mapping[str, str]] = KEYS

    def routes(self) -> Mapping[str, Route]:
        return recorded_routes()


def recorded_routes() -> dict[str, Route]:
    answers = recorded("mastodon_recordings.json")
    routes: dict[str, Route] = {
        each["target"]: Reply.json(each["body"], each["status"], each["headers"]) for each in answers
    }
    return routes | {
        "/api/v1/timelines/tag/hoot": lambda request: (
            Reply.json([]) if "_id=" in request.query else routes["/api/v1/timelines/tag/hoot"]
        ),
        f"/api/v1/statuses/{EDITED}/context": routes["/api/v1/statuses/117440830896259821/context"],
    }


def test_a_recorded_edit_comes_with_what_stood_there_before() -> None:
    with RecordedServer(recorded_routes()) as server:
        (page,) = reading(server, f"/@mastodonpy_test_2/{EDITED}").connector(Notebook()).pages("live", None)
    before, after = page.posts
    assert before.post.text == "the best editor? why, of course it is VS Code"
    assert after.post.text == "the best editor? why, of course it is the KDE Advanced Text Editor, Kate"
    assert (before.version, before.edited_at, before.edited_by) == (0, None, None)
    assert after.version is not None
    assert after.version > 0
    assert after.edited_by == after.post.author_id == "mastodonpy_test_2@127.0.0.1"


def test_a_whole_conversation_is_read_around_a_reply(instance: Instance, server: RecordedServer) -> None:
    instance.post(1, "Mein Konto ist weg", visibility="public")
    instance.post(2, "Meins auch", 1)
    instance.post(3, "Bei mir ebenso", 2)
    notes = reading(server).read_all()
    assert {each.post.thread_id for each in notes.posts.values()} == {"1"}
    assert notes.threads["1"].present == {"1", "2", "3"}
    assert notes.posts["3"].post.reply_to == "2"


def test_live_reads_forward_and_nothing_twice(instance: Instance, server: RecordedServer) -> None:
    for number in range(1, 10):
        instance.post(number, "alt")
    notes = reading(server).read_all()
    for number in range(10, 60):
        instance.post(number, "neu")
    read = reading(server)
    list(read.pages(notes, "live"))
    assert len(notes.posts) == 59
    assert read.http.requests == 3, "two full pages and an empty one"


def test_edits_and_removals_are_seen(instance: Instance, server: RecordedServer) -> None:
    instance.post(1, "Frage")
    instance.post(2, "Antwort", 1)
    instance.post(3, "Dank", 2)
    notes = reading(server).read_all()
    instance.edit(2, "Bessere Antwort", 1)
    instance.edit(2, "Beste Antwort", 2)
    instance.delete(3)
    (page,) = reading(server).reread(notes, ["1"])
    assert [each.post.text for each in page.posts] == ["Frage", "Antwort", "Bessere Antwort", "Beste Antwort"]
    versions = [each.version for each in page.posts[1:]]
    assert versions == sorted({version for version in versions if version is not None})
    assert page.threads[0].present == {"1", "2"}
    again = reading(server)
    again.reread(notes, ["1"])
    assert again.http.requests == 2, "a history that is known is not asked for again"
    instance.delete(1)
    (gone,) = reading(server).reread(notes, ["1"])
    assert gone.threads[0].gone


def test_a_conversation_that_may_be_cut_says_nothing_of_removals(
    instance: Instance, server: RecordedServer
) -> None:
    instance.post(1, "Anfang")
    for number in range(2, 62):
        instance.post(number, "Antwort", 1)
    notes = reading(server, "/@alice/1").read_all()
    assert len(notes.posts) == 61
    assert notes.threads["1"].present is None
    notes = reading(server, "/@alice/1", **KEYS).read_all()
    assert len(notes.threads["1"].present or ()) == 61


def test_what_is_not_public_is_left_out(instance: Instance, server: RecordedServer) -> None:
    instance.post(1, "öffentlich")
    instance.post(2, "nur für Folgende", visibility="private")
    instance.post(3, "an eine Person", visibility="direct")
    instance.post(4, "", reblog={"id": "9"})
    assert reading(server, **KEYS).read_all().posts.keys() == {"1"}


def test_an_account_is_looked_up_once(instance: Instance, server: RecordedServer) -> None:
    instance.post(1, "Hallo")
    notes = reading(server, "/@alice").read_all()
    again = reading(server, "/@alice")
    list(again.pages(notes, "live"))
    assert [request.path for request in server.requests].count("/api/v1/accounts/lookup") == 2, (
        "once per lane"
    )
    assert all(
        "exclude_reblogs=true" in each.query for each in server.requests if each.path.endswith("/7/statuses")
    )


def test_the_rate_limit_is_honoured(server: RecordedServer) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2126-10-14T19:10:00.932838Z"}
    server.routes["GET /api/v1/timelines/tag/bug"] = Reply.json({"error": "Too many requests"}, 429, headers)
    with pytest.raises(TemporaryError) as caught:
        reading(server).read_all()
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 3600
    assert len(server.requests) == 1


def test_links_to_accounts_and_tags_are_none() -> None:
    problems = Problems()
    (status,) = read_statuses(recorded("takahe_public.json"), "u", problems)
    post = sighting(status, status.id, "h.example").post
    assert (post.links, post.text, post.author_id) == (
        (),
        "Export fails for large tables #bug",
        "alice@127.0.0.1:8970",
    )
    assert problems.total == 0


@pytest.mark.parametrize(
    ("address", "kind", "name"),
    [
        ("https://h.example/@alice", "account", "alice"),
        ("https://h.example/@alice@other.example/", "account", "alice@other.example"),
        ("https://h.example/tags/M%C3%BCll", "tag", "Müll"),
        ("https://h.example/@alice/123", "thread", "123"),
        ("https://h.example/@alice/posts/123/", "thread", "123"),
    ],
)
def test_addresses(address: str, kind: str, name: str) -> None:
    place = parse_place(address)
    assert (place.kind, place.name, place.host) == (kind, name, "h.example")


@pytest.mark.parametrize(
    "address", ["https://h.example/", "h.example/@alice", "ftp://h/@a", "https://[/@a", ""]
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(PermanentError, match="expected https://HOST/@ACCOUNT"):
        parse_place(address)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["id", "content", "account", "acct"]), inner)
    ),
)


@given(
    json,
    st.sampled_from(["id", "created_at", "account", "content", "edited_at", "mentions", "language", "url"]),
)
def test_no_status_breaks_the_parser(value: Any, field: str) -> None:
    problems = Problems()
    status = read_status({**recorded("takahe_status_edited.json"), field: value}, "u", problems)
    assert (status is None) == (problems.total == 1)
    if status is not None:
        assert sighting(status, status.id, "h").post.post_id == status.id
        assert depths("x", [status])[status.id] == 1
