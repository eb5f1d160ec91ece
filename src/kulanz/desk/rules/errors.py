"""The root of what the desk's rules refuse."""

from __future__ import annotations

from dataclasses import dataclass


class RuleError(Exception):
    """Something is not allowed, or not in this state; the message says what would be.

    ``text`` is English and names the ``values`` that go into it, as ``%(name)s``: what pages translate.
    ``str`` is English always, for programs and logs.
    """

    def __init__(self, text: str = "", /, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text = text
        self.values = values


@dataclass(frozen=True, slots=True)
class Step:
    """What happened: an action on a noun, by somebody, or (``who`` empty) by the desk itself."""

    noun: str
    action: str
    who: str

    def __str__(self) -> str:
        return f"{self.noun} {self.action}, by {self.who or 'the desk'}"


class NotAllowedError(RuleError):
    """The role of whoever asks does not permit it."""


class ConflictError(RuleError):
    """Somebody else has changed the same thing meanwhile."""
