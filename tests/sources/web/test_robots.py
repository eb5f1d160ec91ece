"""robots.txt as it is found."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faults import FaultServer, reply
from faults.clients import client
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.web.robots import Robots, Rule, parse_robots

TYPICAL: Final = """\ufeff# comment
User-agent: *
Disallow: /admin   # inside
Disallow: /*.php$
Allow: /admin/public
Crawl-delay: 5

User-agent: other
user-agent: Kulanz/1.0
Disallow: /members
Disallow:
Sitemap: https://example.org/sitemap.xml
"""

FOR_ALL: Final = TYPICAL.replace("Kulanz", "k")


@pytest.mark.parametrize(
    ("text", "target", "allowed"),
    [
        (TYPICAL, "/members/1", False), (TYPICAL, "/admin", True), (TYPICAL, "/", True),
        (FOR_ALL, "/admin/x", False), (FOR_ALL, "/admin/public", True),
        (FOR_ALL, "/a/b.php", False), (FOR_ALL, "/b.php?x", True),
        ("user-agent:*\ndisallow:/", "/x", False), ("user-agent: *\ndisallow: /\nallow: /", "/x", True),
        ("disallow: /", "/x", True), ("", "/x", True), ("<html>", "/x", True),
        ("user-agent: *\ndisallow: /k%C3%A4se", "/käse/1", False),
        ("user-agent: *\ndisallow: /käse", "/k%c3%a4se", False),
        ("user-agent: *\ndisallow: /a*b*c$", "/aXbXc", False),
        ("user-agent: *\ndisallow: /a*b*c$", "/aXbXcd", True),
        ("user-agent: *\ndisallow: /a*bc$", "/abcbc", False),
    ],
)  # fmt: skip
def test_rules(text: str, target: str, allowed: bool) -> None:
    assert parse_robots(text).allow(target) is allowed


@given(st.text(alphabet="user-agent:*\ndisallow/ $#%a", max_size=300), st.text(max_size=50))
def test_never_fails(text: str, target: str) -> None:
    parse_robots(text).allow(target)


@given(st.text("ab*$", min_size=1, max_size=8), st.text("ab$", max_size=12))
def test_patterns_match_as_the_simple_definition_says(pattern: str, target: str) -> None:
    assert Rule(allows=False, pattern=pattern).matches(target) == _by_definition(
        pattern.removesuffix("$"), target, pattern
    )


def _by_definition(rest: str, target: str, pattern: str) -> bool:
    if not rest:
        return not target or not pattern.endswith("$")
    if rest[0] == "*":
        return any(_by_definition(rest[1:], target[i:], pattern) for i in range(len(target) + 1))
    return target[:1] == rest[0] and _by_definition(rest[1:], target[1:], pattern)


def test_hostile_patterns_take_no_time() -> None:
    assert parse_robots("user-agent: *\n" + "disallow: " + "*a" * 200 + "$\n" * 10).allow(
        "/" + "a" * 5000 + "b"
    )


def test_each_site_is_asked_once(faulty: FaultServer) -> None:
    url = faulty.script("/robots.txt", reply(b"User-agent: *\nDisallow: /private"))
    robots = Robots(client())
    assert robots.allows(faulty.url + "/t/1?page=2")
    robots.require(faulty.url)
    with pytest.raises(PermanentError, match=r"robots\.txt"):
        robots.require(faulty.url + "/private/1")
    assert faulty.count("/robots.txt") == len(faulty.asked) == 1
    assert url.endswith("/robots.txt")


def test_no_file_allows_and_a_broken_site_waits(faulty: FaultServer) -> None:
    assert Robots(client()).allows(faulty.url + "/t")
    faulty.script("/robots.txt", reply(status=503))
    with pytest.raises(TemporaryError):
        Robots(client()).allows(faulty.url + "/t")
