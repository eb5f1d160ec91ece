"""Measures on content: what each kind is about, who else must agree, and what must come before a lock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from kulanz.desk.rules.errors import RuleError
from kulanz.pages.safe import web_address

Kind = Literal["edit", "hide", "remove", "lock", "slow", "move", "warn", "suspend"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""``slow`` is slow mode: everybody may go on, at longer intervals."""
Code = Literal[
    "abuse", "threat", "hate", "data_of_others", "spam", "fraud", "intellectual_property", "impersonation",
    "untrue", "sexual_content", "violence", "self_harm", "minors", "unsafe_product", "off_topic",
    "double_post", "heated", "asked_by_author", "other",
]  # fmt: skip
CODES: Final[tuple[Code, ...]] = get_args(Code)
"""Reasons, by the words of ``kulanz.tlog.entries``."""
Second = Literal["lock", "critical", "unread"]
Ground = Literal["issue", "case", "hardened"]
Offer = Literal["answer", "slow", "split"]
OFFERS: Final[tuple[Offer, ...]] = get_args(Offer)
"""What may come before a lock: a named person answers, slow mode, or the dispute gets a place of its own."""

ON_POSTS: Final = frozenset({"edit", "warn", "suspend"})
ON_THREADS: Final = frozenset({"lock", "slow"})
CLOSING: Final = frozenset({"lock", "hide", "remove"})
"""Kinds that end a conversation where they are done to it as a whole."""
ONCE: Final = frozenset({"hide", "remove", "lock"})
"""What is so cannot be done again before it was undone."""
MAY_END: Final = frozenset({"hide", "lock", "slow", "suspend"})
SILENCING: Final = frozenset({"edit", "hide", "remove", "suspend"})
"""Kinds that take away what somebody said, or may say."""
UNSEEING: Final = SILENCING | {"move"}
"""Kinds after which criticism no longer stands, as it was, where people read it."""
SCOPES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("edit", "hide", "remove", "move"), ("post", "thread")),
    **dict.fromkeys(("lock", "slow"), ("thread",)),
    "warn": ("account",),
    "suspend": ("account",),
}
CRITICAL: Final = ("complaint", "affected", "anger", "leave", "threat", "distrust")
YES: Final = 0.5
LONGEST_WORDS: Final = 500
LONGEST: Final = timedelta(days=5 * 366)

