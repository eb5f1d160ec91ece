"""What a desk holds against what it was given: what is lost, doubled or otherwise than it must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.chaos.load import Billing, Checkpoints, Forum, People, Pushes
from kulanz.logstores.reading import read_folder
from kulanz.tlog.checkpoints import open_checkpoint
from kulanz.tlog.errors import TlogError
from kulanz.tlog.notes import VerifierKey
from kulanz.tlog.tiles import FULL, CheckedTiles
from kulanz.tlog.verifying import verify_growth

_ENDS: Final[Mapping[str, frozenset[str]]] = {
    "promises": frozenset({"kept", "broken", "due later"}),
    "replies": frozenset({"sent"}),
    "measures": frozenset({"done"}),
}


@dataclass(slots=True)
class Given:
    """All that was given to a desk, and what came out of it."""

    pushes: Pushes
    people: People
    forum: Forum
    billing: Billing
    checkpoints: Checkpoints
    mails: Counter[str] = field(default_factory=Counter)


def wrong(given: Given, facts: Mapping[str, Any], log: Path) -> Iterator[str]:
    """Yield what is lost, doubled, or otherwise than it must be."""
    yield from _posts(given, facts)
    yield from _alarms(given, facts)
    yield from _mails(given, facts)
    yield from _deeds(given, facts)
    yield from _billed(given, facts)
    yield from _log(given, facts, log)


def doubled_mails(given: Given) -> int:
    """How many mails came more often than once."""
    return sum(count - 1 for count in given.mails.values())


def _posts(given: Given, facts: Mapping[str, Any]) -> Iterator[str]:
    wanted = {f"push {each.post_id}": each for each in given.pushes.posts}
    begun = {f"push {each.post_id}" for each in given.pushes.open}
    kept = {key: told for key, told in facts["posts"].items() if not key.startswith("push calm-")}
    for key, post in wanted.items():
        if key not in kept:
            yield f"post {key} was acknowledged and is lost"
        elif kept[key].split()[0] != post.thread_id:
            yield f"post {key} stands in another conversation"
    forum = {f"discourse {key}" for key in given.forum.posts}
    for key in forum - kept.keys():
        yield f"post {key} was never fetched"
    for key in kept.keys() - wanted.keys() - begun - forum:
        yield f"post {key} came from nowhere"


def _alarms(given: Given, facts: Mapping[str, Any]) -> Iterator[str]:
    """Every conversation that was made to raise an alarm and came whole has raised one."""
    for key in sorted({each.thread_id for each in given.pushes.posts if each.thread_id.startswith("probe")}):
        if facts["alarms"].get(key, 0) != 1:
            yield f"conversation {key} has raised {facts['alarms'].get(key, 0)} alarms"


def _mails(given: Given, facts: Mapping[str, Any]) -> Iterator[str]:
    for name, sent in facts["mails"].items():
        if not sent:
            yield f"mail {name} was not sent"
        elif not given.mails[name]:
            yield f"mail {name} is said to have been sent and did not arrive"
    for name in given.mails.keys() - facts["mails"].keys():
        yield f"mail {name} arrived, and no row knows of it"


def _deeds(given: Given, facts: Mapping[str, Any]) -> Iterator[str]:
    """What people did and heard of is there, once, and has come to its end."""
    for kind, ends in _ENDS.items():
        made, rows = given.people.done[kind], facts[kind]
        for pk in map(str, made):
            if pk not in rows:
                yield f"{kind}: {pk} was acknowledged and is lost"
            elif rows[pk] not in ends:
                yield f"{kind}: {pk} is {rows[pk]}"
        if len(rows) > len(made) + 1:  # the one that was not answered when the load ended
            yield f"{kind}: {len(rows)} for {len(made)} that were acknowledged"
    for pk in map(str, given.people.kept):
        if facts["promises"].get(pk) != "kept":
            yield f"promise {pk} was kept and is {facts['promises'].get(pk)}"


def _billed(given: Given, facts: Mapping[str, Any]) -> Iterator[str]:
    holds = facts["holds"]
    made = given.people.done["holds"]
    if not len(made) <= len(holds) <= len(made) + 1:
        yield f"{len(holds)} holds for {len(made)} that were acknowledged"
    for key, state in holds.items():
        ordered = given.billing.acts["place", key]
        if (state, ordered) != ("held", 1):
            yield f"hold {key} is {state} and was ordered {ordered} times"
    for act, key in given.billing.acts:
        if key not in holds:
            yield f"billing was told to {act} {key}, which nobody knows"


def _log(given: Given, facts: Mapping[str, Any], log: Path) -> Iterator[str]:
    """Every entry stands in the public log once, and the log begins with all that was ever shown of it."""
    read, keys = read_folder(log), [VerifierKey.parse(each) for each in facts["vkeys"]]
    try:
        shown = [open_checkpoint(each, keys) for each in given.checkpoints.seen]
        last = max(shown, key=lambda each: each.size)
        for each in shown:
            verify_growth(each, last, read)
        tiles = CheckedTiles(last.size, last.root, read)
        bundles = (tiles.entries(index) for index in range((last.size + FULL - 1) // FULL))
        public = Counter(entry.decode() for entries in bundles for entry in entries)
    except TlogError as error:
        yield f"the public log: {error}"
        return
    if public != Counter(facts["entries"]):
        yield f"{public.total()} entries are public, {len(facts['entries'])} were made, or others"


def differing(
    ours: Mapping[str, Mapping[str, str]], theirs: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    """Yield the conversations of which two desks say different things, and what of them differs."""
    for key in sorted(ours.keys() | theirs.keys()):
        if key.startswith("push calm"):
            continue
        mine, other = ours.get(key, {}), theirs.get(key, {})
        if names := [name for name in dict.fromkeys([*mine, *other]) if mine.get(name) != other.get(name)]:
            yield f"{key}: not as at a desk that was never killed: {', '.join(names)}"
