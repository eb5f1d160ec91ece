"""The draft: what a staff member is about to send, and what its author may promise."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kulanz.core.money import Money

GOOD: Final = ("addresses", "answers", "action", "who", "deadline", "contact", "apology", "empathy")
BAD: Final = (
    "quotes_terms", "argues_right", "lists_facts", "blames", "condescends", "canned", "sends_away",
    "passive_defence", "threatens", "false_apology", "audience", "personal_data", "overpromises",
)  # fmt: skip


class Draft(Struct, frozen=True, kw_only=True):
    """An answer before it is sent.

    ``public`` says whether others will read it. ``reply_to`` is the post it answers; without it the
    draft answers whoever opened the thread. ``author`` is the name that its writer signs with.
    ``most`` is what the writer may grant without asking, None where no limit is known.
    ``approved`` says whether a second person has approved it.
    """

    text: str
    public: bool = True
    reply_to: str | None = None
    author: str | None = None
    most: Money | None = None
    approved: bool = False
