"""Holds of dunning: what is said of one, and the company's rules about them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from kulanz.core.money import Money, MoneyError
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.packing import unpacked

MOST_WORDS: Final = 2_000
LATEST_REVIEW: Final = timedelta(days=366)


class Words(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said of a hold, kept sealed.

    ``reason`` is told to billing, ``note`` is for the desk. ``next_words`` say what happens once it has
    ended, ``said`` is what billing said last, and ``answer`` how the hold stands by that, empty where it did
    not say. ``proof`` shows, a line each, that billing was told by hand. ``former`` are keys that billing
    said no to, and is yet to be told that they are over.
    """

    reason: str = ""
    note: str = ""
    next_words: str = ""
    said: str = ""
    answer: str = ""
    proof: str = ""
    former: tuple[str, ...] = ()


class Rules(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When holds are proposed, confirmed, reviewed and missed.

    ``propose``: an open case whose customer has a claim in dunning gets a proposal. ``confirm_below``: one
    for a claim of less than the amount of its currency is placed without waiting for a person. After
    ``review_days`` the owner is asked, where nobody chose a day. What billing has not confirmed after
    ``unconfirmed_hours`` raises an alarm; every ``check_hours`` billing is asked how a hold stands.
    """

    propose: bool = True
    confirm_below: tuple[Money, ...] = ()
    review_days: Annotated[int, Meta(ge=1, le=366)] = 14
    unconfirmed_hours: Annotated[int, Meta(ge=1, le=720)] = 4
    check_hours: Annotated[int, Meta(ge=1, le=168)] = 1

    def waits_for_a_person(self, amount: Money) -> bool:
        """Whether a proposal for a claim is placed only once a person says so."""
        return not any(limit.currency == amount.currency and amount < limit for limit in self.confirm_below)


def rules_in(values: Any) -> Rules:
    """Return rules as they are kept, or as a program sends them; raise RuleError for what makes no sense."""
    try:
        rules = msgspec.convert(values, Rules)
    except (msgspec.ValidationError, MoneyError) as error:
        raise RuleError("hold rules: %(problem)s", problem=str(error)) from error
    currencies = [limit.currency for limit in rules.confirm_below]
    if len(set(currencies)) < len(currencies):
        raise RuleError("hold rules: expected one amount for each currency")
    if any(limit.amount < 0 for limit in rules.confirm_below):
        raise RuleError("hold rules: expected amounts from 0 on")
    return rules


def words_in(content: bytes) -> Words:
    return unpacked(content, Words)


def checked_review(review_on: date, today: date) -> date:
    """Return a day of review; raise RuleError for one that is not ahead, or farther off than a year."""
    if not today < review_on <= today + LATEST_REVIEW:
        raise RuleError(
            "review: expected a day after %(today)s, and within a year, got %(day)s",
            today=today.isoformat(),
            day=review_on.isoformat(),
        )
    return review_on
