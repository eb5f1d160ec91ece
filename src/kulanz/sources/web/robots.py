"""robots.txt (RFC 9309), for reading pages that were made for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from kulanz.sources.errors import PermanentError
from kulanz.sources.web.client import HttpClient

AGENT: Final = "kulanz"

_MAX_CHARS: Final = 512_000
_MAX_RULES: Final = 2_000
_MAX_PATTERN: Final = 500
_LINE: Final = re.compile(r"\s*([A-Za-z-]+)\s*:([^#]*)")
_NO_RULES: Final = frozenset((400, 401, 403, 404, 405, 406, 410, 451))
_SAFE: Final = "/?=&;:@!$'()*+,~%"


@dataclass(frozen=True, slots=True)
class Rule:
    """One Allow or Disallow line: ``*`` in the pattern is anything, ``$`` at its end the end."""

    allows: bool
    pattern: str

    def matches(self, target: str) -> bool:
        """Return whether the rule speaks of a path with its query; time is linear in it."""
        first, *others = self.pattern.removesuffix("$").split("*")
        if not target.startswith(first):
            return False
        place = len(first)
        for part in others:
            found = target.find(part, place)
            if found < 0:
                return False
            place = found + len(part)
        if not self.pattern.endswith("$"):
            return True
        last = others[-1] if others else ""
        return place == len(target) or (bool(others) and target.endswith(last))


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site asks of one reader."""

    rules: tuple[Rule, ...] = ()

    def allow(self, target: str) -> bool:
        """Return whether a path with its query may be read: the longest matching rule decides."""
        target = _normal(target)
        matching = [rule for rule in self.rules if rule.matches(target)]
        best = max(matching, key=lambda rule: (len(rule.pattern), rule.allows), default=None)
        return best is None or best.allows


def parse_robots(text: str) -> Rules:
    """Return the rules of a robots.txt for Kulanz, else those for everybody; never raises."""
    ours: list[Rule] = []
    everybody: list[Rule] = []
    named = False
    for agents, rules in _groups(text[:_MAX_CHARS]):
        if AGENT in agents:
            named = True
            ours += rules
        elif "*" in agents:
            everybody += rules
    return Rules(tuple((ours if named else everybody)[:_MAX_RULES]))


def _groups(text: str) -> Iterator[tuple[set[str], list[Rule]]]:
    """Yield groups: one or more agents, then their rules until the next agent."""
    agents: set[str] = set()
    rules: list[Rule] = []
    inside = False
    for line in text.splitlines():
        field = _LINE.match(line)
        if field is None:
            continue
        name, value = field[1].lower(), field[2].strip()
        if name == "user-agent":
            if inside:
                yield agents, rules
                agents, rules, inside = set(), [], False
            agents.add(value.partition("/")[0].lower())
        elif name in ("allow", "disallow"):
            inside = True
            if value:
                rules.append(Rule(name == "allow", _normal(value[:_MAX_PATTERN])))
    yield agents, rules


def _normal(target: str) -> str:
    """Write a path in one way: what may stand unescaped does, all else is escaped."""
    return quote(unquote(target, errors="surrogateescape"), _SAFE, errors="surrogateescape")


class Robots:
    """Knows the rules of every site that a run touches; asks each site once."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self._known: dict[str, Rules] = {}

    def allows(self, url: str) -> bool:
        """Return whether the site lets us read this address.

        Raise TemporaryError where its rules cannot be read now, since they may forbid it.
        """
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return self._rules(f"{parts.scheme}://{parts.netloc}").allow(target)

    def require(self, url: str) -> None:
        """Raise PermanentError where the site asks not to read this address."""
        if not self.allows(url):
            raise PermanentError(
                f"{url} is not read, because robots.txt of {urlsplit(url).netloc} asks not to:"
                " ask the owner of the site, or use its interface",
                kind="robots",
            )

    def _rules(self, site: str) -> Rules:
        if site not in self._known:
            answer = self._http.get(f"{site}/robots.txt", accepted=_NO_RULES)
            self._known[site] = Rules() if answer.status in _NO_RULES else parse_robots(answer.text())
        return self._known[site]
