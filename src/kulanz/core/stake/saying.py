"""What a stake means, in words, German (formal) and English."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from kulanz.core.money import total
from kulanz.core.spoken import Lang
from kulanz.core.stake.lines import Line, LineCode, Stake

_WORDS: Final[dict[str, dict[Lang, str]]] = {
    "claim": {"de": "Die Forderung beträgt {amount}.", "en": "The claim is {amount}."},
    "exposure": {
        "de": "Was öffentlich geschrieben wurde, wurde {views}-mal gelesen; "
        "nach Ihrem Satz ist das {amount} wert.",
        "en": "What was said in public has been read {views} times; at your rate that is worth {amount}.",
    },
    "customer": {
        "de": "Vom Kunden sind voraussichtlich noch {amount} zu erwarten.",
        "en": "The customer is expected to bring another {amount}.",
    },
    "dispute": {
        "de": "Den Streit fortzusetzen kostet {amount}.",
        "en": "Going on with the dispute costs {amount}.",
    },
    "times": {
        "de": "Zusammen steht das {high}-Fache der Forderung auf dem Spiel.",
        "en": "Together, {high} times the claim is at stake.",
    },
    "times_range": {
        "de": "Zusammen steht das {low}- bis {high}-Fache der Forderung auf dem Spiel.",
        "en": "Together, {low} to {high} times the claim is at stake.",
    },
    "less": {
        "de": "Zusammen steht nicht mehr auf dem Spiel als die Forderung.",
        "en": "Together, no more than the claim is at stake.",
    },
    "nothing": {"de": "Was auf dem Spiel steht, ist nicht bekannt.", "en": "What is at stake is not known."},
    "range": {"de": "{low} bis {high}", "en": "{low} to {high}"},
}
_ORDER: Final[tuple[LineCode, ...]] = ("claim", "exposure", "customer", "dispute")
_SWAPPED: Final = str.maketrans(",.", ".,")


def saying(of: Stake, lang: Lang) -> str:
    """Return what a stake means; it speaks of what is known and is silent about the rest."""
    said = " ".join(_said(of, lang))
    return said or _WORDS["nothing"][lang]


def rough(amount: Decimal) -> Decimal:
    """Return an estimate as one would say it: two digits, and cents only where there are some."""
    exact = amount.quantize(Decimal(1).scaleb(max(amount.adjusted() - 1, -2)), ROUND_HALF_UP)
    whole = exact.to_integral_value()
    return whole if whole == exact else exact.quantize(Decimal("0.01"))


def times(share: Decimal) -> Decimal:
    """Return how many times as much something is, as one would say it; whole from ten on."""
    if share >= 10:  # noqa: PLR2004 - as one would say it
        return rough(share)
    return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _said(of: Stake, lang: Lang) -> Iterator[str]:
    views = "" if of.views is None else _number(Decimal(of.views), lang)
    for line in (of.line(code) for code in _ORDER):
        if line is not None:
            yield _WORDS[line.code][lang].format(amount=_amounts(line, lang), views=views)
    yield from _compared(of, lang)


def _compared(of: Stake, lang: Lang) -> Iterator[str]:
    """The rest by the claim, where there is a claim and all are in its currency."""
    claim = of.line("claim")
    others = [line for line in of.lines if line.code != "claim"]
    if claim is None or not others or claim.low.amount <= 0:
        return
    if any(line.low.currency != claim.low.currency for line in others):
        return
    low, high = (
        times(total(amounts, claim.low.currency).share_of(claim.low))
        for amounts in ([line.low for line in others], [line.high for line in others])
    )
    sentence = "less" if high <= 1 else "times" if low == high else "times_range"
    yield _WORDS[sentence][lang].format(low=_number(low, lang), high=_number(high, lang))


def _amounts(line: Line, lang: Lang) -> str:
    low, high = (
        _money(rough(each.amount) if line.code == "exposure" else each.amount, each.currency, lang)
        for each in (line.low, line.high)
    )
    return _range(low, high, lang)


def _range(low: str, high: str, lang: Lang) -> str:
    return low if low == high else _WORDS["range"][lang].format(low=low, high=high)


def _money(amount: Decimal, currency: str, lang: Lang) -> str:
    return f"{_number(amount, lang)} {currency}"


def _number(number: Decimal, lang: Lang) -> str:
    written = f"{number:,f}"
    return written.translate(_SWAPPED) if lang == "de" else written
