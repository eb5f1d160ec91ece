"""What a connector that posts answers in public must do, as a pytest class: subclass it once for each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar, Final, Protocol

import pytest

from kulanz.sources.connectors import connector_named
from kulanz.sources.errors import PermanentError, TemporaryError
from kulanz.sources.public_answers import PublicAnswer, PublicAnswers
from kulanz.testing.reading import Notebook, Reading

FIRST: Final = (
    "Grüß Gott, Frau Müller,\n\nI am *Bob Meyer* & look after it: 3 < 5, “promised”, a_b_c.\n\n"
    "You hear from me by Friday."
)
_WAIT: Final = 240
SECOND: Final = "It is settled: the fee is taken back."


class Square(Protocol):
    """A platform under test, with a thread by somebody else that the account of the key may answer."""

    address: str
    thread: str
    account: str

    def comment(self, text: str) -> str:
        """Have somebody else write in the thread; return the post's id."""
        ...

    def posts(self) -> list[tuple[str, str]]:
        """Return author and words of what stands in the thread after its first post, oldest first."""
        ...

    def lose_answer(self) -> None:
        """Take the next post, and do not say so."""
        ...

    def lock(self) -> None:
        """Have the thread take no more posts."""
        ...

    def ask_to_wait(self, seconds: int) -> None:
        """Refuse the next post because of too many, with so many seconds to wait."""
        ...


