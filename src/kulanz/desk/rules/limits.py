"""Who may approve which gesture: limits of roles, four eyes above them, and a team's budget."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from kulanz.core.money import Money
from kulanz.desk.rules.errors import NotAllowedError, RuleError


class NoLimitError(RuleError):
    """Nobody may approve what costs anything before a limit is set."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a role may approve: ``alone`` of one's own without a second person, ``each`` at most at once.

    ``month`` is what one member may approve in all in a calendar month.
    """

    alone: Money
    each: Money
    month: Money

    def __post_init__(self) -> None:
        if len({self.alone.currency, self.each.currency, self.month.currency}) > 1:
            raise RuleError("limits: expected alone, each and month in one currency")
        if not Money(Decimal(0), self.alone.currency) <= self.alone <= self.each <= self.month:
            raise RuleError(
                "limits: expected 0 <= alone <= each <= month, got %(alone)s, %(each)s, %(month)s",
                alone=self.alone,
                each=self.each,
                month=self.month,
            )


@dataclass(frozen=True, slots=True)
class Purse:
    """How much may be spent in a month, and how much of that was."""

    most: Money
    used: Money

    @property
    def left(self) -> Money:
        """What is left; nothing where more was spent than may be now."""
        return max(self.most - self.used, Money(Decimal(0), self.most.currency))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A gesture that somebody is to decide on. ``parties`` are the members who are part of the dispute."""

    proposer: int
    value: Money
    cost: Money
    parties: Collection[int] = ()

    @property
    def weight(self) -> Money:
        """What limits and budgets look at: the greater of what it is worth and what it costs."""
        return max(self.value, self.cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What somebody may approve now; ``month`` is their own, ``budget`` the team's, None without one.

    ``unset``: nobody has a limit in the currency.
    """

    limit: Limit
    month: Money
    unset: bool = False
    budget: Purse | None = None


def widest(limits: Iterable[Limit], currency: str) -> Limit:
    """Return what somebody with several roles may approve: the most of each; nothing without a limit."""
    none = Money(Decimal(0), currency)
    found = [*limits, Limit(none, none, none)]
    return Limit(
        max(each.alone for each in found),
        max(each.each for each in found),
        max(each.month for each in found),
    )


def check_grant(member: int, wanted: Wanted, means: Means) -> None:
    """Raise where a member may not approve a gesture of their own alone."""
    if member != wanted.proposer:
        raise NotAllowedError("only whoever proposed a gesture decides on it alone: approve it instead")
    if member in wanted.parties:
        raise NotAllowedError(
            "whoever is part of the dispute does not decide alone: somebody else has to approve it"
        )
    _check_set(wanted, means)
    if means.limit.alone < wanted.weight:
        raise RuleError(
            "this is more than you may decide alone (%(alone)s): somebody else has to approve it",
            alone=means.limit.alone,
        )
    _check_means(wanted, means)


def check_approval(member: int, wanted: Wanted, means: Means) -> None:
    """Raise where a member may not approve somebody else's gesture."""
    check_second(member, wanted)
    _check_set(wanted, means)
    if means.limit.each < wanted.weight:
        raise RuleError(
            "this is more than you may approve at once (%(each)s): somebody with a higher limit has to",
            each=means.limit.each,
        )
    _check_means(wanted, means)


def check_second(member: int, wanted: Wanted) -> None:
    """Raise NotAllowedError where a member is no second pair of eyes."""
    if member == wanted.proposer:
        raise NotAllowedError("four eyes: whoever proposed the gesture does not decide on it")
    if member in wanted.parties:
        raise NotAllowedError("four eyes: whoever is part of the dispute does not decide on the gesture")


def _check_set(wanted: Wanted, means: Means) -> None:
    if means.unset and wanted.weight.amount:
        raise NoLimitError(
            "no limit is set yet in %(currency)s: a lead or an administrator sets it",
            currency=wanted.weight.currency,
        )


def _check_means(wanted: Wanted, means: Means) -> None:
    mine = Purse(means.limit.month, means.month)
    if mine.left < wanted.weight:
        raise RuleError(
            "you have %(left)s of %(most)s left to approve this month: somebody else has to",
            left=mine.left,
            most=mine.most,
        )
    if means.budget is not None and means.budget.left < wanted.weight:
        raise RuleError(
            "the team has %(left)s of its budget of %(most)s left this month: choose less, or another month",
            left=means.budget.left,
            most=means.budget.most,
        )
