"""Revisions: what changed between two reads of the same post or thread."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from kulanz.core.posts import UtcTime

RevisionKind = Literal[
    "edited",
    "edited_by_author",
    "edited_by_other",
    "edited_silently",
    "hidden",
    "removed",
    "restored",
    "locked",
    "unlocked",
    "moved",
]
REVISION_KINDS: tuple[RevisionKind, ...] = get_args(RevisionKind)


class Revision(Struct, frozen=True, kw_only=True):
    """One change that a read found; ``post_id`` is None where it is about the thread.

    ``changed_at`` is when the platform says that it happened, None where it does not say: then it
    was after ``seen_before`` (the last read that saw the old state) and not after ``found_at``.
    ``before`` and ``after`` are SHA-256 of the texts in hexadecimal, ``diff`` the words taken out
    and put in. ``by`` is the author id that the platform names.

    ``edited`` is an edit that the platform shows without saying by whom, ``edited_silently`` one
    that it does not show although its grace period was over.
    """

    thread_id: str
    post_id: str | None
    kind: RevisionKind
    found_at: UtcTime
    seen_before: UtcTime | None = None
    changed_at: UtcTime | None = None
    by: str | None = None
    before: str | None = None
    after: str | None = None
    diff: tuple[WordChange, ...] = ()


class WordChange(Struct, frozen=True, kw_only=True):
    """A run of words that stayed (``=``), went (``-``) or came (``+``)."""

    sign: Literal["=", "-", "+"]
    text: str
