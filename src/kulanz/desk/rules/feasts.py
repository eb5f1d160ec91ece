"""Public holidays by region: which regions there are, and which days a year's are."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final

import holidays
from holidays.registry import COUNTRIES

from kulanz.desk.rules.errors import RuleError

WITH_STATES: Final = ("DE", "AT", "CH")
_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LANGUAGES: Final = {"de": "de", "en": "en_US"}


@cache
def regions() -> tuple[tuple[str, str], ...]:
    """Return code and name of every region: German, Austrian and Swiss states first, then other countries.

    A code is that of ISO 3166: ``DE``, ``DE-BY``.
    """
    first = [region for country in WITH_STATES for region in _states(country)]
    others = {names[1]: _WORD.sub(" ", names[0]) for names in COUNTRIES.values()}
    rest = sorted((name, code) for code, name in others.items() if code not in WITH_STATES)
    return (*first, *((code, name) for name, code in rest))


def region_parts(code: str) -> tuple[str, str]:
    """Return country and subdivision (may be empty); raise RuleError where no such region is known."""
    if code not in dict(regions()):
        raise RuleError("region: expected a code such as DE-BY or FR, got %(code)r", code=code[:20])
    country, _, subdivision = code.partition("-")
    return country, subdivision


def feast_days(country: str, subdivision: str, year: int, lang: str) -> list[tuple[date, str]]:
    """Return a year's public holidays with their names, German or English where they are known so."""
    known = holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, language=_LANGUAGES[lang]
    )
    return sorted(known.items())


def _states(country: str) -> list[tuple[str, str]]:
    calendar = holidays.country_holidays(country)
    name = next(names[0] for names in COUNTRIES.values() if names[1] == country)
    aliases = calendar.get_subdivision_aliases()
    states = sorted((aliases[code][0] if aliases.get(code) else code, code) for code in calendar.subdivisions)
    return [(country, name), *((f"{country}-{code}", f"{name}: {state}") for state, code in states)]