class PublicAnswersSuite(ABC):
    """What holds for every connector with the capability. ``secrets`` are keys that may post.

    ``waits`` is False where the platform does not say how long to wait.
    """

    name: ClassVar[str]
    secrets: ClassVar[Mapping[str, str]]
    waits: ClassVar[bool] = True

    @abstractmethod
    def serving(self) -> AbstractContextManager[Square]:
        """Start a platform, and stop it in the end."""

    @pytest.fixture
    def square(self) -> Iterator[Square]:
        with self.serving() as square:
            yield square

    @pytest.fixture
    def answer(self, square: Square) -> PublicAnswer:
        return PublicAnswer(mark="kulanz-1f2e3d", thread=square.thread, text=FIRST, since=self.now())

    def now(self) -> datetime:
        return datetime.now(UTC)

    def connector_for(self, square: Square, *, anonymous: bool = False) -> PublicAnswers:
        """Return a new connector, as after a restart."""
        made = self.reading(square, anonymous=anonymous).connector(Notebook())
        assert isinstance(made, PublicAnswers)
        return made

    def reading(self, square: Square, *, anonymous: bool = False) -> Reading:
        make, secrets = connector_named(self.name).make, {} if anonymous else self.secrets
        return Reading(make=make, address=square.address, secrets=secrets, now=self.now)

    def test_it_says_which_keys_it_needs(self) -> None:
        declared = connector_named(self.name)
        assert any(keys <= self.secrets.keys() for keys in declared.answers_with)
        assert all(keys <= set(declared.keys) for keys in declared.answers_with)

    def test_it_says_whose_name_readers_will_see(self, square: Square, answer: PublicAnswer) -> None:
        assert self.connector_for(square).account() == square.account
        assert self.connector_for(square).answer(answer).author == square.account

    def test_without_a_key_nothing_is_posted(self, square: Square, answer: PublicAnswer) -> None:
        for refused in self._both(self.connector_for(square, anonymous=True), answer):
            with pytest.raises(PermanentError):
                refused()
        assert square.posts() == []

    def test_an_answer_stands_in_the_thread(self, square: Square, answer: PublicAnswer) -> None:
        square.comment("The same happened to me.")
        sent = self.connector_for(square).answer(answer)
        assert (sent.thread, sent.author) == (square.thread, square.account)
        assert [author for author, _ in square.posts()][1:] == [square.account]
        assert self.same(square.posts()[1][1], FIRST)
        assert answer.mark not in square.posts()[1][1]

    def test_it_is_read_back_as_the_same_post(self, square: Square, answer: PublicAnswer) -> None:
        sent, notes = self.connector_for(square).answer(answer), Notebook()
        reading = self.reading(square)
        for lane in reading.connector(notes).lanes:
            list(reading.pages(notes, lane))
        kept = notes.posts[sent.post].post
        assert (kept.thread_id, kept.author_id, kept.url) == (square.thread, square.account, sent.url)
        assert "You hear from me by Friday." in kept.text

    def test_an_answer_to_one_post(self, square: Square, answer: PublicAnswer) -> None:
        asked = square.comment("When do I hear of it?")
        sent = self.connector_for(square).answer(replace(answer, post=asked))
        assert sent.thread == square.thread
        assert [author for author, _ in square.posts()][1:] == [square.account]

    def test_an_answer_sent_again_is_there_once(self, square: Square, answer: PublicAnswer) -> None:
        first = self.connector_for(square).answer(answer)
        again = self.connector_for(square).answer(answer)
        assert (again.post, again.thread, again.url) == (first.post, first.thread, first.url)
        assert len(square.posts()) == 1

    def test_one_whose_confirmation_was_lost_is_found(self, square: Square, answer: PublicAnswer) -> None:
        square.lose_answer()
        with pytest.raises(TemporaryError):
            self.connector_for(square).answer(answer)
        square.comment("Is anybody there?")
        sent = self.connector_for(square).answer(answer)
        assert [author for author, _ in square.posts()].count(square.account) == 1
        assert self.connector_for(square).answer(answer).post == sent.post

    def test_the_words_of_others_are_not_taken_for_ours(self, square: Square, answer: PublicAnswer) -> None:
        square.comment(SECOND)
        self.connector_for(square).answer(replace(answer, text=SECOND))
        assert [author for author, _ in square.posts()].count(square.account) == 1

    def test_the_same_words_may_be_an_answer_of_their_own(self, square: Square, answer: PublicAnswer) -> None:
        first = self.connector_for(square).answer(answer)
        other = replace(answer, mark="kulanz-998877", known=frozenset({first.post}))
        self.let_time_pass(square)
        assert self.connector_for(square).answer(other).post != first.post
        assert [author for author, _ in square.posts()] == [square.account, square.account]

    def test_other_words_do_not_wait_for_the_first(self, square: Square, answer: PublicAnswer) -> None:
        first = self.connector_for(square).answer(answer)
        second = replace(answer, mark="kulanz-aabbcc", text=SECOND, known=frozenset({first.post}))
        self.let_time_pass(square)
        self.connector_for(square).answer(second)
        assert self.same(square.posts()[1][1], SECOND)

    def test_what_is_refused_for_good_is_said_in_words(self, square: Square, answer: PublicAnswer) -> None:
        square.lock()
        with pytest.raises(PermanentError, match=r"refused|does not"):
            self.connector_for(square).answer(answer)
        assert square.posts() == []

    def test_a_thread_that_is_not_there(self, square: Square, answer: PublicAnswer) -> None:
        with pytest.raises(PermanentError):
            self.connector_for(square).answer(replace(answer, thread=self.absent(square)))

    def test_a_platform_that_asks_to_wait_gets_it_later(self, square: Square, answer: PublicAnswer) -> None:
        square.ask_to_wait(_WAIT)
        with pytest.raises(TemporaryError) as refused:
            self.connector_for(square).answer(answer)
        assert not self.waits or refused.value.retry_after == _WAIT
        assert square.posts() == []
        self.connector_for(square).answer(answer)
        assert len(square.posts()) == 1

    def absent(self, square: Square) -> str:
        """Return the id of a thread that the platform does not have."""
        return "4711" + square.thread[-1:]

    def same(self, shown: str, text: str) -> bool:
        """Whether the words of a post are a text; override where the platform shows it as HTML."""
        return " ".join(shown.split()) == " ".join(text.split())

    def let_time_pass(self, square: Square) -> None:  # noqa: B027 - most platforms need none
        """Have the platform take a second post, where it wants some time between two."""

    @staticmethod
    def _both(connector: PublicAnswers, answer: PublicAnswer) -> Iterator[Callable[[], object]]:
        yield connector.account
        yield lambda: connector.answer(answer)
