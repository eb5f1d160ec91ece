"""What a company can do for a customer beyond what it owes: which gestures fit, what they cost, and why.

A suggestion is for a person to judge. What is known of a customer’s value and standing can add a suggestion
or an amount, and never takes one away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec import Struct

from kulanz.core.gestures import Fault, GestureKind
from kulanz.core.money import Money
from kulanz.core.stake import Stake
from kulanz.core.stake.lines import LineCode
from kulanz.core.standing import CommunityRole, Standing

ReasonCode = Literal[
    "fault_ours",
    "promise_broken",
    "waited",
    "going_on_costs",
    "exposure_costs",
    "standing",
    "claim_stays",
    "no_claim",
    "claim_instead",
    "fault_not_ours",
    "claim_is_ours_to_waive",
    "worth_less",
    "no_occasion",
    "refused_before",
]

LONG_WAIT_DAYS: Final = 7
HONOURED: Final[frozenset[CommunityRole]] = frozenset({"moderator", "partner", "builder"})
"""Roles for which a gift fits without any other occasion."""

_FREE: Final[frozenset[GestureKind]] = frozenset({"apology", "extension"})
_AT_STAKE: Final[tuple[LineCode, ...]] = ("customer", "exposure", "dispute")


class History(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened before: gestures of the last year, promises broken, days that the customer has waited."""

    given: tuple[GestureKind, ...] = ()
    refused: tuple[GestureKind, ...] = ()
    promises_broken: int = 0
    waited_days: int = 0


class Circumstances(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a suggestion rests on; None where it is not known. ``fault`` is said by a person."""

    fault: Fault = "unclear"
    stake: Stake | None = None
    standing: Standing | None = None
    history: History = History()


class Reason(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a gesture fits or does not, with the input that says so."""

    code: ReasonCode
    amount: Money | None = None
    number: int | None = None
    role: CommunityRole | None = None


class Fit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether a kind of gesture fits, and why.

    ``value`` is what it is worth to the customer and ``cost`` what it costs; None: whoever proposes it says
    so. ``low`` to ``high`` is how many times the cost is at stake beside the claim, in the cost's currency,
    None where one of the two is not known. ``given`` counts how often the customer got it in the last year.
    """

    kind: GestureKind
    fits: bool
    reasons: tuple[Reason, ...]
    value: Money | None = None
    cost: Money | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    given: int = 0

    @property
    def free(self) -> bool:
        """Whether it costs nothing but somebody's time."""
        return self.kind in _FREE


def suggest(of: Circumstances) -> tuple[Fit, ...]:
    """Return every kind but ``own``: those that fit first, the cheaper before the dearer."""
    found = [_fit(kind, of) for kind in _RULES]
    return tuple(sorted(found, key=_order))


def _order(fit: Fit) -> tuple[bool, bool, bool, Decimal]:
    return not fit.fits, not fit.free, fit.cost is None, fit.cost.amount if fit.cost else Decimal(0)


def _fit(kind: GestureKind, of: Circumstances) -> Fit:
    if kind in of.history.refused:
        return Fit(kind=kind, fits=False, reasons=(Reason(code="refused_before"),))
    reasons, against = _RULES[kind](of)
    if not reasons:
        return Fit(kind=kind, fits=False, reasons=(against,))
    value, cost = _amounts(kind, of)
    low, high = _times(cost, of.stake)
    given = of.history.given.count(kind)
    return Fit(kind=kind, fits=True, reasons=reasons, value=value, cost=cost, low=low, high=high, given=given)


Judged = tuple[tuple[Reason, ...], Reason]
"""What speaks for a kind, and what is said where nothing does."""


def _apology(of: Circumstances) -> Judged:
    return (*_ours(of), *_let_down(of)), Reason(code="no_occasion")


def _extension(of: Circumstances) -> Judged:
    claim = _claim(of)
    if claim is None:
        return (), Reason(code="no_claim")
    stays = () if of.fault == "ours" else (Reason(code="claim_stays", amount=claim),)
    return stays, Reason(code="claim_is_ours_to_waive")


def _waive(of: Circumstances) -> Judged:
    claim = _claim(of)
    if claim is None:
        return (), Reason(code="no_claim")
    return (*_ours(of), *_cheaper(of, claim)), Reason(code="worth_less", amount=claim)


def _refund(of: Circumstances) -> Judged:
    if _claim(of) is not None:
        return (), Reason(code="claim_instead")
    return _ours(of), Reason(code="fault_not_ours")


def _credit(of: Circumstances) -> Judged:
    return (*_ours(of), *_let_down(of)), Reason(code="no_occasion")


def _gift(of: Circumstances) -> Judged:
    role = of.standing.role if of.standing else None
    honoured = (Reason(code="standing", role=role),) if role in HONOURED else ()
    return (*honoured, *_let_down(of)), Reason(code="no_occasion")


_RULES: Final[dict[GestureKind, Callable[[Circumstances], Judged]]] = {
    "apology": _apology,
    "extension": _extension,
    "waive": _waive,
    "refund": _refund,
    "credit": _credit,
    "gift": _gift,
}


def _ours(of: Circumstances) -> tuple[Reason, ...]:
    return (Reason(code="fault_ours"),) if of.fault == "ours" else ()


def _let_down(of: Circumstances) -> tuple[Reason, ...]:
    broken, waited = of.history.promises_broken, of.history.waited_days
    return (
        *((Reason(code="promise_broken", number=broken),) if broken else ()),
        *((Reason(code="waited", number=waited),) if waited > LONG_WAIT_DAYS else ()),
    )


def _cheaper(of: Circumstances, claim: Money) -> Iterator[Reason]:
    """Going on costs more than the claim; where the fault is unclear, being read may as well."""
    lines: dict[LineCode, ReasonCode] = {"dispute": "going_on_costs"}
    if of.fault == "unclear":
        lines["exposure"] = "exposure_costs"
    for code, reason in lines.items():
        line = of.stake.line(code) if of.stake else None
        if line is not None and line.low.currency == claim.currency and claim < line.low:
            yield Reason(code=reason, amount=line.low)


def _claim(of: Circumstances) -> Money | None:
    line = of.stake.line("claim") if of.stake else None
    return line.low if line is not None and line.low.amount > 0 else None


def _amounts(kind: GestureKind, of: Circumstances) -> tuple[Money | None, Money | None]:
    """Value and cost: of a waiver the claim, of a credit a month, which costs what is not margin."""
    if kind == "waive":
        return _claim(of), _claim(of)
    month, margin = (_input(of, f"lifetime.{name}") for name in ("revenue_per_month", "margin"))
    if kind != "credit" or month is None or margin is None:
        return None, None
    return month.rounded(), (month * (1 - margin)).rounded()


def _input(of: Circumstances, name: str) -> Any:
    lines = of.stake.lines if of.stake else ()
    return next((each.value for line in lines for each in line.inputs if each.name == name), None)


def _times(cost: Money | None, stake: Stake | None) -> tuple[Decimal | None, Decimal | None]:
    """What is at stake beside the claim, divided by the cost."""
    lines = [stake.line(code) for code in _AT_STAKE] if stake else []
    same = [line for line in lines if line is not None and cost and line.low.currency == cost.currency]
    if cost is None or not cost.amount or not same:
        return None, None
    nothing = cost - cost
    low, high = sum((line.low for line in same), nothing), sum((line.high for line in same), nothing)
    return low.share_of(cost), high.share_of(cost)
