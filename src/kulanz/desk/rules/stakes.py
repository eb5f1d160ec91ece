"""A stake as the desk shows it: what was reckoned, what people corrected, and sums over several customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from kulanz.core.errors import CoreError
from kulanz.core.money import Money, MoneyError, total
from kulanz.core.stake import (
    CostInputs,
    ExposureInputs,
    Input,
    LifetimeInputs,
    Line,
    Range,
    Stake,
    StakeInputs,
    stake,
)
from kulanz.core.stake.lines import FORMULAS, LineCode
from kulanz.desk.rules.customers import MOST_AMOUNT
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.figures import money_in, number_in, range_in, whole_in

Value = Money | Decimal | int | Range
Known = Mapping[str, Value | None]

PARTS: Final[dict[LineCode, tuple[str, type[Struct] | None]]] = {
    "claim": ("claim", None),
    "customer": ("lifetime", LifetimeInputs),
    "exposure": ("exposure", ExposureInputs),
    "dispute": ("cost", CostInputs),
}
SUMMED: Final = "sum of the customers"
RATED: Final = frozenset(f"exposure.{each}" for each in ("days", "audience", "spread", "price")) | {
    "lifetime.months",
    "cost.hours",
    "cost.hourly",
    "cost.fees",
}
"""Numbers that are known once the company has set its rates."""
LackCode = Literal[
    "no_case", "no_customer", "objected", "no_conversation", "no_claim", "no_facts", "no_views", "no_rates",
    "currencies", "too_large",
]  # fmt: skip
_UNTOLD: Final[Mapping[str, LackCode]] = {"claim": "no_claim", "lifetime": "no_facts", "exposure": "no_views"}
_READ: Final[Mapping[Any, Any]] = {Money: money_in, Decimal: number_in, int: whole_in, Range: range_in}


class Correction(Struct, frozen=True, kw_only=True):
    """What a person put in the place of a number: as ``rules.figures`` write it, who and when.

    Why they did it stands in the event: what is sealed is not looked through for names to erase.
    """

    value: str
    by: str
    at: datetime


Corrections = Mapping[str, Correction]


@dataclass(frozen=True, slots=True)
class Field:
    """A number a line rests on: what counts, what was reckoned, and the correction if there is one."""

    name: str
    value: Value | None
    reckoned: Value | None
    correction: Correction | None


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a line cannot be drawn, and the numbers that nobody knows."""

    code: LackCode
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A line with its numbers; ``parts`` are the summands of a sum.

    ``line`` is None where it cannot be drawn, and ``lacks`` says why. ``corrected`` is about summands.
    """

    code: LineCode
    line: Line | None
    formula: str
    fields: tuple[Field, ...] = ()
    parts: tuple[tuple[str, Money], ...] = ()
    lacks: tuple[Lack, ...] = ()
    corrected: bool = False


def names_of(code: LineCode) -> tuple[str, ...]:
    """Return the names of the numbers that a line rests on."""
    part, kind = PARTS[code]
    return (part,) if kind is None else tuple(f"{part}.{field}" for field in kind.__struct_fields__)


def value_in(name: str, text: str) -> Value:
    """Read a number by its name; raise RuleError for a name that no line has, and for what is no number."""
    kind = _kinds().get(name)
    if kind is None:
        raise RuleError(
            "number: expected one of %(known)s, got %(name)r", known=", ".join(_kinds()), name=name
        )
    found: Value = _READ[kind](text)
    return found


def corrections_in(content: bytes) -> dict[str, Correction]:
    return msgspec.json.decode(content or b"{}", type=dict[str, Correction])


def inputs_of(known: Known, corrections: Corrections) -> StakeInputs:
    """Return what a stake rests on; a part whose numbers are missing or do not go together is left out."""
    values = {**known, **{name: value_in(name, each.value) for name, each in corrections.items()}}
    claim: Any = values.get("claim")
    inputs = StakeInputs(claim=claim, corrected=frozenset(corrections))
    for code, (part, kind) in PARTS.items():
        given = {name.partition(".")[2]: values.get(name) for name in names_of(code)}
        if kind is not None and None not in given.values():
            inputs = _with_part(inputs, part, kind, given)
    return inputs


def check(name: str, value: Value) -> None:
    """Raise RuleError where a number can never be one of its line, such as a share above 1."""
    if isinstance(value, Money) and value.amount > MOST_AMOUNT:
        raise RuleError(
            "this number cannot be used: expected an amount up to %(most)s, got %(amount)s",
            most=MOST_AMOUNT,
            amount=value,
        )
    part, _, field = name.partition(".")
    try:
        if field:
            kind = next(each for each_part, each in PARTS.values() if each_part == part and each is not None)
            kind(**{**_harmless(kind), field: value})
    except CoreError as error:
        raise RuleError("this number cannot be used: %(problem)s", problem=str(error)) from error


def shown(known: Known, corrections: Corrections, drawn: Stake) -> tuple[Shown, ...]:
    """Return every line with its numbers, also those that cannot be drawn."""
    return tuple(_shown(code, drawn.line(code), tuple(_fields(code, known, corrections))) for code in PARTS)


def lacks(numbers: Iterable[tuple[str, Value | None]]) -> tuple[Lack, ...]:
    """Return why a line cannot be drawn from these numbers: they are not known, or cannot be reckoned."""
    found = list(numbers)
    unknown = tuple(dict.fromkeys(name for name, value in found if value is None))
    if not unknown:
        return (unsummed([value for _, value in found if isinstance(value, Money)]),)
    rated = tuple(name for name in unknown if name in RATED)
    untold = tuple(name for name in unknown if name not in RATED)
    told = [Lack(_UNTOLD[untold[0].partition(".")[0]], untold)] if untold else []
    return (*told, *([Lack("no_rates", rated)] if rated else []))


def unsummed(amounts: Iterable[Money]) -> Lack:
    """Return why amounts that are all known do not make a line."""
    return Lack("currencies" if len({money.currency for money in amounts}) > 1 else "too_large")


def summed(code: LineCode, parts: Sequence[tuple[str, Money]], currency: str) -> Line | None:
    """Return a line that is the sum of amounts in one currency; None for none, and for one too large."""
    amounts = [(name, money) for name, money in parts if money.currency == currency]
    if not amounts:
        return None
    try:
        whole = total((money for _, money in amounts), currency).rounded()
    except MoneyError:
        return None
    return Line(
        code, whole, whole, SUMMED, tuple(Input(name, money, corrected=False) for name, money in amounts)
    )


def usual_currency(amounts: Iterable[Money], preferred: str) -> str:
    """Return the currency that sums are made in: the company's, unless no amount has it."""
    found = [money.currency for money in amounts]
    return preferred if preferred in found or not found else found[0]


