"""Answers as broken servers send them, made from good ones and repeatable by a seed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, Final

import msgspec

from kulanz.testing.recorded import Alter, Reply, Request

Fault = Callable[[Reply, Random], Reply]
_STRANGE: Final[tuple[Any, ...]] = (
    None, True, -1, 0, 2**63, 1e308, "", "\x00", " " * 5000, [], {}, [[]], {"id": None},
    "9999-99-99T00:00:00Z",
)  # fmt: skip
_DEEPEST: Final = 40


def half_body(reply: Reply, random: Random) -> Reply:
    """The body ends in the middle, with a length that fits what was sent."""
    return replace(reply, body=reply.body[: random.randint(0, len(reply.body))])


def noise(reply: Reply, random: Random) -> Reply:
    """A few bytes are others, as after a broken transfer or in a broken encoding."""
    body = bytearray(reply.body)
    for _ in range(min(8, len(body))):
        body[random.randrange(len(body))] = random.randrange(256)
    return replace(reply, body=bytes(body))


def strange_value(reply: Reply, random: Random) -> Reply:
    """One value of a JSON body is of another type, absurd, or missing; other bodies get noise."""
    return _with_json(reply, random, _replace_one)


def doubled_items(reply: Reply, random: Random) -> Reply:
    """A list of a JSON body holds an item twice, as pages do that move while they are read."""
    return _with_json(reply, random, _double_one)


def overload_page(reply: Reply, random: Random) -> Reply:
    """An HTML page with status 200 where data was expected, now and then."""
    if random.random() < 0.5:  # noqa: PLR2004 - half of the answers
        return reply
    return Reply(b"<html><title>We are busy</title></html>", 200, {"Content-Type": "text/html"})


FAULTS: Final[tuple[Fault, ...]] = (half_body, noise, strange_value, doubled_items, overload_page)


def altered(fault: Fault, seed: int) -> Alter:
    """Return what makes a server answer with a fault, the same ones for the same seed."""
    random, lock = Random(seed), threading.Lock()

    def alter(_request: Request, reply: Reply) -> Reply:
        with lock:
            return fault(reply, random)

    return alter


def failing(status: int) -> Alter:
    """Return what makes a server refuse everything with a status."""
    return lambda _request, _reply: Reply(b"no", status, {"Content-Type": "text/plain"})


class Firewall:
    """Lets every answer pass until it is ``up``: then all get a page for people with ``status``."""

    def __init__(self, status: int) -> None:
        self.up = False
        self._status = status

    def __call__(self, _request: Request, reply: Reply) -> Reply:
        page = b"<!DOCTYPE html><html><title>Just a moment...</title></html>"
        return Reply(page, self._status, {"Content-Type": "text/html; charset=UTF-8"}) if self.up else reply


def _with_json(reply: Reply, random: Random, change: Callable[[Any, Random], Any]) -> Reply:
    try:
        value = msgspec.json.decode(reply.body)
    except msgspec.DecodeError:
        return noise(reply, random)
    return replace(reply, body=msgspec.json.encode(change(value, random)))


def _replace_one(value: Any, random: Random, depth: int = 0) -> Any:
    """Walk down to a random value and put a strange one there."""
    if depth < _DEEPEST and value and isinstance(value, dict | list) and random.random() > 0.1:  # noqa: PLR2004
        key = random.choice(list(value) if isinstance(value, dict) else range(len(value)))
        value[key] = _replace_one(value[key], random, depth + 1)
        return value
    return random.choice(_STRANGE)


def _double_one(value: Any, random: Random) -> Any:
    lists = list(_lists(value))
    if lists:
        chosen = random.choice(lists)
        chosen.insert(random.randrange(len(chosen) + 1), random.choice(chosen))
    return value


def _lists(value: Any) -> list[list[Any]]:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value] if isinstance(value, list) and value else []
    return own + [found for each in below for found in _lists(each)]
