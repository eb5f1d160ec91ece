"""What a connector that moderates must do, as a pytest class: subclass it once for each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar, Final, Protocol

import pytest

from kulanz.sources.connectors import connector_named
from kulanz.sources.errors import PermanentError, SourceError, TemporaryError
from kulanz.sources.moderating import ACT_KINDS, Moderating, ModerationAct, named
from kulanz.testing.reading import Notebook, Reading

CALMER: Final = "Please correct it.\n\nI *wait* for an answer: 3 < 5."
_BACK: Final[Mapping[str, str]] = {
    "hide": "show",
    "remove": "restore",
    "lock": "unlock",
    "slow": "unslow",
    "suspend": "unsuspend",
}
_STATES: Final[Mapping[str, str]] = {
    "hide": "hidden",
    "remove": "removed",
    "lock": "locked",
    "slow": "slow",
    "suspend": "suspended",
}


class Bench(Protocol):
    """A platform under test with a thread, and in it a post by ``account`` after the first one.

    ``other_place`` is where threads can be moved to, ``other_thread`` where posts can be.
    """

    address: str
    thread: str
    post: str
    account: str
    other_place: str
    other_thread: str

    def states(self, on: str) -> set[str]:
        """Return what a post, the thread or the account is, of hidden, removed, locked, slow, suspended."""
        ...

    def text(self) -> str:
        """Return the words of the post as they were typed."""
        ...

    def place(self) -> str:
        """Return where the thread is."""
        ...

    def thread_of_post(self) -> str:
        """Return the thread that the post is in."""
        ...

    def changes(self) -> int:
        """Return how many changes the platform has made to thread, post and account."""
        ...

    def lose_answer(self) -> None:
        """Make the next change, and do not say so."""
        ...


class ModeratingSuite(ABC):
    """What holds for every connector with the capability. ``secrets`` are keys that may moderate."""

    name: ClassVar[str]
    secrets: ClassVar[Mapping[str, str]]

    @abstractmethod
    def serving(self) -> AbstractContextManager[Bench]:
        """Start a platform, and stop it in the end."""

    @pytest.fixture
    def bench(self) -> Iterator[Bench]:
        with self.serving() as bench:
            yield bench

    def now(self) -> datetime:
        return datetime.now(UTC)

    def connector_for(self, bench: Bench, secrets: Mapping[str, str] | None = None) -> Moderating:
        """Return a new connector, as after a restart."""
        make, given = connector_named(self.name).make, self.secrets if secrets is None else secrets
        made = Reading(make=make, address=bench.address, secrets=given, now=self.now).connector(Notebook())
        assert isinstance(made, Moderating)
        return made

    def act(self, bench: Bench, name: str) -> ModerationAct:
        on, _, kind = name.partition(":")
        return ModerationAct(
            kind=next(each for each in ACT_KINDS if each == kind),
            thread=bench.thread,
            account=bench.account,
            why="By rule 1.",
            post=bench.post if on == "post" else "",
            text=CALMER if kind == "edit" else "",
            place=(bench.other_thread if on == "post" else bench.other_place) if kind == "move" else "",
        )

    def test_it_says_which_keys_it_needs_and_which_acts_it_knows(self, bench: Bench) -> None:
        declared = connector_named(self.name)
        assert any(keys <= self.secrets.keys() for keys in declared.moderates_with)
        assert all(keys <= set(declared.keys) for keys in declared.moderates_with)
        assert declared.moderates
        assert all(named(self.act(bench, each)) == each for each in declared.moderates)

    def test_what_is_done_stays_done_however_often_it_is_asked_for_and_leads_back(self, bench: Bench) -> None:
        known = connector_named(self.name).moderates
        for name in sorted(known):
            on, _, kind = name.partition(":")
            if kind not in _STATES or kind == "remove":
                continue
            for _ in range(2):
                self.connector_for(bench).moderate(self.act(bench, name))
                assert _STATES[kind] in bench.states(on)
            back = f"{on}:{_BACK[kind]}"
            assert back in known
            for _ in range(2):
                self.connector_for(bench).moderate(self.act(bench, back))
                assert _STATES[kind] not in bench.states(on)

    def test_an_edit_tells_what_it_replaced_and_is_made_once(self, bench: Bench) -> None:
        edit, before = self._known(bench, "post:edit"), bench.text()
        assert self.connector_for(bench).moderate(edit) == before
        changes = bench.changes()
        assert self.connector_for(bench).moderate(edit) == ""
        assert (bench.text(), bench.changes()) == (CALMER, changes)

    def test_a_thread_is_moved(self, bench: Bench) -> None:
        move = self._known(bench, "thread:move")
        for _ in range(2):
            self.connector_for(bench).moderate(move)
            assert bench.place() == bench.other_place

    def test_a_post_is_moved_and_leads_back(self, bench: Bench) -> None:
        move = self._known(bench, "post:move")
        for _ in range(2):
            self.connector_for(bench).moderate(move)
            assert bench.thread_of_post() == bench.other_thread
        self.connector_for(bench).moderate(replace(move, thread=bench.other_thread, place=bench.thread))
        assert bench.thread_of_post() == bench.thread

    def test_an_answer_that_is_lost_leaves_nothing_done_twice(self, bench: Bench) -> None:
        edit = self._known(bench, "post:edit")
        bench.lose_answer()
        with pytest.raises(TemporaryError):
            self.connector_for(bench).moderate(edit)
        changes = bench.changes()
        self.connector_for(bench).moderate(edit)
        assert (bench.text(), bench.changes()) == (CALMER, changes)

    def test_what_is_removed_stays_removed(self, bench: Bench) -> None:
        remove = self._known(bench, "post:remove")
        for _ in range(2):
            self.connector_for(bench).moderate(remove)
            assert "removed" in bench.states("post")
        if "post:restore" in connector_named(self.name).moderates:
            self.connector_for(bench).moderate(self.act(bench, "post:restore"))
            assert "removed" not in bench.states("post")

    def test_without_a_key_and_for_what_it_does_not_know_nothing_is_done(self, bench: Bench) -> None:
        known = connector_named(self.name).moderates
        with pytest.raises(SourceError):
            self.connector_for(bench, {}).moderate(self.act(bench, min(known)))
        unknown = next(each for each in ("account:suspend", "thread:edit") if each not in known)
        with pytest.raises(PermanentError):
            self.connector_for(bench).moderate(self.act(bench, unknown))
        assert bench.changes() == 0

    def test_what_is_not_there_is_refused_for_good(self, bench: Bench) -> None:
        edit = replace(self._known(bench, "post:edit"), post="99999999")
        with pytest.raises(PermanentError):
            self.connector_for(bench).moderate(edit)

    def _known(self, bench: Bench, name: str) -> ModerationAct:
        if name not in connector_named(self.name).moderates:
            pytest.skip(f"{self.name} does not know {name}")
        return self.act(bench, name)