SEEN_AS: Final[Mapping[str, Kind]] = {
    "edited_by_other": "edit",
    "hidden": "hide",
    "removed": "remove",
    "locked": "lock",
    "moved": "move",
}
"""What a change that was found at the source is as a measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants done, and why.

    ``text`` are the words of a post after an edit, ``place`` is where something is moved to. ``onward`` says
    in public where people may go on after a lock, ``despite`` why no offer of the close guard fits.
    """

    kind: str
    code: str
    why: str
    until: datetime | None = None
    text: str = ""
    place: str = ""
    onward: str = ""
    despite: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How things stand where a measure is wanted; ``unread``: the analysis does not know the post yet."""

    open_issue: bool = False
    open_case: bool = False
    hardened: bool = False
    critical: bool = False
    unread: bool = False


def seconds_for(kind: str, situation: Situation, *, on_post: bool) -> tuple[Second, ...]:
    """Return why a second person has to agree, empty where nobody has to.

    It is the post that is looked at, not who wrote it. What the analysis has not read may be criticism.
    """
    asked: dict[Second, bool] = {
        "lock": kind == "lock" or bool(guarded(kind, situation, on_post=on_post)),
        "critical": kind in UNSEEING and situation.critical,
        "unread": kind in UNSEEING and situation.unread,
    }
    return tuple(reason for reason, asks in asked.items() if asks)


def guarded(kind: str, situation: Situation, *, on_post: bool) -> tuple[Ground, ...]:
    """Return why the close guard asks for something else first, empty where it lets a measure pass.

    To hide or remove a conversation as a whole closes it, too.
    """
    grounds: dict[Ground, bool] = {
        "issue": situation.open_issue,
        "case": situation.open_case,
        "hardened": situation.hardened,
    }
    return (
        tuple(ground for ground, holds in grounds.items() if holds) if closes(kind, on_post=on_post) else ()
    )


def closes(kind: str, *, on_post: bool) -> bool:
    """Whether a measure ends a conversation."""
    return kind in CLOSING and not on_post


def is_critical(signals: Mapping[str, float]) -> bool:
    """Whether a post criticises, by what it shows."""
    return any(signals.get(label, 0.0) >= YES for label in CRITICAL)


def scope_of(kind: str, *, on_post: bool) -> str:
    """Return what a measure of a kind covers: a post, a thread, or what an account may do."""
    scopes = SCOPES[kind]
    return scopes[0] if on_post else scopes[-1]


def checked(order: Order, situation: Situation, *, on_post: bool, now: datetime) -> Order:
    """Return an order as it is kept; raise RuleError for one that lacks something or makes no sense."""
    if order.kind not in KINDS:
        raise RuleError(
            "measure: expected one of %(known)s, got %(got)r", known=", ".join(KINDS), got=order.kind
        )
    _check_place(order.kind, on_post=on_post)
    _check_reasons(order)
    _check_until(order, now)
    _check_details(order)
    _check_guard(order, guarded(order.kind, situation, on_post=on_post))
    return order


def check_first(kind: str, *, is_thread: bool) -> None:
    """Raise RuleError where a conversation would go with its first post, past the close guard."""
    if is_thread and kind in ("remove", "move"):
        raise RuleError(
            "measure: with its first post the whole conversation goes at this place: do this to the"
            " conversation, or edit the post"
        )


def may_decide(member: int, others: Collection[int | None]) -> None:
    """Raise RuleError where the second person has part in the dispute, or proposed the measure."""
    if member in others:
        raise RuleError(
            "four eyes: whoever proposed it, owns the issue or a case of it, or answered in the conversation"
            " does not decide, somebody else must"
        )


def _check_place(kind: str, *, on_post: bool) -> None:
    if kind in ON_POSTS and not on_post:
        raise RuleError("measure: this is done about a post: choose one")
    if kind in ON_THREADS and on_post:
        raise RuleError("measure: this is done to a conversation as a whole")


def _check_reasons(order: Order) -> None:
    if order.code not in CODES:
        raise RuleError(
            "reason: expected one of %(known)s, got %(got)r", known=", ".join(CODES), got=order.code
        )
    if not order.why.strip():
        raise RuleError("measure: say why, in words that the author reads and everybody may")
    for name in ("why", "onward", "despite"):
        words: str = getattr(order, name)
        if len(words) > LONGEST_WORDS:
            raise RuleError(
                "%(name)s: expected at most %(most)s characters, got %(got)s",
                name=name,
                most=LONGEST_WORDS,
                got=len(words),
            )


def _check_until(order: Order, now: datetime) -> None:
    if order.until is None:
        if order.kind == "slow":
            raise RuleError("slow mode: say until when")
        return
    if order.kind not in MAY_END:
        raise RuleError("measure: one of this kind has no end")
    if not now < order.until <= now + LONGEST:
        raise RuleError("until: expected a time to come, within five years")


def _check_details(order: Order) -> None:
    if order.kind == "edit" and not order.text.strip():
        raise RuleError(
            "edit: expected the words of the post as they are to be; to take all of them away, hide it"
        )
    if order.kind == "move" and not order.place.strip():
        raise RuleError("move: say where to")


def _check_guard(order: Order, grounds: Collection[Ground]) -> None:
    if order.kind != "lock" and not grounds:
        return
    if not order.onward.strip():
        raise RuleError("lock: say where people may go on; everybody reads it")
    for word in order.onward.split():
        if "://" in word and not web_address(word.strip(".,;()<>")):
            raise RuleError(
                "lock: expected an address such as https://forum.example.org, got %(got)r", got=word
            )
    if grounds and not order.despite.strip():
        raise RuleError(
            "close guard: the dispute is open. Let a named person answer, switch slow mode on, or give it a"
            " place of its own; or say why none of it fits"
        )
