"""The contract of moderation: what a connector may offer beside reading.

An act is asked for in the state that it leads to, so that it is the same however often it is asked for:
whoever asks again, as after a crash or a lost answer, finds it done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, get_args, runtime_checkable

ActKind = Literal[
    "edit",
    "hide",
    "show",
    "remove",
    "restore",
    "lock",
    "unlock",
    "slow",
    "unslow",
    "move",
    "suspend",
    "unsuspend",
]
ACT_KINDS: Final[tuple[ActKind, ...]] = get_args(ActKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationAct:
    """What a thread, a post in it, or an account is to be.

    ``post`` is the id of the post, empty where it is about the thread as a whole; ``account`` the author of
    the post as posts name them. ``text`` are the words after an edit, ``place`` is where a move leads to,
    ``until`` when slow mode or a suspension ends (None: without an end). ``why`` may be shown to readers.
    """

    kind: ActKind
    thread: str
    post: str = ""
    account: str = ""
    text: str = ""
    place: str = ""
    until: datetime | None = None
    why: str = ""


@runtime_checkable
class Moderating(Protocol):
    """A connector that moderates the threads that it reads.

    Its module names in ``MODERATES_WITH`` the sets of keys that it needs for it, any one of which will do,
    and in ``MODERATES`` the acts that it knows, as ``post:hide`` or ``thread:lock``.
    """

    def moderate(self, act: ModerationAct) -> str:
        """Have an act done; what is so already stays so.

        Return what an edit replaced, as it was typed; nothing for other acts, and where it was done before.
        Raise PermanentError where the platform refuses it or knows no such act, TemporaryError where nobody
        knows whether it is done or where it may be accepted later: the same call again finds out.
        """
        ...


def named(act: ModerationAct) -> str:
    """Return what ``MODERATES`` calls an act."""
    if act.kind in ("suspend", "unsuspend"):
        return f"account:{act.kind}"
    return f"{'post' if act.post else 'thread'}:{act.kind}"
