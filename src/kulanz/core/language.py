"""Language of a post: German, English, another one, or too little to tell.

Every token carries evidence for German, for English and for all other languages together;
the evidence of a post is the sum over its tokens, so a table of tokens and one matrix
product serve a whole archive. Evidence is in logarithms: a word speaks for a language by
how much more often it is used there, so what two languages share decides nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from math import log
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kulanz.core.wordlists import CODE, ENGLISH, GERMAN, OTHERS

Language = Literal["de", "en", "other", "und"]
Evidence = tuple[float, float, float]

LANGUAGES: Final[tuple[Language, ...]] = ("de", "en", "other", "und")
READ: Final[tuple[Language, ...]] = ("de", "en")
"""The languages in which posts are scored; in any other nothing is guessed."""
OTHER: Final = 2
UNDETERMINED: Final = 3
_CODES: Final = {language: code for code, language in enumerate(LANGUAGES)}
NUMBER: Final = "#"
NOTHING: Final[Evidence] = (0.0, 0.0, 0.0)

# A word at place r of its list weighs log(UNLISTED / (r + HEAD)) / UNIT: about 1.3 at the
# head, 0.5 at place 600, nothing where it is not listed.
_HEAD: Final = 20.0
_UNLISTED: Final = 4000.0
_UNIT: Final = 4.0

MIN_LEAD: Final = 0.4
MIN_LEAD_PER_TOKEN: Final = 0.07
MIN_LEAD_SHARE: Final = 0.12
SETTLE_TOKENS: Final = 12

_LETTER: Final = 0.3
_SHARED: Final = 0.55
# A link falls apart into tokens such as "de", "com", "at" that are words elsewhere.
_LINK_WORDS: Final = ("http", "https", "www")
_LINK: Final[Evidence] = (0.0, 0.0, -1.0)
# Code is written in English words; its own words take back what those seem to prove.
_CODE: Final[Evidence] = (0.0, -0.8, -0.3)
_SHORTEST: Final = 3

_CAP: Final = 0.8
_AFFIX: Final = 0.8
_SLUG_WORDS: Final = 4
# Patterns are compiled where they are first used: importing must cost next to nothing.
_WORD: Final = r"[^\W\d_]+"
_SPACED: Final = "\u0370-\u0dff\u0f00-\u0fff\u10a0-\u177f\u1800-\u1cff\u1f00-\u1fff\u2de0-\u2dff"
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\ua980-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_FOREIGN: Final = f"[{_SPACED}{_UNSPACED}]"
_WORDS_KEPT: Final = 1 << 14


def _inflected(stems: str, vowels: tuple[str, ...]) -> str:
    """Write out German adjectives: -lich gives -liche, -licher, -lichen ..."""
    endings = [vowel + last for vowel in vowels for last in ("", *"rnsm")]
    return " ".join(stem + ending for stem in stems.split() for ending in endings)


# What the spelling of a word that stands in no list still tells: its ending, after so many letters,
_ENDINGS: Final[tuple[tuple[int, str, Evidence], ...]] = (
    (0, "ung ungs ungen keit keiten heiten schaft schaften tät täten nis isse", (0.5, 0.0, 0.0)),
    (
        0,
        f"heit lich chen {_inflected('lich ig', ('e',))} {_inflected('isch bar los', ('', 'e'))}",
        (0.3, 0.0, 0.0),
    ),
    (
        0,
        "iere ieren ieret iert ierung ierungen sten sche schen scher sches schem "
        + _inflected("iert", ("e",)),
        (0.25, 0.0, 0.0),
    ),
    (2, "en em est ern eln", (0.1, 0.0, 0.0)),
    (3, "ing ings", (0.0, 0.3, 0.05)),
    (2, "ly ness ful less able ible ously ous ies", (0.0, 0.35, 0.0)),
    (3, "ty", (0.0, 0.35, 0.0)),
    (3, "ed", (0.0, 0.3, 0.0)),
    (0, " ".join(letter + "y" for letter in "bcdfghijklmnpqrstvwxyz"), (0.0, 0.12, 0.0)),
    (0, "tion tions sion sions ment ments ity ance ence ive ize ise ate ates age", (0.0, 0.12, 0.0)),
    (3, "a o i u", (0.0, 0.0, 0.1)),
    (
        0,
        "mente idad idade zione zioni ando endo eux eaux ique iques lijk lijke heid ssa ssä inen",
        (0.0, 0.0, 0.4),
    ),
    (
        0,
        "ować nych nego nými ování ului ilor lar lerin yor mak mek nak nek nya kan ene ande aði",
        (0.0, 0.0, 0.3),
    ),
)
# patterns inside it,
_INSIDE: Final[tuple[tuple[str, Evidence], ...]] = (
    ("^(?:ge|be|ver|zer|ent|auf|aus|ein|ab|an|vor|zu)..+(?:t|en|te|ten)$", (0.15, 0.0, 0.0)),
    ("sch|pf|tz|cht|chs|ckt|zt|zw|äu|eih|eib|ief", (0.2, 0.0, 0.0)),
    ("th|ough|ght|sh|wh|ck|oo|ea|ow|ay|ey", (0.0, 0.12, 0.0)),
    ("ij|sj|tj|gj|hv|cz|sz|rz|aa|uu|yy|ää|öö|yö|kk|jn|gg?j|kj|oe[^n]", (0.0, 0.0, 0.2)),
)
# and letters that English lacks.
_LETTERS: Final[tuple[tuple[str, Evidence], ...]] = (
    ("ß", (1.2, 0.0, 0.0)),
    ("[äöü]", (0.4, 0.0, 0.1)),
    ("[åøæœñçãõłőűčćšžřěďťňğışęążźńțșăîûùòìêôâàèèë\u1ea0-\u1ef9đþð]", (0.0, 0.0, 0.7)),
    ("[áíóúýé]", (0.0, 0.0, 0.4)),
)
_ELISION: Final = frozenset({"l", "d", "qu", "j", "c", "n", "m", "dell", "all", "nell", "un", "sull"})
_CONTRACTION: Final = frozenset({"re", "ve", "ll"})


def _weights(text: str) -> dict[str, float]:
    places = {word: place for place, word in enumerate(dict.fromkeys(text.split()))}
    return {word: _letter(word) * log(_UNLISTED / (place + _HEAD)) / _UNIT for word, place in places.items()}


def _letter(word: str) -> float:
    """Discount letters: one alone is often code, a list or a name."""
    return _LETTER if len(word) == 1 and word.isascii() else 1.0


@cache
def _lexicon() -> dict[str, Evidence]:
    german, english = _weights(GERMAN), _weights(ENGLISH)
    other: dict[str, float] = {}
    for text in OTHERS.values():
        for word, weight in _weights(text).items():
            other[word] = max(weight, other.get(word, 0.0))
    rows = {word: (german.get(word, 0.0), english.get(word, 0.0)) for word in german | english | other}
    lexicon = {word: (*row, _other(other.get(word, 0.0), shared=any(row))) for word, row in rows.items()}
    return lexicon | dict.fromkeys(CODE.split(), _CODE) | dict.fromkeys(_LINK_WORDS, _LINK)


def _other(weight: float, *, shared: bool) -> float:
    """Any one of many languages is less likely than German or English."""
    return max(0.0, weight - _SHARED) if shared else weight


@cache
def _endings() -> dict[str, list[tuple[str, int, Evidence]]]:
    """The endings by their last two letters (or their one), the letters before each, what it tells.

    An ending is left out where a shorter one of its line says the same.
    """
    table: dict[str, list[tuple[str, int, Evidence]]] = {}
    for before, line, row in _ENDINGS:
        endings = line.split()
        for ending in endings:
            if not any(ending != shorter and ending.endswith(shorter) for shorter in endings):
                table.setdefault(ending[-2:], []).append((ending, before, row))
    return table


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _patterns(*, ascii_only: bool) -> list[tuple[Callable[[str], re.Match[str] | None], Evidence]]:
    cues = _INSIDE if ascii_only else _INSIDE + _LETTERS
    return [(re.compile(pattern).search, row) for pattern, row in cues]


def evidence(words: Sequence[str]) -> Evidence:
    """Evidence (German, English, other) of one token, given the lower-case words inside it.

    Numbers (``#``) and symbols carry none. Sum the evidence of a post's tokens, then ``decide``.
    """
    joined = "".join(words)
    if joined.isascii():
        return _latin(words)
    if _pattern(_FOREIGN).search(joined):
        return (0.0, 0.0, _other_scripts(joined))
    composed = unicodedata.normalize("NFC", joined)
    if len(composed) < len(joined):
        return _latin(_pattern(_WORD).findall(composed))
    return _latin(words)


def _other_scripts(text: str) -> float:
    """Words between spaces count once each; scripts without spaces count by length."""
    spaced, unspaced = (len(_pattern(f"[{scripts}]").findall(text)) for scripts in (_SPACED, _UNSPACED))
    return min(1.5, 0.3 * spaced) + 0.35 * unspaced


def _latin(words: Sequence[str]) -> Evidence:
    if len(words) == 1:
        return _word(words[0])
    parts = _prose(words) if NUMBER in words else [word for word in words if word[:1].isalpha()]
    if len(parts) >= _SLUG_WORDS and "-" in words:
        return NOTHING
    return _total(parts)


def _prose(words: Sequence[str]) -> list[str]:
    """Keep words that touch no number: what does is part of a hash, a version or a model name."""
    around = zip(["", *words], words, [*words[1:], ""], strict=False)
    return [word for before, word, after in around if word[:1].isalpha() and NUMBER not in (before, after)]


def _total(parts: Sequence[str]) -> Evidence:
    if not parts:
        return NOTHING
    if len(parts) == 1:
        return _word(parts[0])
    german = english = other = 0.0
    for part in parts:
        plus_german, plus_english, plus_other = _word(part)
        german += plus_german
        english += plus_english
        other += plus_other
    return (german, english, other)


@lru_cache(maxsize=_WORDS_KEPT)
def _word(word: str) -> Evidence:
    if listed := _lexicon().get(word):
        return listed
    return _apostrophe(word) if "'" in word else _spelling(word)


def _apostrophe(word: str) -> Evidence:
    """Read ``they've`` and ``l'addition`` by what was joined, and by how."""
    before, _, after = word.partition("'")
    german, english, other = _total([part for part in (before, after) if len(part) > 1 and "'" not in part])
    if after in _CONTRACTION or word.endswith("n't"):
        return (german, english + _AFFIX, other)
    if before in _ELISION:
        return (german, english, other + _AFFIX)
    return (german, english, other)


def _spelling(word: str) -> Evidence:
    if len(word) < _SHORTEST or not word.isalpha():
        return NOTHING
    german = english = other = 0.0
    for plus_german, plus_english, plus_other in _told(word):
        german += plus_german
        english += plus_english
        other += plus_other
    return (min(german, _CAP), min(english, _CAP), min(other, _CAP))


def _told(word: str) -> list[Evidence]:
    endings = _endings()
    candidates = (*endings.get(word[-2:], ()), *endings.get(word[-1:], ()))
    rows = [row for ending, before, row in candidates if word.endswith(ending, before)]
    rows += [row for search, row in _patterns(ascii_only=word.isascii()) if search(word)]
    return rows


def decide(evidence: NDArray[np.floating], tokens: NDArray[np.integer]) -> list[Language]:
    """Name the language per post from its summed evidence (posts x 3) and its number of tokens.

    "und" where the evidence is thin, alone or for so many tokens, or where two languages
    are close: nothing is guessed.
    """
    if len(evidence) != len(tokens):
        msg = f"expected one token count per post, got {len(tokens)} for {len(evidence)} posts"
        raise ValueError(msg)
    if not len(evidence):
        return []
    second, first = np.partition(evidence, 1, axis=1)[:, 1:].T
    lead = first - np.maximum(second, 0)
    clear = (lead >= MIN_LEAD) & (lead >= MIN_LEAD_PER_TOKEN * tokens) & (lead >= MIN_LEAD_SHARE * first)
    codes = np.where(clear, evidence.argmax(axis=1), UNDETERMINED)
    return [LANGUAGES[code] for code in codes.tolist()]


def settle(
    languages: Sequence[Language], threads: NDArray[np.integer], tokens: NDArray[np.integer]
) -> list[Language]:
    """Give short undetermined posts the language of most of their thread so far.

    ``threads`` holds a number per post, the same for posts of one thread; posts of a thread
    stand in the order of time, and only earlier ones are looked at, so a longer thread never
    changes what was said of its beginning. Posts of more than SETTLE_TOKENS tokens stay
    undetermined, as do those after which neither German nor English is in the majority.
    """
    if not len(languages) == len(threads) == len(tokens):
        sizes = f"{len(languages)} languages, {len(threads)} threads, {len(tokens)} token counts"
        msg = f"expected one language, thread and token count per post, got {sizes}"
        raise ValueError(msg)
    codes = np.array([_CODES[language] for language in languages], np.intp)
    counts = _counts_so_far(codes, threads)
    most = counts.argmax(axis=1)
    majority = 2 * counts.max(axis=1) > counts.sum(axis=1)
    short = (codes == UNDETERMINED) & (tokens <= SETTLE_TOKENS)
    settled = np.where(short & majority & (most < OTHER), most, codes)
    return [LANGUAGES[code] for code in settled.tolist()]


def _counts_so_far(codes: NDArray[np.intp], threads: NDArray[np.integer]) -> NDArray[np.intp]:
    """Per post how many posts of its thread up to it are German, English, other (posts x 3)."""
    order = np.argsort(threads, kind="stable")
    sums = np.zeros((len(codes) + 1, UNDETERMINED), np.intp)
    np.cumsum(codes[order, None] == np.arange(UNDETERMINED), axis=0, out=sums[1:])
    by_thread = threads[order]
    counts = np.empty((len(codes), UNDETERMINED), np.intp)
    counts[order] = sums[1:] - sums[np.searchsorted(by_thread, by_thread)]
    return counts
