"""Lengths of time in words: one unit, as coarse as the length is long."""

from __future__ import annotations

from typing import Final

_LEAST: Final = 2
_MINUTE: Final = 60.0
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_YEAR: Final = 365.25 * _DAY
_UNITS: Final = (
    (_YEAR, {"en": "years", "de": "Jahre"}),
    (_YEAR / 12, {"en": "months", "de": "Monate"}),
    (7 * _DAY, {"en": "weeks", "de": "Wochen"}),
    (_DAY, {"en": "days", "de": "Tage"}),
    (_HOUR, {"en": "hours", "de": "Stunden"}),
    (_MINUTE, {"en": "min", "de": "min"}),
)


def duration(seconds: float, lang: str, *, dative: bool = False) -> str:
    """Return a length in the largest unit of which there are two at least, rounded; minutes below that.

    So 100 minutes are "100 min", 143 hours "6 days" and 40 days "6 weeks". ``dative`` is how it stands
    after the German words vor, seit and nach: "6 Tagen".
    """
    whole = max(seconds, 0.0)
    size, names = next((each for each in _UNITS if whole >= _LEAST * each[0]), _UNITS[-1])
    name = names[lang]
    return f"{round(whole / size)} {name}{'n' if dative and name.endswith('e') and lang == 'de' else ''}"
