"""What a connector that writes private messages must do, as a pytest class: subclass it once for each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, Final, Protocol

import pytest

from kulanz.sources.connectors import connector_named
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.private_messages import PrivateLetter, PrivateMessages
from kulanz.testing.reading import Notebook, Reading

FIRST: Final = "Good morning, I look after your matter myself.\n\nI write to you again on Friday."
SECOND: Final = "It is settled: the fee is taken back."


class Place(Protocol):
    """A platform under test, with the account ``to`` that can be written to."""

    address: str
    to: str

    def answer(self, conversation: str, text: str) -> None:
        """Have ``to`` answer in a conversation."""
        ...

    def texts(self, conversation: str) -> list[str]:
        """Return what stands in a conversation, oldest first."""
        ...

    def lose_answer(self) -> None:
        """Take the next message, and do not say so."""
        ...

    def later(self, span: timedelta) -> None:
        """Let time go by."""
        ...


class PrivateMessagesSuite(ABC):
    """What holds for every connector with the capability. ``secrets`` are keys that may write."""

    name: ClassVar[str]
    secrets: ClassVar[Mapping[str, str]]

    @abstractmethod
    def serving(self) -> AbstractContextManager[Place]:
        """Start a platform, and stop it in the end."""

    @pytest.fixture
    def place(self) -> Iterator[Place]:
        with self.serving() as place:
            yield place

    @pytest.fixture
    def connector(self, place: Place) -> PrivateMessages:
        return self.connector_for(place)

    @pytest.fixture
    def letter(self, place: Place) -> PrivateLetter:
        return PrivateLetter(mark="kulanz-1f2e3d", to=place.to, title="Your contract", text=FIRST)

    def connector_for(self, place: Place, *, anonymous: bool = False) -> PrivateMessages:
        """Return a new connector, as after a restart."""
        made = self.reading(place, anonymous=anonymous).connector(Notebook())
        assert isinstance(made, PrivateMessages)
        return made

    def reading(self, place: Place, *, anonymous: bool = False) -> Reading:
        make, secrets = connector_named(self.name).make, {} if anonymous else self.secrets
        return Reading(make=make, address=place.address, secrets=secrets)

    def test_it_says_which_keys_it_needs(self) -> None:
        declared = connector_named(self.name)
        assert any(keys <= self.secrets.keys() for keys in declared.writes_with)
        assert all(keys <= set(declared.keys) for keys in declared.writes_with)

    def test_a_letter_goes_to_one_account(
        self, connector: PrivateMessages, place: Place, letter: PrivateLetter
    ) -> None:
        sent = connector.send(letter)
        assert sent.own
        assert sent.text == FIRST
        assert place.texts(sent.conversation) == [FIRST]

    def test_a_letter_sent_again_is_there_once(self, place: Place, letter: PrivateLetter) -> None:
        first = self.connector_for(place).send(letter)
        assert self.connector_for(place).send(letter) == first
        assert place.texts(first.conversation) == [FIRST]

    def test_a_first_letter_whose_answer_was_lost_is_found(self, place: Place, letter: PrivateLetter) -> None:
        place.lose_answer()
        with pytest.raises(TemporaryError):
            self.connector_for(place).send(letter)
        place.later(timedelta(hours=1))
        assert place.texts(self.connector_for(place).send(letter).conversation) == [FIRST]

    def test_a_later_letter_whose_answer_was_lost_is_found(self, place: Place, letter: PrivateLetter) -> None:
        first = self.connector_for(place).send(letter)
        place.answer(first.conversation, "Thank you, until Friday then.")
        second = replace(letter, text=SECOND, conversation=first.conversation, after=first.message_id)
        place.lose_answer()
        with pytest.raises(TemporaryError):
            self.connector_for(place).send(second)
        place.later(timedelta(hours=1))
        sent = self.connector_for(place).send(second)
        assert (sent.conversation, sent.text) == (first.conversation, SECOND)
        assert place.texts(first.conversation)[2:] == [SECOND]

    def test_the_same_words_may_be_said_again_later(
        self, connector: PrivateMessages, place: Place, letter: PrivateLetter
    ) -> None:
        first = connector.send(letter)
        place.later(timedelta(days=1))
        again = connector.send(replace(letter, conversation=first.conversation, after=first.message_id))
        assert again.message_id != first.message_id
        assert place.texts(first.conversation) == [FIRST, FIRST]

    def test_answers_are_read_once_and_in_order(
        self, connector: PrivateMessages, place: Place, letter: PrivateLetter
    ) -> None:
        sent = connector.send(letter)
        for number in range(60):
            place.answer(sent.conversation, f"This is answer number {number}.")
        found = connector.written(sent.conversation, sent.message_id)
        assert [each.text for each in found] == [f"This is answer number {n}." for n in range(60)]
        assert {(each.own, each.author) for each in found} == {(False, place.to)}
        assert not connector.written(sent.conversation, found[-1].message_id)

    def test_whom_the_platform_does_not_know_gets_nothing(
        self, connector: PrivateMessages, letter: PrivateLetter
    ) -> None:
        for name in ("nobody-of-this-name", "", "one,two"):
            with pytest.raises(PermanentError):
                connector.send(replace(letter, to=name))

    def test_without_a_key_nothing_is_written(self, place: Place, letter: PrivateLetter) -> None:
        with pytest.raises(PermanentError):
            self.connector_for(place, anonymous=True).send(letter)

    def test_no_lane_shows_what_is_private(
        self, connector: PrivateMessages, place: Place, letter: PrivateLetter
    ) -> None:
        sent = connector.send(letter)
        place.answer(sent.conversation, "My answer to you, between us.")
        reading, notes = self.reading(place), Notebook()
        pages = [page for lane in reading.connector(notes).lanes for page in reading.pages(notes, lane)]
        pages += reading.reread(notes, [sent.conversation])
        assert sent.conversation not in {each.post.thread_id for page in pages for each in page.posts}
        assert all(
            each.gone for page in pages for each in page.threads if each.thread_id == sent.conversation
        )
        assert not any(b"between us" in raw.body for page in pages for raw in page.raw)
