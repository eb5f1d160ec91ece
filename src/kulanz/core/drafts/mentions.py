"""What a text names exactly: amounts of money, days and times, and its words in short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

_NUMBER: Final = r"\d{1,3}(?:[.,' ]\d{3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
AMOUNT: Final = re.compile(
    rf"""(?<![\w.,])(?:
        (?P<before>{_NUMBER})(?:[,.](?:-|–))?\s?(?:€|EUR\b|Euros?\b|CHF\b|Franken\b|\$|USD\b|dollars?\b|£|GBP\b
          |pounds?\b|Cents?\b)
      | (?:€|EUR|CHF|US\$|\$|USD|£|GBP)\s?(?P<after>{_NUMBER})(?!\d)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_DAY_NAMES: Final = (
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    "|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)
_MONTHS: Final = (
    "januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
    "|january|february|march|may|june|july|october|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|okt|nov|dec|dez"
)
_DATE: Final = rf"""
      \b(?P<iso>\d{{4}}-\d\d-\d\d)\b
    | \b(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.(?:\s?\d{{2,4}})?
    | \b(?P<day2>\d{{1,2}})(?:\.|st|nd|rd|th)?\s(?:of\s)?(?P<name>{_MONTHS})\b
    | \b(?P<name2>{_MONTHS})\.?\s(?P<day3>\d{{1,2}})(?:st|nd|rd|th)?\b
"""
DATE: Final = re.compile(_DATE, re.VERBOSE | re.IGNORECASE)
CLOCK: Final = re.compile(
    r"\b\d{1,2}(?:[:.]\d{2})?\s?(?:uhr|a\.?m\.?\b|p\.?m\.?\b|o'clock)|\b\d{1,2}:\d{2}\b|\b(?:noon|midnight)\b",
    re.IGNORECASE,
)
WEEKDAY: Final = re.compile(
    rf"\b(?P<weekday>{_DAY_NAMES})s?(?:vor|nach)?(?:mittag|abend|früh)?s?\b", re.IGNORECASE
)
_MONTH_NUMBER: Final = {
    name: number
    for number, names in enumerate(
        ("jan januar january jänner", "feb februar february", "mar märz march", "apr april", "mai may",
         "jun juni june", "jul juli july", "aug august", "sep sept september", "okt oct oktober october",
         "nov november", "dez dec dezember december"), 1,
    )
    for name in names.split()
}  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_STEM: Final = 5
_COMMON_WORDS: Final = """
    aber alle also andere auch beim bereits bitte dann dass denn diese dieser doch durch eine einen einer
    eines etwas euch euer euro frau für ganz gegen haben hallo hatte heute herr hier ihnen ihre ihren
    ihrem ihrer immer jetzt kann kein keine keinen können leider mehr meine mich morgen muss nach nicht
    nichts noch nochmal oder ohne schon sehr sein seine seit sich sind soll sollte sondern trotzdem unser
    unsere unter viel vielen warum wann wenn werde werden wieder wird wurde wurden wäre über zwar about
    after again been before being cannot could does doing dont each even from give have hello here into
    just know like make many more most much need never only other please really said same should since
    some still such than that their them then there they thing this time today tomorrow very want what
    when where which while will with would your yours dear regards geehrte geehrter grüße gruß
    freundlichen liebe lieber montag dienstag mittwoch donnerstag freitag samstag sonntag monday tuesday
    wednesday thursday friday saturday sunday danke dank thanks thank bekommen bekomme kommt geht gibt
    machen macht getting
"""
_COMMON: Final = frozenset(word[:_STEM] for word in _COMMON_WORDS.split())


def amounts(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Yield the place and value of every amount of money."""
    for match in AMOUNT.finditer(text):
        value = _value(match["before"] or match["after"])
        yield match.start(), match.end(), value


def _value(written: str) -> Decimal:
    digits = re.sub(r"[' ]", "", written)
    cents = re.search(r"[.,](\d{1,2})$", digits)
    whole = re.sub(r"[.,]", "", digits[: cents.start()] if cents else digits)
    return Decimal(f"{whole}.{cents[1]}" if cents else whole)


def days(text: str) -> set[str]:
    """Return the days that are named, in one form for both languages: "4-14" or the weekday's number."""
    found = set()
    for match in DATE.finditer(text):
        if match["iso"]:
            found.add("-".join(str(int(part)) for part in match["iso"].split("-")[1:]))
            continue
        name = match["name"] or match["name2"]
        month = _MONTH_NUMBER[name.lower()] if name else int(match["month"])
        found.add(f"{month}-{int(match['day'] or match['day2'] or match['day3'])}")
    return found | {f"weekday {_weekday(match['weekday'].lower())}" for match in WEEKDAY.finditer(text)}


def _weekday(name: str) -> int:
    place = _DAY_NAMES.split("|").index(name)
    return (0, 1, 2, 3, 4, 5, 5, 6)[place] if place < 8 else place - 8  # noqa: PLR2004 - German has two Saturdays


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """Return the beginnings of the words that carry the matter."""
    return frozenset(word[:_STEM] for word in _WORD.findall(text.lower())) - _COMMON
