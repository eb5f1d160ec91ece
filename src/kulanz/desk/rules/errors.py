"""The root of what the desk's rules refuse."""

from __future__ import annotations


class RuleError(Exception):
    """Something is not allowed, or not in this state; the message says what would be."""


class NotAllowedError(RuleError):
    """The role of whoever asks does not permit it."""


class ConflictError(RuleError):
    """Somebody else has changed the same thing meanwhile."""
