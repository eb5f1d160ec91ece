"""Who acts: a member, a member through an API token, or the desk's own worker."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from kulanz.desk.rules.errors import NotAllowedError
from kulanz.desk.rules.roles import Right, Role, may
from kulanz.desk.rules.scopes import permits


@dataclass(frozen=True, slots=True)
class Actor:
    """A member with roles. ``scopes`` None means a person at a page; a token has some.

    ``token_id`` names the API token, for the audit trail.
    """

    member_id: int
    name: str
    roles: frozenset[Role]
    token_id: int | None = None
    scopes: Collection[str] | None = field(default=None)

    def may(self, right: Right) -> bool:
        """Whether a role permits it and, through a token, a scope too."""
        return may(self.roles, right) and (self.scopes is None or permits(self.scopes, right))

    def need(self, right: Right) -> None:
        """Raise NotAllowedError where no role permits it, or the token has no scope for it."""
        if not may(self.roles, right):
            raise NotAllowedError(
                "%(name)s lacks the right %(right)r: ask an admin for a role that has it",
                name=self.name,
                right=right.value,
            )
        if not self.may(right):
            raise NotAllowedError(
                "this token has no scope for the right %(right)r: make one with a scope that has it",
                right=right.value,
            )


class By(TypedDict):
    """Who does something, and when: what every service asks for."""

    actor: Actor
    now: datetime


class Decided(By):
    """The same, with the version of the row that it was decided on."""

    seen: int
