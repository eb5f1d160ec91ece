"""The silent-edit sentinel: what of the things that guests see otherwise is a change that nobody told of.

Pages differ from what an interface says for many reasons. Only what guests once saw just as it is known,
and then do not see so any more although the interface says that nothing has changed, was changed in silence.
It is looked at twice, with the interface asked again in between, before it is called that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal

import msgspec

SilentKind = Literal["edited_silently", "other_text", "missing", "withheld"]
KINDS: Final[tuple[SilentKind, ...]] = ("edited_silently", "other_text", "missing", "withheld")
ACTS: Final[Mapping[SilentKind, str]] = {
    "edited_silently": "edit",
    "other_text": "edit",
    "missing": "remove",
    "withheld": "hide",
}
"""What the public log calls it."""
EXPLAINED_BY: Final[Mapping[SilentKind, Collection[str]]] = {
    "edited_silently": ("edit",),
    "other_text": ("edit",),
    "missing": ("hide", "remove", "move", "split", "suspend"),
    "withheld": ("hide", "remove", "move", "split", "suspend"),
}
"""Measures that say why, once they are in the log."""
THREAD: Final = ""
"""Stands for the thread itself among the keys of its posts."""
_READABLE: Final = "readable"


class Suspicion(msgspec.Struct, frozen=True):
    """What was found to differ once: guests saw what ``known`` is the digest of until ``since``."""

    kind: SilentKind
    known: str
    since: datetime
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What guests were seen to see of a thread: digests of posts' words by key, and what is suspected."""

    read_at: datetime | None
    agreed: Mapping[str, str]
    suspected: Mapping[str, Suspicion]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found now.

    ``known`` are the digests of the posts that the interface shows, ``asked_at`` is when it was last asked
    about each, ``differing`` what guests see otherwise. ``whole``: every page was read, and posts can be told
    apart on them.
    """

    at: datetime
    whole: bool
    known: Mapping[str, str]
    asked_at: Mapping[str, datetime]
    differing: Mapping[str, SilentKind]


@dataclass(frozen=True, slots=True)
class Weighed:
    """The sight after a look, and what is certain now, by key."""

    sight: Sight
    certain: Mapping[str, Suspicion]


def digest(text: str) -> str:
    """Return what stands for a text where only its being the same counts."""
    return sha256(text.encode()).hexdigest()[:32]


def weigh(sight: Sight, look: Look) -> Weighed:
    """Weigh what guests see now against what they saw, and against what the interface has said since."""
    agreed, suspected = dict(sight.agreed), dict(sight.suspected)
    certain: dict[str, Suspicion] = {}
    known = {**look.known, THREAD: _READABLE}
    for key, value in known.items():
        kind = look.differing.get(key)
        if kind is None:
            _agree(agreed, suspected, key, value, look)
        elif agreed.get(key) == value:
            found = suspected.get(key)
            again = found is not None and found.kind == kind and look.asked_at[key] > found.found_at
            if found is None or found.kind != kind:
                suspected[key] = Suspicion(kind, value, sight.read_at or look.at, look.at)
            elif again:
                certain[key] = suspected.pop(key)
                agreed.pop(key)
    for key in set(suspected) - {key for key, value in known.items() if agreed.get(key) == value}:
        suspected.pop(key)
    kept = {key: value for key, value in agreed.items() if key in known}
    return Weighed(Sight(read_at=look.at, agreed=kept, suspected=suspected), certain)


def _agree(agreed: dict[str, str], suspected: dict[str, Suspicion], key: str, value: str, look: Look) -> None:
    """Note that guests see something just as it is known, where that was looked for."""
    if THREAD in look.differing or (key != THREAD and not look.whole):
        return
    agreed[key] = value
    suspected.pop(key, None)