def with_lines(drawn: Stake, lines: Iterable[Line | None]) -> Stake:
    """Return a stake with some of its lines replaced by others of the same code."""
    by_code = {line.code: line for line in (*drawn.lines, *filter(None, lines))}
    kept = tuple(by_code[code] for code in PARTS if code in by_code)
    return Stake(lines=kept, views=drawn.views, missing=tuple(code for code in PARTS if code not in by_code))


def _shown(code: LineCode, line: Line | None, fields: tuple[Field, ...]) -> Shown:
    why = lacks((each.name, each.value) for each in fields) if line is None else ()
    return Shown(code, line, FORMULAS[code], fields, lacks=why)


def _fields(code: LineCode, known: Known, corrections: Corrections) -> Iterable[Field]:
    for name in names_of(code):
        correction = corrections.get(name)
        reckoned = known.get(name)
        value = value_in(name, correction.value) if correction else reckoned
        yield Field(name, value, reckoned, correction)


def _with_part(inputs: StakeInputs, part: str, kind: type[Struct], given: Mapping[str, Any]) -> StakeInputs:
    try:
        made = msgspec.structs.replace(inputs, **{part: kind(**given)})
        stake(made)
    except CoreError:
        return inputs
    return made


def _harmless(kind: type[Struct]) -> dict[str, Any]:
    """Numbers that go with all others of a part."""
    one = Decimal(1)
    by_type = {Money: Money(one, "EUR"), Decimal: one, int: 1, Range: Range(one, one)}
    return {each.name: by_type[each.type] for each in msgspec.structs.fields(kind)}


def _kinds() -> dict[str, Any]:
    found: dict[str, Any] = {"claim": Money}
    for part, kind in PARTS.values():
        if kind is not None:
            found |= {f"{part}.{each.name}": each.type for each in msgspec.structs.fields(kind)}
    return found
