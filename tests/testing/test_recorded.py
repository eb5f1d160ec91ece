"""The recorded server answers as it is told, and the suites' faults are faults."""

from __future__ import annotations

from random import Random

import msgspec
import pytest

from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.web.client import HttpClient
from kulanz.testing.faults import FAULTS, Fault, altered, failing
from kulanz.testing.reading import Reading
from kulanz.testing.recorded import RecordedServer, Reply, Request


def client() -> HttpClient:
    return Reading(make=_never, address="").client()


def _never(context: object) -> object:
    raise AssertionError(context)


def test_the_most_exact_route_answers() -> None:
    routes = {
        "/a?page=2": Reply(b"second"),
        "/a": Reply(b"first"),
        "POST /a": Reply(b"posted"),
        "/turns": [Reply(b"1"), Reply(b"2")],
        "/echo": lambda request: Reply(request.query.encode()),
    }
    with RecordedServer(routes) as server:
        http = client()
        assert http.get(f"{server.url}/a?page=2").body == b"second"
        assert http.get(f"{server.url}/a?page=3").body == b"first"
        assert http.post(f"{server.url}/a", body=b"x", media_type="text/plain").body == b"posted"
        assert [http.get(f"{server.url}/turns").body for _ in range(3)] == [b"1", b"2", b"2"]
        assert http.get(f"{server.url}/echo?q=1").body == b"q=1"
        with pytest.raises(PermanentError, match="404"):
            http.get(f"{server.url}/nothing")
        assert server.requests[2].body == b"x"
        assert server.requests[0].target == "/a?page=2"


def test_the_recorded_address_becomes_the_servers() -> None:
    old = "http://recorded.example"
    reply = Reply(f"{old}/x".encode(), headers={"Link": f"<{old}/2>; rel=next"})
    with RecordedServer({"/": reply}, recorded_at=old) as server:
        answer = client().get(f"{server.url}/")
        assert answer.body == f"{server.url}/x".encode()
        assert answer.links["next"] == f"{server.url}/2"


def test_a_server_in_trouble() -> None:
    with RecordedServer({"/": Reply(b"well")}) as server:
        server.alter = failing(503)
        with pytest.raises(TemporaryError):
            client().get(f"{server.url}/")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_same_seed_makes_the_same_fault(fault: Fault) -> None:
    reply = Reply.json({"posts": [{"id": 1, "text": "a"}, {"id": 2, "text": "b"}], "next": None})
    request = Request("GET", "/", "", {}, b"")
    made = [[altered(fault, seed)(request, reply).body for seed in range(20)] for _ in range(2)]
    assert made[0] == made[1]
    assert any(body != reply.body for body in made[0])


def test_a_doubled_item_stands_twice() -> None:
    doubled = next(fault for fault in FAULTS if fault.__name__ == "doubled_items")
    items = msgspec.json.decode(doubled(Reply.json([1, 2, 3]), Random(0)).body)
    assert len(items) == 4
    assert set(items) == {1, 2, 3}
