"""The contract of private messages: what a connector may offer beside reading.

Private messages are no posts: they are given back to whoever asked for them, and no lane ever yields one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateLetter:
    """A message to one account.

    ``mark`` (letters, digits, ``-`` and ``_``, at most 50) belongs to the conversation and is made once: by
    it one is found that was begun by somebody who did not live to note it. ``to`` is the account as posts
    name it. ``conversation`` is the platform's id of it, empty while none is known. ``after`` is the id of
    the newest message in it that is known to be ours, empty before the first.
    """

    mark: str
    to: str
    title: str
    text: str
    conversation: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateMessage:
    """A message as the platform keeps it. ``own`` says that the account of the key wrote it."""

    conversation: str
    message_id: str
    author: str
    at: datetime
    text: str
    own: bool


@runtime_checkable
class PrivateMessages(Protocol):
    """A connector that writes to one account in private, and reads what comes back.

    Its module names in ``WRITES_WITH`` the sets of keys that it needs for it, any one of which will do.
    """

    def send(self, letter: PrivateLetter) -> PrivateMessage:
        """Have a letter written, once, and return it as it is kept.

        What is there already is returned instead: our own words after ``after``. Raise PermanentError where
        the platform refuses it, TemporaryError where nobody knows whether it arrived: the same call again
        finds out.
        """
        ...

    def written(self, conversation: str, after: str) -> Sequence[PrivateMessage]:
        """Return what was written in a conversation after a message, oldest first.

        The newest may be left for the next call. Raise PermanentError where the conversation is not shown any
        more, or is no longer private.
        """
        ...
