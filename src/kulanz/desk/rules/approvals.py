"""When an answer needs other eyes than those of whoever wrote it: the company's rules."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from kulanz.core.money import Money, MoneyError
from kulanz.desk.rules.errors import RuleError

Reason = Literal["public", "hardened", "third", "amount", "legal"]
_USUAL: Final = Money(Decimal(100), "EUR")


class ApprovalRules(Struct, frozen=True, kw_only=True):
    """What asks for a second person.

    ``public``: every answer in public; ``hardened``: one where the fronts have hardened; ``third``: from the
    third on in a dispute. By whatever way an answer goes, but what was said already by telephone: ``legal``,
    one with words of law or a threat; ``above``, one that grants more, or is to a customer for whom a gesture
    of more is under way. None: amounts do not count.
    """

    public: bool = False
    hardened: bool = True
    third: bool = True
    legal: bool = True
    above: Money | None = _USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What the rules look at in an answer."""

    public: bool
    hardened: bool
    third: bool
    amount: bool
    legal: bool


def reasons(rules: ApprovalRules, traits: Traits) -> tuple[Reason, ...]:
    """Return which rules ask for a second person."""
    asked: dict[Reason, bool] = {
        "public": rules.public and traits.public,
        "hardened": rules.hardened and traits.public and traits.hardened,
        "third": rules.third and traits.public and traits.third,
        "amount": traits.amount,
        "legal": rules.legal and traits.legal,
    }
    return tuple(reason for reason, asks in asked.items() if asks)


def rules_in(values: Any) -> ApprovalRules:
    """Return rules as they are kept; raise RuleError for what makes no sense."""
    try:
        rules = msgspec.convert(values, ApprovalRules)
    except (msgspec.ValidationError, MoneyError) as error:
        raise RuleError("approval rules: %(problem)s", problem=str(error)) from error
    if rules.above is not None and rules.above.amount < 0:
        raise RuleError("approval rules: expected an amount from 0 on, got %(amount)s", amount=rules.above)
    return rules
