"""Which thread a message belongs to, from References, In-Reply-To or subject."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final, Generic, TypeVar

SUBJECT_WINDOW: Final = timedelta(days=60)
"""A reply without references joins a thread of the same subject that was active this recently."""

_PREFIX = re.compile(
    r"\s*(?:(?:re|aw|antw(?:ort)?|wg|fw|fwd|sv|vs|tr|rif|ref)(?:\s?[\[(]\d{1,3}[\])])?\s?:|\[[^\[\]]{1,60}\])",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"\s*(?:\[[^\[\]]{1,60}\]\s*)?(?:re|aw|antw(?:ort)?|sv|vs|rif)\b[^:]{0,6}:", re.IGNORECASE
)
_MEMORY: Final = 1_000_000
_MAX_PREFIXES: Final = 50

_Value = TypeVar("_Value")
Namesake = tuple[int, str, datetime]
"""A subject as a number, the thread that had it last, and when."""


def plain_subject(subject: str) -> str:
    """Return a subject without "Re:", "AW:", "Fwd:" and [list] tags."""
    for _ in range(_MAX_PREFIXES):
        found = _PREFIX.match(subject)
        if found is None:
            break
        subject = subject[found.end() :]
    return subject.strip()


def is_reply(subject: str) -> bool:
    """Whether a subject says that the message answers another."""
    return _REPLY.match(subject) is not None


class MailThreads:
    """Gives every message the id of its thread: the message id of the thread's root.

    The root is the first of the References where there are any, so that replies join
    although they come before their parents. Otherwise the thread of the parent, else of a
    recent message with the same subject. Memory is bounded: ids are kept as 8-byte hashes
    and only the last million or two of them, so that a reply without References to a message
    further back opens a thread of its own.

    A read that goes on where another one stopped passes ``earlier``, which knows the thread of
    a message read before, and ``namesakes`` as ``recent_namesakes`` returned them.
    """

    def __init__(
        self, earlier: Callable[[str], str | None] | None = None, namesakes: Iterable[Namesake] = ()
    ) -> None:
        self._earlier = earlier
        self._thread_of: _Recent[str] = _Recent(_MEMORY)
        self._by_subject: _Recent[tuple[str, datetime]] = _Recent(_MEMORY // 4)
        for key, thread, active_at in namesakes:
            self._by_subject.put(key, (thread, active_at))

    def thread(self, message_id: str, references: list[str], subject: str, sent_at: datetime) -> str:
        """Return the thread id of a message; ``references`` are oldest first, the parent last."""
        known = (self._known(ref) for ref in [message_id, *references])
        found = next((thread for thread in known if thread is not None), None)
        if found is None:
            found = references[0] if references else self._recent_namesake(subject, sent_at) or message_id
        for ref in [message_id, *references]:
            self._thread_of.add(_key(ref), found)
        if title := plain_subject(subject).casefold():
            self._by_subject.put(_key(title), (found, sent_at))
        return found

    def recent_namesakes(self, most: int) -> list[Namesake]:
        """Return the subjects that a reply without References may join, the latest last."""
        latest = sorted(self._by_subject.items(), key=lambda item: item[1][1])[-most:]
        oldest = latest[-1][1][1] - SUBJECT_WINDOW if latest else None
        return [(key, thread, at) for key, (thread, at) in latest if oldest is None or at >= oldest]

    def _known(self, message_id: str) -> str | None:
        found = self._thread_of.get(_key(message_id))
        return self._earlier(message_id) if found is None and self._earlier is not None else found

    def _recent_namesake(self, subject: str, sent_at: datetime) -> str | None:
        title = plain_subject(subject).casefold()
        if not title or not is_reply(subject):
            return None
        entry = self._by_subject.get(_key(title))
        if entry is None or abs(sent_at - entry[1]) > SUBJECT_WINDOW:
            return None
        return entry[0]


class _Recent(Generic[_Value]):
    """A mapping that forgets: it holds at least the last ``size`` keys, at most twice as many."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: dict[int, _Value] = {}
        self._old: dict[int, _Value] = {}

    def get(self, key: int) -> _Value | None:
        value = self._young.get(key)
        return self._old.get(key) if value is None else value

    def put(self, key: int, value: _Value) -> None:
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def items(self) -> Iterable[tuple[int, _Value]]:
        return (self._old | self._young).items()

    def add(self, key: int, value: _Value) -> None:
        """Put a key that is not there yet."""
        if self.get(key) is None:
            self.put(key, value)


def _key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())
